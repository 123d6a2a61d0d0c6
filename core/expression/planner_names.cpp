#include "core/base/text.h"
#include "core/expression/habits.h"
#include "core/expression/planner.h"

#include <algorithm>
#include <array>

namespace maillon::expression {
namespace {

constexpr std::array<std::string_view, 15> kTypes{"bool",
                                                  "bytes",
                                                  "double",
                                                  "google.protobuf.Duration",
                                                  "google.protobuf.Timestamp",
                                                  "int",
                                                  "list",
                                                  "map",
                                                  "net.CIDR",
                                                  "net.IP",
                                                  "null_type",
                                                  "optional_type",
                                                  "string",
                                                  "type",
                                                  "uint"};

}  // namespace

std::string_view known_type(std::string_view name) {
    const auto found = std::ranges::find(kTypes, name);
    return found == kTypes.end() ? std::string_view() : *found;
}

bool Planner::is_local(std::string_view name) const {
    return std::ranges::find(names_, name, &LocalName::name) != names_.end();
}

NodePtr Planner::local(std::string_view name, Span span) {
    const auto found = std::find_if(names_.rbegin(), names_.rend(),
                                    [&](const LocalName& each) { return each.name == name; });
    if (found == names_.rend()) return nullptr;
    if (found->init != nullptr) return make_lazy_local(span, found->number, found->init);
    return make_local(span, found->number);
}

std::optional<std::size_t> Planner::declared(std::string_view dotted, bool root_only) {
    const auto slot = scope_.resolve(dotted, root_only);
    if (!slot) return std::nullopt;
    const std::string& name = scope_.names()[*slot];
    if (std::ranges::find(variables_, name) == variables_.end()) variables_.push_back(name);
    return slot;
}

NodePtr Planner::type_name(std::string_view dotted, Span span) {
    const std::string_view known = known_type(dotted);
    return known.empty() ? nullptr : make_constant(span, Value::type(known));
}

NodePtr Planner::variable_or_type(const Expr& expr) {
    if (const auto slot = declared(expr.text, expr.leading_dot)) {
        return make_variable(expr.span, *slot, keep(scope_.names()[*slot]));
    }
    return type_name(expr.text, expr.span);
}

/// a.b.c: the longest declared name among a.b.c, a.b and a, then fields of it. Null when the root is a local
/// or no plain name. What has been looked up in vain is not looked up again for a.b and a.
NodePtr Planner::path(const Expr& expr) {
    const Expr* root = root_name(expr);
    if (root == nullptr || (!root->leading_dot && is_local(root->text))) return nullptr;
    std::string dotted = dotted_name(expr);
    if (root == undeclared_) return type_name(dotted, expr.span);
    std::vector<PathKey> keys;
    for (const Expr* at = &expr;; at = at->args[0].get()) {
        if (const auto slot = declared(dotted, root->leading_dot)) {
            const std::string_view name = keep(scope_.names()[*slot]);
            if (keys.empty()) return make_variable(expr.span, *slot, name);
            std::ranges::reverse(keys);
            return make_path(expr.span, *slot, name, std::move(keys));
        }
        if (keys.empty()) {
            if (NodePtr type = type_name(dotted, expr.span)) return type;
        }
        if (at == root) break;
        keys.push_back(key_of(*at));
        dotted.resize(dotted.size() - at->text.size() - 1);
    }
    undeclared_ = root;
    return nullptr;
}

NodePtr Planner::unknown_variable(std::string_view name, Span span) {
    std::vector<std::string> candidates = scope_.names();
    // Names that begin with a control character cannot be written: they only keep a slot.
    std::erase_if(candidates, [](const std::string& each) { return each.starts_with('\x01'); });
    for (const LocalName& each : names_) candidates.emplace_back(each.name);
    const std::string_view meant = did_you_mean(name, candidates);
    std::string hint = habit_of_variable(name);
    if (!hint.empty())
        return problem(span, "unknown variable '" + std::string(name) + "'", std::move(hint),
                       FailureCode::unknown_variable, name);
    if (!meant.empty()) {
        hint = "did you mean '" + std::string(meant) + "'?";
    } else if (!candidates.empty()) {
        hint = "known here: " + enumerate(candidates);
    }
    return problem(span, "unknown variable '" + std::string(name) + "'", std::move(hint),
                   FailureCode::unknown_variable, name);
}

}  // namespace maillon::expression
