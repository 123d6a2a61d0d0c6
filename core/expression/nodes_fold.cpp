#include "core/expression/compare.h"
#include "core/expression/containers.h"
#include "core/expression/nodes.h"
#include "core/expression/output.h"

#include <algorithm>
#include <utility>

namespace maillon::expression {
namespace {

/// What all folds do: evaluate the range, then set the variables for one element after another, each billed.
class FoldNode : public Node {
public:
    void parts(std::vector<const Node*>& out) const override { out.push_back(parts_.range.get()); }

protected:
    explicit FoldNode(FoldParts parts) : Node(parts.span), parts_(std::move(parts)) {}

    /// The range's value, or the error to hand on: its own, or that it has no elements.
    Value range(Frame& frame) const {
        const Value range = parts_.range->eval(frame);
        if (range.is(Kind::list) || range.is(Kind::map) || range.is_error()) return range;
        return no_overload(frame, parts_.name, range);
    }

    /// Runs over the elements: of a list its elements (with two variables: index and element), of a map its
    /// keys (key and value).
    class Elements {
    public:
        Elements(Frame& frame, const FoldParts& parts, const Value& range)
            : frame_(frame),
              parts_(parts),
              is_map_(range.is(Kind::map)),
              list_(is_map_ ? Value::list({}) : range),
              map_(is_map_ ? range : empty_map()) {}

        /// Sets the variables. False at the end, or when the budget is used up.
        bool next() {
            Value& first = frame_.locals[parts_.first];
            Value second;
            if (is_map_ ? !map_.next(first, second) : !list_.next(second)) return false;
            if (!is_map_) first = parts_.two_variables ? Value::integer(index_++) : second;
            if (parts_.two_variables) frame_.locals[parts_.second] = second;
            return frame_.charge(parts_.step);
        }

    private:
        static Value empty_map() {
            static const MapTable kEmpty;
            return Value::map(&kEmpty);
        }

        Frame& frame_;
        const FoldParts& parts_;
        bool is_map_;
        std::int64_t index_ = 0;
        ListReader list_;
        MapReader map_;
    };

    /// true or false, or the error that the condition is: its own, or that it is no bool. True when there is
    /// no condition.
    Value condition(Frame& frame) const {
        if (!parts_.condition) return Value::boolean(true);
        const Value value = parts_.condition->eval(frame);
        if (value.is(Kind::boolean) || value.is_error()) return value;
        return frame.fail({.code = FailureCode::not_boolean,
                           .span = parts_.condition->span(),
                           .a = value,
                           .name = parts_.name});
    }

    /// Adds an operand for each element whose condition `decides`, and counts those beyond a few.
    template <class Decides>
    void explain_those(Frame& frame, Explanation& out, const Decides& decides) const {
        constexpr std::size_t kShown = 5;
        const Value range = this->range(frame);
        if (range.is_error()) return;
        for (Elements elements(frame, parts_, range); elements.next();) {
            if (!decides(condition(frame))) continue;
            if (out.operands.size() == kShown) {
                ++out.more;
                continue;
            }
            const auto spent = frame.meter.spent;
            auto operand = explain_operand(*parts_.condition, frame);
            frame.meter.spent = spent;
            operand.element = element(frame);
            operand.decided = true;
            out.operands.push_back(std::move(operand));
        }
    }
    /// "t = \"vip\"".
    std::string element(Frame& frame) const {
        auto out = std::string(parts_.variable) + " = " + to_display(frame.locals[parts_.first]);
        if (parts_.two_variables)
            out +=
                ", " + std::string(parts_.second_variable) + " = " + to_display(frame.locals[parts_.second]);
        return out;
    }

    FoldParts parts_;
};

/// all and exists: like && and || over the elements, so a deciding element hides the errors of others.
class Quantifier final : public FoldNode {
public:
    Quantifier(bool all, FoldParts parts) : FoldNode(std::move(parts)), all_(all) {}

    Value eval(Frame& frame) const noexcept override {
        const Value range = this->range(frame);
        if (range.is_error()) return range;
        Value error;
        for (Elements elements(frame, parts_, range); elements.next();) {
            const Value value = condition(frame);
            if (value.is_error()) {
                if (error.is(Kind::unset)) error = value;
            } else if (value.is_true() != all_) {
                return Value::boolean(!all_);
            }
        }
        return error.is(Kind::unset) ? Value::boolean(all_) : error;
    }

    Explanation::Shape shape() const override { return Explanation::Shape::elements; }
    void explain_elements(Frame& frame, Explanation& out) const override {
        bool over = false;
        explain_those(frame, out,
                      [&, is_settled = out.outcome == (all_ ? "false" : "true")](const Value& value) {
                          if (out.failed) return value.is_error();
                          if (!is_settled) return true;
                          const bool decides = all_ ? value.is_false() : value.is_true();
                          return decides && !std::exchange(over, true);
                      });
    }

private:
    bool all_;
};

class ExistsOne final : public FoldNode {
public:
    explicit ExistsOne(FoldParts parts) : FoldNode(std::move(parts)) {}

    Value eval(Frame& frame) const noexcept override {
        const Value range = this->range(frame);
        if (range.is_error()) return range;
        std::size_t found = 0;
        for (Elements elements(frame, parts_, range); elements.next();) {
            const Value value = condition(frame);
            if (value.is_error()) return value;
            if (value.is_true()) ++found;
        }
        return Value::boolean(found == 1);
    }

    Explanation::Shape shape() const override { return Explanation::Shape::elements; }
    void explain_elements(Frame& frame, Explanation& out) const override {
        if (out.failed) return explain_those(frame, out, [](const Value& value) { return value.is_error(); });
        explain_those(frame, out, [](const Value& value) { return value.is_true(); });
        if (out.operands.empty()) explain_those(frame, out, [](const Value&) { return true; });
    }
};

/// map, filter and transformList.
class ListFold final : public FoldNode {
public:
    explicit ListFold(FoldParts parts) : FoldNode(std::move(parts)) {}

    Value eval(Frame& frame) const noexcept override {
        const Value range = this->range(frame);
        if (range.is_error()) return range;
        const std::size_t most = size_of(range);
        if (!frame.charge(most)) return frame.cost_failure();
        const auto out = frame.arena.array<Value>(most);
        std::size_t size = 0;
        for (Elements elements(frame, parts_, range); elements.next();) {
            const Value wanted = condition(frame);
            if (wanted.is_error()) return wanted;
            if (wanted.is_false()) continue;
            const Value value = parts_.result ? parts_.result->eval(frame) : frame.locals[parts_.first];
            if (value.is_error()) return value;
            out[size++] = value;
        }
        return Value::list(out.first(size));
    }
};

/// transformMap and transformMapEntry.
class MapFold final : public FoldNode {
public:
    MapFold(bool entries, FoldParts parts) : FoldNode(std::move(parts)), entries_(entries) {}

    Value eval(Frame& frame) const noexcept override {
        const Value range = this->range(frame);
        if (range.is_error()) return range;
        const std::size_t most = size_of(range);
        if (!frame.charge(2 * most)) return frame.cost_failure();
        MapBuilder out(frame.arena, most);
        for (Elements elements(frame, parts_, range); elements.next();) {
            const Value wanted = condition(frame);
            if (wanted.is_error()) return wanted;
            if (wanted.is_false()) continue;
            const Value value = parts_.result->eval(frame);
            if (value.is_error()) return value;
            const Value error =
                entries_ ? add_all(frame, out, value) : add(frame, out, frame.locals[parts_.first], value);
            if (error.is_error()) return error;
        }
        return out.finish();
    }

private:
    Value add(Frame& frame, MapBuilder& out, const Value& key, const Value& value) const {
        if (out.add(key, value)) return Value();
        return fail(frame, {.code = FailureCode::duplicate_key, .a = key});
    }

    /// The pairs of the map made for one element: mostly one.
    Value add_all(Frame& frame, MapBuilder& out, const Value& entries) const {
        if (!entries.is(Kind::map)) return no_overload(frame, parts_.name, entries);
        const std::size_t size = size_of(entries);
        if (size > 1 && !frame.charge(2 * (size - 1))) return frame.cost_failure();
        Value key, value;
        for (MapReader reader(entries); reader.next(key, value);) {
            if (const Value error = add(frame, out, key, value); error.is_error()) return error;
        }
        return Value();
    }

    bool entries_;
};

struct Ranked {
    Value key;
    Value value;
};

class SortBy final : public FoldNode {
public:
    explicit SortBy(FoldParts parts) : FoldNode(std::move(parts)) {}

    Value eval(Frame& frame) const noexcept override {
        const Value range = this->range(frame);
        if (range.is_error()) return range;
        if (!range.is(Kind::list)) return no_overload(frame, parts_.name, range);
        const std::size_t size = size_of(range);
        if (!frame.charge(size * (2 + static_cast<std::size_t>(std::bit_width(size)))))
            return frame.cost_failure();
        const auto ranked = frame.arena.array<Ranked>(size);
        std::size_t count = 0;
        for (Elements elements(frame, parts_, range); elements.next(); ++count) {
            ranked[count] = {parts_.result->eval(frame), frame.locals[parts_.first]};
            if (ranked[count].key.is_error()) return ranked[count].key;
            const auto fits = order(ranked[0].key, ranked[count].key);
            if (!fits || *fits == std::partial_ordering::unordered)
                return no_overload(frame, parts_.name, ranked[0].key, ranked[count].key);
        }
        // As the arena, the standard library's buffer for a stable sort is only asked for when there is
        // something to sort.
        std::ranges::stable_sort(ranked.first(count),
                                 [](const Ranked& a, const Ranked& b) { return *order(a.key, b.key) < 0; });
        const auto out = frame.arena.array<Value>(count);
        std::ranges::transform(ranked.first(count), out.begin(), &Ranked::value);
        return Value::list(out);
    }
};

/// optMap and optFlatMap: the fold over one or no element.
class OptionalFold final : public FoldNode {
public:
    OptionalFold(bool flat, FoldParts parts) : FoldNode(std::move(parts)), flat_(flat) {}

    Value eval(Frame& frame) const noexcept override {
        const Value base = parts_.range->eval(frame);
        if (base.is_error()) return base;
        if (!base.is(Kind::optional)) return no_overload(frame, parts_.name, base);
        if (!base.is_present()) return base;
        frame.locals[parts_.first] = base.inner();
        const Value value = parts_.result->eval(frame);
        if (value.is_error()) return value;
        if (!flat_) return Value::some(frame.arena, value);
        return value.is(Kind::optional) ? value : no_overload(frame, parts_.name, value);
    }

private:
    bool flat_;
};

}  // namespace

NodePtr make_quantifier(Fold fold, FoldParts parts) {
    if (fold == Fold::exists_one) return std::make_unique<ExistsOne>(std::move(parts));
    return std::make_unique<Quantifier>(fold == Fold::all, std::move(parts));
}
NodePtr make_list_fold(FoldParts parts) {
    return std::make_unique<ListFold>(std::move(parts));
}
NodePtr make_map_fold(Fold fold, FoldParts parts) {
    return std::make_unique<MapFold>(fold == Fold::map_entry, std::move(parts));
}
NodePtr make_sort_by(FoldParts parts) {
    return std::make_unique<SortBy>(std::move(parts));
}
NodePtr make_optional_fold(Fold fold, FoldParts parts) {
    return std::make_unique<OptionalFold>(fold == Fold::optional_flat_map, std::move(parts));
}

}  // namespace maillon::expression
