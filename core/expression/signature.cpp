#include "core/expression/signature.h"

#include "core/base/assert.h"
#include "core/expression/functions.h"

#include <array>
#include <unordered_map>

namespace maillon::expression {
namespace {

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

bool take_end(std::string_view& text, std::string_view end) {
    if (!text.ends_with(end)) return false;
    text.remove_suffix(end.size());
    return true;
}

/// The part up to the next comma that is not inside parentheses, taken off the front.
std::string_view take_param(std::string_view& params) {
    std::size_t depth = 0, at = 0;
    for (; at < params.size() && (depth > 0 || params[at] != ','); ++at) {
        if (params[at] == '(') ++depth;
        if (params[at] == ')') --depth;
    }
    const std::string_view out = trimmed(params.substr(0, at));
    params.remove_prefix(std::min(at + 1, params.size()));
    return out;
}

bool read_params(std::string_view params, Signature& out, std::vector<std::string>& names) {
    while (!params.empty()) {
        std::string_view param = take_param(params);
        out.repeated = take_end(param, "...");
        if (out.repeated && !params.empty()) return false;
        if (take_end(param, "?")) {
            ++out.optional;
        } else if (out.optional > 0) {
            return false;
        }
        auto type = parse_type(param, names);
        if (!type) return false;
        const Type& inner = type->is(TypeKind::list) ? type->part(0) : *type;
        out.is_mixed = out.is_mixed || inner.is(TypeKind::number);
        out.params.push_back(std::move(*type));
    }
    return true;
}

std::vector<Signature> must_parse(std::string_view text) {
    auto out = parse_signatures(text);
    MAILLON_ASSERT(out.has_value(), "a signature in the program's own tables is well-formed");
    return std::move(*out);
}

constexpr std::string_view kOrder =
    "(int, int) -> bool | (uint, uint) -> bool | (double, double) -> bool | (number, number) -> bool | "
    "(string, string) -> bool | (bytes, bytes) -> bool | (bool, bool) -> bool | "
    "(timestamp, timestamp) -> bool | (duration, duration) -> bool";
constexpr std::string_view kProduct = "(int, int) -> int | (uint, uint) -> uint | (double, double) -> double";

std::string_view text_of(Operator op) {
    switch (op) {
        case Operator::conditional: return "(bool, T, T) -> T";
        case Operator::logical_or:
        case Operator::logical_and: return "(bool...) -> bool";
        case Operator::logical_not: return "(bool) -> bool";
        case Operator::equal:
        case Operator::unequal: return "(T, T) -> bool";
        case Operator::less:
        case Operator::less_equal:
        case Operator::greater:
        case Operator::greater_equal: return kOrder;
        case Operator::in: return "(T, list(T)) -> bool | (K, map(K, V)) -> bool";
        case Operator::add:
            return "(int, int) -> int | (string, string) -> string | (double, double) -> double | "
                   "(uint, uint) -> uint | (bytes, bytes) -> bytes | (list(T), list(T)) -> list(T) | "
                   "(timestamp, duration) -> timestamp | (duration, timestamp) -> timestamp | "
                   "(duration, duration) -> duration";
        case Operator::subtract:
            return "(int, int) -> int | (double, double) -> double | (uint, uint) -> uint | "
                   "(timestamp, timestamp) -> duration | (timestamp, duration) -> timestamp | "
                   "(duration, duration) -> duration";
        case Operator::multiply:
        case Operator::divide: return kProduct;
        case Operator::modulo: return "(int, int) -> int | (uint, uint) -> uint";
        case Operator::negate: return "(int) -> int | (double) -> double | (duration) -> duration";
    }
    return "";
}

}  // namespace

bool Signature::takes(std::size_t arguments) const {
    if (repeated) return arguments + 1 > params.size();
    return arguments <= params.size() && arguments + optional >= params.size();
}

std::optional<Signature> parse_signature(std::string_view text) {
    text = trimmed(text);
    const std::size_t arrow = text.rfind("->");
    if (arrow == std::string_view::npos) return std::nullopt;
    std::string_view params = trimmed(text.substr(0, arrow));
    if (!params.starts_with('(') || !params.ends_with(')')) return std::nullopt;
    params = trimmed(params.substr(1, params.size() - 2));
    Signature out;
    std::vector<std::string> names;
    if (!read_params(params, out, names)) return std::nullopt;
    auto result = parse_type(trimmed(text.substr(arrow + 2)), names);
    if (!result) return std::nullopt;
    out.result = std::move(*result);
    out.parameters = static_cast<std::uint32_t>(names.size());
    return out;
}

std::optional<std::vector<Signature>> parse_signatures(std::string_view text) {
    std::vector<Signature> out;
    while (true) {
        const std::size_t bar = text.find('|');
        auto one = parse_signature(text.substr(0, bar));
        if (!one) return std::nullopt;
        out.push_back(std::move(*one));
        if (bar == std::string_view::npos) return out;
        text.remove_prefix(bar + 1);
    }
}

std::span<const Signature> signatures_of(const FunctionRow& row) {
    // Rows are constants of the program: their addresses stand for them.
    static const auto kAll = [] {
        std::unordered_map<const FunctionRow*, std::vector<Signature>> out;
        for (const FunctionRow* each : all_functions()) {
            if (!each->types.empty()) out.emplace(each, must_parse(each->types));
        }
        return out;
    }();
    const auto found = kAll.find(&row);
    if (found == kAll.end()) return {};
    return found->second;
}

std::span<const Signature> signatures_of(Operator op) {
    static const auto kAll = [] {
        std::array<std::vector<Signature>, static_cast<std::size_t>(Operator::logical_not) + 1> out;
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = must_parse(text_of(static_cast<Operator>(i)));
        return out;
    }();
    return kAll[static_cast<std::size_t>(op)];
}

std::span<const Signature> index_signatures(bool optional) {
    static const auto kPlain = must_parse(
        "(list(T), int) -> T | (map(K, V), K) -> V | (optional(list(T)), int) -> optional(T) | "
        "(optional(map(K, V)), K) -> optional(V)");
    static const auto kOptional = must_parse(
        "(list(T), int) -> optional(T) | (map(K, V), K) -> optional(V) | "
        "(optional(list(T)), int) -> optional(T) | (optional(map(K, V)), K) -> optional(V)");
    return optional ? kOptional : kPlain;
}

}  // namespace maillon::expression
