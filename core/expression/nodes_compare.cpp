#include "core/expression/compare.h"
#include "core/expression/containers.h"
#include "core/expression/nodes.h"

#include <algorithm>
#include <bit>

namespace maillon::expression {
namespace {

/// True of an error operand that must be handed on: the left one first.
const Value* first_error(const Value& left, const Value& right) {
    if (left.is_error()) return &left;
    return right.is_error() ? &right : nullptr;
}

class Equality final : public Node {
public:
    Equality(Span span, bool equal, NodePtr left, NodePtr right)
        : Node(span), equal_(equal), left_(std::move(left)), right_(std::move(right)) {}

    Value eval(Frame& frame) const noexcept override {
        const Value left = left_->eval(frame);
        const Value right = right_->eval(frame);
        if (const Value* error = first_error(left, right)) return *error;
        return Value::boolean(equals(left, right, frame.meter) == equal_);
    }
    void parts(std::vector<const Node*>& out) const override {
        out.insert(out.end(), {left_.get(), right_.get()});
    }

private:
    bool equal_;
    NodePtr left_, right_;
};

/// `x == "text"` and `x != "text"`: the commonest of all conditions.
class TextEquality final : public Node {
public:
    TextEquality(Span span, bool equal, NodePtr left, std::string_view text)
        : Node(span), equal_(equal), text_(text), left_(std::move(left)) {}

    Value eval(Frame& frame) const noexcept override {
        const Value left = left_->eval(frame);
        if (left.is(Kind::text)) return Value::boolean((left.as_text() == text_) == equal_);
        return left.is_error() ? left : Value::boolean(!equal_);
    }
    void parts(std::vector<const Node*>& out) const override { out.push_back(left_.get()); }

private:
    bool equal_;
    std::string_view text_;
    NodePtr left_;
};

bool holds(Operator op, std::partial_ordering found) {
    switch (op) {
        case Operator::less: return found < 0;
        case Operator::less_equal: return found <= 0;
        case Operator::greater: return found > 0;
        default: return found >= 0;
    }
}

class Relation final : public Node {
public:
    Relation(Span span, Operator op, NodePtr left, NodePtr right)
        : Node(span), op_(op), left_(std::move(left)), right_(std::move(right)) {}

    Value eval(Frame& frame) const noexcept override {
        const Value left = left_->eval(frame);
        const Value right = right_->eval(frame);
        if (const Value* error = first_error(left, right)) return *error;
        const auto found = order(left, right);
        if (!found) return no_overload(frame, name_of(op_), left, right);
        return Value::boolean(holds(op_, *found));
    }
    void parts(std::vector<const Node*>& out) const override {
        out.insert(out.end(), {left_.get(), right_.get()});
    }

private:
    Operator op_;
    NodePtr left_, right_;
};

bool contains(Frame& frame, const Value& list, const Value& element) {
    ListReader reader(list);
    Value item;
    while (reader.next(item) && frame.charge(1)) {
        if (equals(item, element, frame.meter)) return true;
    }
    return false;
}

class In final : public Node {
public:
    In(Span span, NodePtr element, NodePtr container)
        : Node(span), element_(std::move(element)), container_(std::move(container)) {}

    Value eval(Frame& frame) const noexcept override {
        const Value element = element_->eval(frame);
        const Value container = container_->eval(frame);
        if (const Value* error = first_error(element, container)) return *error;
        if (container.is(Kind::list)) return Value::boolean(contains(frame, container, element));
        if (container.is(Kind::map)) return Value::boolean(!find(container, element).is(Kind::unset));
        return no_overload(frame, "in", element, container);
    }
    void parts(std::vector<const Node*>& out) const override {
        out.insert(out.end(), {element_.get(), container_.get()});
    }

private:
    NodePtr element_, container_;
};

/// `x in [constants]`: a hash set made at plan time.
class InSet final : public Node {
public:
    InSet(Span span, NodePtr element, const Value& list)
        : Node(span),
          element_(std::move(element)),
          items_(list.pointer<Value>(), list.aux()),
          mask_(std::bit_ceil(items_.size() * 2) - 1),
          buckets_(mask_ + 1) {
        for (std::uint32_t i = 0; i < items_.size(); ++i) {
            std::size_t at = hash(items_[i]) & mask_;
            while (buckets_[at] != 0) at = (at + 1) & mask_;
            buckets_[at] = i + 1;
        }
    }

    Value eval(Frame& frame) const noexcept override {
        const Value element = element_->eval(frame);
        if (element.is_error()) return element;
        for (std::size_t at = hash(element) & mask_; buckets_[at] != 0; at = (at + 1) & mask_) {
            if (equal_scalars(items_[buckets_[at] - 1], element)) return Value::boolean(true);
        }
        return Value::boolean(false);
    }
    void parts(std::vector<const Node*>& out) const override { out.push_back(element_.get()); }

private:
    NodePtr element_;
    std::span<const Value> items_;
    std::size_t mask_;
    std::vector<std::uint32_t> buckets_;
};

/// A few constants: comparing with each is quicker than hashing.
class InFew final : public Node {
public:
    InFew(Span span, NodePtr element, const Value& list)
        : Node(span), element_(std::move(element)), items_(list.pointer<Value>(), list.aux()) {}

    Value eval(Frame& frame) const noexcept override {
        const Value element = element_->eval(frame);
        if (element.is_error()) return element;
        return Value::boolean(
            std::ranges::any_of(items_, [&](const Value& item) { return equal_scalars(item, element); }));
    }
    void parts(std::vector<const Node*>& out) const override { out.push_back(element_.get()); }

private:
    NodePtr element_;
    std::span<const Value> items_;
};

bool is_scalar(const Value& value) {
    return !value.is(Kind::list) && !value.is(Kind::map) && !value.is(Kind::optional);
}

}  // namespace

NodePtr make_equality(Span span, Operator op, NodePtr left, NodePtr right) {
    const bool equal = op == Operator::equal;
    if (left->constant() != nullptr)
        std::swap(left, right);  // a constant is no error, so the order shows nowhere
    const Value* constant = right->constant();
    if (constant != nullptr && constant->is(Kind::text)) {
        return std::make_unique<TextEquality>(span, equal, std::move(left), constant->as_text());
    }
    return std::make_unique<Equality>(span, equal, std::move(left), std::move(right));
}

NodePtr make_relation(Span span, Operator op, NodePtr left, NodePtr right) {
    return std::make_unique<Relation>(span, op, std::move(left), std::move(right));
}

NodePtr make_in(Span span, NodePtr element, NodePtr container) {
    constexpr std::size_t kFew = 8;
    const Value* list = container->constant();
    if (list == nullptr || !list->is(Kind::list))
        return std::make_unique<In>(span, std::move(element), std::move(container));
    const std::span<const Value> items(list->pointer<Value>(), list->aux());
    if (!std::ranges::all_of(items, is_scalar)) {
        return std::make_unique<In>(span, std::move(element), std::move(container));
    }
    if (items.size() <= kFew) return std::make_unique<InFew>(span, std::move(element), *list);
    return std::make_unique<InSet>(span, std::move(element), *list);
}

}  // namespace maillon::expression
