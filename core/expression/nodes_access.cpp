#include "core/expression/compare.h"
#include "core/expression/containers.h"
#include "core/expression/nodes.h"

namespace maillon::expression {
namespace {

/// Looking through a JSON object or list costs by its size; only loops ever see the bill.
void bill_lookup(Frame& frame, const Value& base) {
    if (base.is_json())
        frame.meter.spent += Tape(base.pointer<simdjson::dom::document>()).count(base.aux()) >> 4;
}

Value missing(Frame& frame, const PathKey& key) {
    return frame.fail({.code = FailureCode::no_such_key,
                       .span = key.whole,
                       .a = Value::text(key.name),
                       .name = ".",
                       .text = key.base.of(frame.source)});
}

/// An optional's field: none stays none, a missing key gives none.
Value select_optionally(Frame& frame, const Value& base, const PathKey& key) {
    const Value inner = base.is(Kind::optional) ? (base.is_present() ? base.inner() : Value()) : base;
    if (inner.is(Kind::unset)) return Value::none();
    if (inner.is(Kind::map)) {
        const Value found = find(inner, key.name);
        return found.is(Kind::unset) ? Value::none() : Value::some(frame.arena, found);
    }
    if (inner.is(Kind::optional)) return select_optionally(frame, inner, key);
    return frame.fail({.code = FailureCode::no_field, .span = key.whole, .a = inner, .name = key.name});
}

/// The slow half of a selection: everything but a key that is there.
Value select_otherwise(Frame& frame, const Value& base, const PathKey& key) {
    if (base.is_error()) return base;
    if (base.is(Kind::map)) return missing(frame, key);
    if (base.is(Kind::optional)) return select_optionally(frame, base, key);
    return frame.fail({.code = FailureCode::no_field, .span = key.whole, .a = base, .name = key.name});
}

inline Value select(Frame& frame, const Value& base, const PathKey& key) {
    if (base.is(Kind::map)) {
        bill_lookup(frame, base);
        const Value found = find(base, key.name);
        if (!found.is(Kind::unset)) return found;
    }
    return select_otherwise(frame, base, key);
}

class Path final : public Node {
public:
    Path(Span span, std::size_t slot, std::string_view variable, std::vector<PathKey> keys)
        : Node(span), slot_(slot), variable_(variable), keys_(std::move(keys)) {}

    Value eval(Frame& frame) const noexcept override {
        Value value = slot_ < frame.slot_count ? frame.slots[slot_] : Value();
        if (value.is(Kind::unset)) {
            return frame.fail(
                {.code = FailureCode::unset_variable, .span = keys_.front().base, .name = variable_});
        }
        for (const PathKey& key : keys_) {
            value = select(frame, value, key);
            if (value.is_error()) break;
        }
        return value;
    }
    bool is_reading() const override { return true; }

private:
    std::size_t slot_;
    std::string_view variable_;
    std::vector<PathKey> keys_;
};

class Select final : public Node {
public:
    Select(PathKey key, NodePtr base) : Node(key.whole), key_(key), base_(std::move(base)) {}
    Value eval(Frame& frame) const noexcept override { return select(frame, base_->eval(frame), key_); }
    bool is_reading() const override { return true; }

private:
    PathKey key_;
    NodePtr base_;
};

class OptionalSelect final : public Node {
public:
    OptionalSelect(PathKey key, NodePtr base) : Node(key.whole), key_(key), base_(std::move(base)) {}
    Value eval(Frame& frame) const noexcept override {
        const Value base = base_->eval(frame);
        return base.is_error() ? base : select_optionally(frame, base, key_);
    }
    bool is_reading() const override { return true; }

private:
    PathKey key_;
    NodePtr base_;
};

class Has final : public Node {
public:
    Has(PathKey key, NodePtr base) : Node(key.whole), key_(key), base_(std::move(base)) {}

    Value eval(Frame& frame) const noexcept override {
        const Value base = base_->eval(frame);
        if (base.is(Kind::map)) {
            bill_lookup(frame, base);
            return Value::boolean(!find(base, key_.name).is(Kind::unset));
        }
        if (base.is_error()) return base;
        if (base.is(Kind::optional)) {
            const Value found = select_optionally(frame, base, key_);
            return found.is_error() ? found : Value::boolean(found.is_present());
        }
        return fail(frame, {.code = FailureCode::no_field, .a = base, .name = key_.name});
    }

private:
    PathKey key_;
    NodePtr base_;
};

/// The element or value under a key; unset when there is none, an error when it cannot be asked for.
Value look_up(Frame& frame, Span span, const Value& base, const Value& key) {
    bill_lookup(frame, base);
    if (base.is(Kind::map)) {
        if (can_be_key(key.kind()) || key.is(Kind::real)) return find(base, key);
        return frame.fail({.code = FailureCode::bad_key, .span = span, .a = key});
    }
    const auto index = whole_number(key);
    if (base.is(Kind::list) && index) {
        return *index < 0 ? Value() : element_at(base, static_cast<std::size_t>(*index));
    }
    return frame.fail({.code = FailureCode::no_overload, .span = span, .a = base, .b = key, .name = "[]"});
}

class Index final : public Node {
public:
    Index(Span span, NodePtr base, NodePtr key, bool optional)
        : Node(span), base_(std::move(base)), key_(std::move(key)), optional_(optional) {}

    Value eval(Frame& frame) const noexcept override {
        const Value base = base_->eval(frame);
        if (base.is_error()) return base;
        const Value key = key_->eval(frame);
        if (key.is_error()) return key;
        if (optional_ || base.is(Kind::optional)) return optionally(frame, base, key);
        const Value found = look_up(frame, span(), base, key);
        return found.is(Kind::unset) ? absent(frame, base, key) : found;
    }
    void parts(std::vector<const Node*>& out) const override { out.push_back(key_.get()); }
    bool is_reading() const override { return true; }

private:
    Value optionally(Frame& frame, const Value& base, const Value& key) const {
        if (base.is(Kind::optional) && !base.is_present()) return base;
        const Value found = look_up(frame, span(), base.is(Kind::optional) ? base.inner() : base, key);
        if (found.is(Kind::unset)) return Value::none();
        return found.is_error() ? found : Value::some(frame.arena, found);
    }

    Value absent(Frame& frame, const Value& base, const Value& key) const {
        if (base.is(Kind::list)) {
            const Value size = Value::integer(static_cast<std::int64_t>(size_of(base)));
            return fail(frame, {.code = FailureCode::bad_index, .a = key, .b = size});
        }
        return fail(frame, {.code = FailureCode::no_such_key,
                            .a = key,
                            .name = "[",
                            .text = base_->span().of(frame.source)});
    }

    NodePtr base_, key_;
    bool optional_;
};

}  // namespace

NodePtr make_path(Span span, std::size_t slot, std::string_view variable, std::vector<PathKey> keys) {
    return std::make_unique<Path>(span, slot, variable, std::move(keys));
}
NodePtr make_select(PathKey key, NodePtr base) {
    return std::make_unique<Select>(key, std::move(base));
}
NodePtr make_optional_select(PathKey key, NodePtr base) {
    return std::make_unique<OptionalSelect>(key, std::move(base));
}
NodePtr make_has(PathKey key, NodePtr base) {
    return std::make_unique<Has>(key, std::move(base));
}
NodePtr make_index(Span span, NodePtr base, NodePtr key) {
    return std::make_unique<Index>(span, std::move(base), std::move(key), false);
}
NodePtr make_optional_index(Span span, NodePtr base, NodePtr key) {
    return std::make_unique<Index>(span, std::move(base), std::move(key), true);
}

}  // namespace maillon::expression
