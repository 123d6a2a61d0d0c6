#include "filter.h"

#include "core/base/text.h"
#include "core/base/time.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace sandbox {
namespace {

using Kind = Condition::Kind;
using Operator = Condition::Operator;

bool is_time(std::string_view field) {
    return field == "date_modified" || field == "date_entered";
}

std::optional<std::int64_t> seconds_in(const std::string& text) {
    if (const auto time = maillon::parse_rfc3339(text)) return maillon::millis(*time) / 1000;
    // A date alone is its first moment.
    if (const auto day = maillon::parse_rfc3339(text + "T00:00:00Z")) return maillon::millis(*day) / 1000;
    return std::nullopt;
}

std::optional<double> number_in(std::string_view text) {
    double number = 0;
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || bad != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// Below, at or above 0, as numbers when both are, else as text without regard to the case of ASCII letters.
int compare_texts(const std::string& a, const std::string& b) {
    const auto left = number_in(a);
    const auto right = number_in(b);
    if (left && right) return *left < *right ? -1 : *left > *right ? 1 : 0;
    return maillon::ascii_lower(a).compare(maillon::ascii_lower(b));
}

template <class Compare>
bool fits(Operator op, const std::vector<std::string>& values, Compare compare) {
    const auto first = [&] { return values.empty() ? std::optional<int>() : compare(values.front()); };
    const auto any_equal = [&] {
        return std::any_of(values.begin(), values.end(),
                           [&](const std::string& value) { return compare(value) == 0; });
    };
    switch (op) {
        case Operator::equals:
        case Operator::in: return any_equal();
        case Operator::not_equals:
        case Operator::not_in: return !any_equal();
        case Operator::gt: return first().value_or(-1) > 0;
        case Operator::gte: return first().value_or(-1) >= 0;
        case Operator::lt: return first().value_or(1) < 0;
        case Operator::lte: return first().value_or(1) <= 0;
        case Operator::between:
            return compare(values[0]).value_or(-1) >= 0 && compare(values[1]).value_or(1) <= 0;
        default: return false;
    }
}

bool text_fits(const Condition& condition, const std::string& value) {
    const auto lower = [](std::string_view text) { return maillon::ascii_lower(text); };
    const std::string wanted = condition.values.empty() ? "" : condition.values.front();
    switch (condition.op) {
        case Operator::starts: return lower(value).starts_with(lower(wanted));
        case Operator::ends: return lower(value).ends_with(lower(wanted));
        case Operator::contains: return lower(value).find(lower(wanted)) != std::string::npos;
        case Operator::not_contains: return lower(value).find(lower(wanted)) == std::string::npos;
        case Operator::is_empty: return value.empty();
        case Operator::not_empty: return !value.empty();
        case Operator::gt:
        case Operator::gte:
        case Operator::lt:
        case Operator::lte:
        case Operator::between:
            // The database's NULL is neither above nor below anything.
            if (value.empty()) return false;
            break;
        default:
            // Equality is that of texts: 0612 is not 612, and an index of texts finds the same as reading
            // everything.
            return fits(condition.op, condition.values, [&](const std::string& other) {
                return std::optional(lower(value).compare(lower(other)));
            });
    }
    return fits(condition.op, condition.values,
                [&](const std::string& other) { return std::optional(compare_texts(value, other)); });
}

bool time_fits(const Condition& condition, std::int64_t seconds) {
    if (condition.op == Operator::is_empty) return false;
    if (condition.op == Operator::not_empty) return true;
    return fits(condition.op, condition.values, [&](const std::string& other) -> std::optional<int> {
        const auto wanted = seconds_in(other);
        if (!wanted) return std::nullopt;
        return seconds < *wanted ? -1 : seconds > *wanted ? 1 : 0;
    });
}

bool is_negative(Operator op) {
    return op == Operator::not_equals || op == Operator::not_in || op == Operator::not_contains ||
           op == Operator::is_empty;
}

}  // namespace

bool matches(const Condition& condition, const Record& record, const LinkedValues& linked) {
    const auto holds = [&](const Condition& part) { return matches(part, record, linked); };
    if (condition.kind == Kind::all)
        return std::all_of(condition.parts.begin(), condition.parts.end(), holds);
    if (condition.kind == Kind::any)
        return std::any_of(condition.parts.begin(), condition.parts.end(), holds);
    if (is_time(condition.field)) {
        return time_fits(condition, condition.field == "date_entered" ? record.entered_s : record.modified_s);
    }
    const auto dot = condition.field.find('.');
    const bool is_linked = dot != std::string::npos && !condition.field.starts_with("email_addresses.");
    const auto values = is_linked ? linked(record, std::string_view(condition.field).substr(0, dot),
                                           std::string_view(condition.field).substr(dot + 1))
                                  : values_of(record, condition.field);
    const auto fit = [&](const std::string& value) { return text_fits(condition, value); };
    return is_negative(condition.op) ? std::all_of(values.begin(), values.end(), fit)
                                     : std::any_of(values.begin(), values.end(), fit);
}

std::optional<Table::Records> candidates(const Condition& condition, Table& table,
                                         const LinkedRecords& linked) {
    if (condition.kind == Kind::all) {
        std::optional<Table::Records> best;
        for (const Condition& part : condition.parts) {
            auto found = candidates(part, table, linked);
            if (found && (!best || found->size() < best->size())) best = std::move(found);
        }
        return best;
    }
    Table::Records all;
    if (condition.kind == Kind::any) {
        for (const Condition& part : condition.parts) {
            auto found = candidates(part, table, linked);
            if (!found) return std::nullopt;
            all.insert(all.end(), found->begin(), found->end());
        }
    } else {
        const bool by_equality = condition.op == Operator::equals || condition.op == Operator::in;
        const bool is_linked = condition.field.find('.') != std::string::npos &&
                               !condition.field.starts_with("email_addresses.");
        if (!by_equality || is_time(condition.field)) return std::nullopt;
        const std::string_view dotted = condition.field;
        const auto dot = dotted.find('.');
        if (is_linked && dotted.substr(dot + 1) != "id") return std::nullopt;
        for (const std::string& value : condition.values) {
            const auto found =
                is_linked ? linked(dotted.substr(0, dot), value) : table.with(condition.field, value);
            all.insert(all.end(), found.begin(), found.end());
        }
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

std::int64_t modified_from(const Condition& condition) {
    if (condition.kind == Kind::all) {
        std::int64_t from = 0;
        for (const Condition& part : condition.parts) from = std::max(from, modified_from(part));
        return from;
    }
    const bool is_lower_bound =
        condition.kind == Kind::compare && condition.field == "date_modified" && !condition.values.empty() &&
        (condition.op == Operator::gt || condition.op == Operator::gte || condition.op == Operator::between);
    return is_lower_bound ? seconds_in(condition.values.front()).value_or(0) : 0;
}

}  // namespace sandbox
