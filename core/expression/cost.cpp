#include "core/expression/cost.h"

#include "core/expression/unify.h"

#include <algorithm>
#include <limits>

namespace maillon::expression {
namespace {

constexpr std::uint64_t kEndless = std::numeric_limits<std::uint64_t>::max();

std::uint64_t plus(std::uint64_t a, std::uint64_t b) {
    return a > kEndless - b ? kEndless : a + b;
}
std::uint64_t times(std::uint64_t a, std::uint64_t b) {
    return a != 0 && b > kEndless / a ? kEndless : a * b;
}
Cost plus(const Cost& a, const Cost& b) {
    return {plus(a.least, b.least), plus(a.most, b.most)};
}

/// How long a text, list or map may be; `element` is the most of what is in it.
struct Length {
    std::uint64_t least = 0;
    std::uint64_t most = 1;
    std::uint64_t element = 1;
    bool assumed = false;
};

struct Part {
    Cost cost{1, 1};
    Length length{};
};

bool is_text(const Type& type) {
    return type.is(TypeKind::text) || type.is(TypeKind::bytes);
}

/// What looking at all of it costs.
std::uint64_t touching(const Expr& expr, const Length& length) {
    return is_text(expr.type) ? length.most / 10 : length.most;
}

/// 1,234,567
std::string grouped(std::uint64_t number) {
    std::string out = std::to_string(number);
    for (std::size_t at = out.size(); at > 3;) out.insert(at -= 3, ",");
    return out;
}

class Estimator {
public:
    explicit Estimator(const Limits& limits) : limits_(limits) {}

    Part part(const Expr& expr) {
        Part out = make(expr);
        if (out.cost.most > limits_.static_cost && costly_ == nullptr) {
            costly_ = &expr;
            costs_ = out.cost.most;
        }
        return out;
    }

    /// The smallest part that alone costs more than is allowed, and how much.
    const Expr* costly() const { return costly_; }
    std::uint64_t costs() const { return costs_; }

private:
    struct Local {
        std::string_view name;
        Length length;
    };

    Part make(const Expr& expr) {
        switch (expr.kind) {
            case Expr::Kind::literal: return literal(expr);
            case Expr::Kind::name: return {.length = name(expr)};
            case Expr::Kind::select: return select(expr);
            case Expr::Kind::operation: return operation(expr);
            case Expr::Kind::list:
            case Expr::Kind::map: return items(expr);
            case Expr::Kind::fold: return fold(expr);
            case Expr::Kind::bind: return bind(expr);
            case Expr::Kind::index: return index(expr);
            case Expr::Kind::call: return call(expr);
            case Expr::Kind::message: break;
        }
        return {};
    }

    /// Of a value about which only its type is known.
    Length unknown(const Type& type) const {
        if (is_number(type) || type.is(TypeKind::boolean) || type.is(TypeKind::null) ||
            type.is(TypeKind::timestamp) || type.is(TypeKind::duration) || type.is(TypeKind::type))
            return {};
        return {0, limits_.assumed_length, limits_.assumed_length, true};
    }

    Part literal(const Expr& expr) const {
        const std::uint64_t size = is_text(expr.type) || !expr.text.empty() ? expr.text.size() : 1;
        return {{1, 1}, {size, size, 1, false}};
    }

    Length name(const Expr& expr) const {
        const auto found = std::find_if(locals_.rbegin(), locals_.rend(),
                                        [&](const Local& each) { return each.name == expr.text; });
        return found == locals_.rend() || expr.leading_dot ? unknown(expr.type) : found->length;
    }

    Part select(const Expr& expr) {
        const Part base = part(*expr.args[0]);
        Length length = unknown(expr.type);
        const Type& type = expr.args[0]->type;
        if (type.is(TypeKind::object)) {
            const auto* field = type.object().find(expr.text);
            if (field != nullptr && field->most > 0) length = {0, field->most, limits_.assumed_length, false};
        }
        return {plus(base.cost, {1, 1}), length};
    }

    Part index(const Expr& expr) {
        const Part base = part(*expr.args[0]), key = part(*expr.args[1]);
        Length length = unknown(expr.type);
        if (!base.length.assumed) length.most = base.length.element;
        return {plus(plus(base.cost, key.cost), {1, 1}), length};
    }

    Part operation(const Expr& expr) {
        std::vector<Part> parts;
        for (const ExprPtr& arg : expr.args) parts.push_back(part(*arg));
        Cost sum{1, 1};
        for (const Part& each : parts) sum = plus(sum, each.cost);
        switch (expr.op) {
            case Operator::logical_and:
            case Operator::logical_or: return {{plus(parts[0].cost.least, 1), sum.most}, {}};
            case Operator::conditional: return conditional(parts);
            case Operator::in: return {plus(sum, {0, parts[1].length.most}), {}};
            case Operator::add: {
                Length length = unknown(expr.type);
                const bool holds = length.most > 1;
                if (holds) {
                    length.least = plus(parts[0].length.least, parts[1].length.least);
                    length.most = plus(parts[0].length.most, parts[1].length.most);
                    length.element = std::max(parts[0].length.element, parts[1].length.element);
                    length.assumed = parts[0].length.assumed || parts[1].length.assumed;
                }
                return {plus(sum, {0, holds ? touching(expr, length) : 0}), length};
            }
            case Operator::equal:
            case Operator::unequal: {
                const std::uint64_t common = std::min(touching(*expr.args[0], parts[0].length),
                                                      touching(*expr.args[1], parts[1].length));
                return {plus(sum, {0, common > 1 ? common : 0}), {}};
            }
            default: return {sum, {}};
        }
    }

    static Part conditional(const std::vector<Part>& parts) {
        const Part &a = parts[1], &b = parts[2];
        const Cost branches{std::min(a.cost.least, b.cost.least), std::max(a.cost.most, b.cost.most)};
        return {plus(plus(parts[0].cost, branches), {1, 1}),
                {std::min(a.length.least, b.length.least), std::max(a.length.most, b.length.most),
                 std::max(a.length.element, b.length.element), a.length.assumed || b.length.assumed}};
    }

    Part items(const Expr& expr) {
        Part out;
        const std::size_t step = expr.kind == Expr::Kind::map ? 2 : 1;
        for (std::size_t i = 0; i < expr.args.size(); ++i) {
            const Part item = part(*expr.args[i]);
            out.cost = plus(out.cost, item.cost);
            out.length.element = std::max(out.length.element, item.length.most);
        }
        const auto optional = static_cast<std::size_t>(std::ranges::count(expr.optional_items, true));
        out.length.most = expr.args.size() / step;
        out.length.least = out.length.most - optional;
        return out;
    }

    Part bind(const Expr& expr) {
        const Part init = part(*expr.args[0]);
        locals_.push_back({expr.text, init.length});
        const Part body = part(*expr.args[1]);
        locals_.pop_back();
        return {{body.cost.least, plus(init.cost.most, body.cost.most)}, body.length};
    }

    Part fold(const Expr& expr) {
        const bool optional = expr.fold == Fold::optional_map || expr.fold == Fold::optional_flat_map;
        const Part range = part(*expr.args[0]);
        Length turns = range.length;
        if (optional) turns = {0, 1, range.length.most, false};
        const Length element{0, turns.element, limits_.assumed_length, turns.assumed};
        const std::size_t before = locals_.size();
        locals_.push_back({expr.text, expr.second.empty() ? element : Length{}});
        if (!expr.second.empty()) locals_.push_back({expr.second, element});
        Cost step{1, 1};
        Length made = element;
        for (const std::size_t i : {1u, 2u}) {
            if (!expr.args[i]) continue;
            const Part inner = part(*expr.args[i]);
            step = plus(step, inner.cost);
            if (i == 2) made = inner.length;
        }
        locals_.resize(before);
        // A quantifier may stop at its first element; a filter may refuse them all.
        const bool stops = expr.fold == Fold::all || expr.fold == Fold::exists;
        const std::uint64_t fewest = stops ? std::min<std::uint64_t>(turns.least, 1) : turns.least;
        const Cost cost{times(fewest, step.least), times(turns.most, step.most)};
        Length length =
            optional ? made : Length{expr.args[1] ? 0 : turns.least, turns.most, made.most, turns.assumed};
        if (expr.type.is(TypeKind::boolean)) length = {};
        return {plus(plus(range.cost, cost), {1, 1}), length};
    }

    Part call(const Expr& expr) {
        Part out{.cost = {1, 1}, .length = unknown(expr.type)};
        std::uint64_t touched = 0;
        Length first;
        for (const ExprPtr& arg : expr.args) {
            const Part each = part(*arg);
            out.cost = plus(out.cost, each.cost);
            if (each.length.most > 1) touched = plus(touched, touching(*arg, each.length));
            if (arg == expr.args.front()) first = each.length;
        }
        if (out.length.most > 1 && !expr.args.empty()) grow(expr, first, out.length);
        if (expr.text != "size") out.cost = plus(out.cost, {0, touched});
        return out;
    }

    /// The length of a function's result by that of what it is given first.
    static void grow(const Expr& expr, const Length& first, Length& out) {
        const bool keeps_or_cuts = expr.method && expr.args[0]->type == expr.type && expr.text != "replace";
        if (keeps_or_cuts) out = {0, first.most, first.element, first.assumed};
        if (expr.text == "join") out = {0, times(first.most, first.element), 1, first.assumed};
        if (expr.text == "split") out = {0, first.most, first.most, first.assumed};
        if (expr.text == "flatten") out = {0, times(first.most, first.element), first.element, first.assumed};
        if (expr.text == "replace" || expr.text == "format")
            out.most = std::max(out.most, times(first.most, 2));
        if (expr.text == "slice" && expr.args.size() == 3 && expr.args[2]->literal.is(Kind::integer))
            out = {0, std::min(first.most, expr.args[2]->literal.as_unsigned()), first.element, false};
    }

    const Limits& limits_;
    std::vector<Local> locals_;
    const Expr* costly_ = nullptr;
    std::uint64_t costs_ = 0;
};

}  // namespace

Estimated estimate(const Expr& tree, std::string_view source, const Limits& limits) {
    Estimator estimator(limits);
    Estimated out{estimator.part(tree).cost, std::nullopt};
    if (const Expr* costly = estimator.costly()) {
        const bool macro = costly->kind == Expr::Kind::fold;
        const std::string amount =
            estimator.costs() == kEndless ? "more than can be counted" : grouped(estimator.costs());
        Problem problem{(macro ? "the macro '" + std::string(costly->name_span.of(source)) + "'" : "this") +
                            " may cost " + amount + " units, and " + grouped(limits.static_cost) +
                            " are allowed",
                        costly->span.begin, costly->span.end,
                        "macros inside each other multiply; lists of unknown length are taken for " +
                            std::to_string(limits.assumed_length) +
                            " long: say maxItems in the schema, or take a part with .slice(0, 10)"};
        out.problem = std::move(problem);
    }
    return out;
}

}  // namespace maillon::expression
