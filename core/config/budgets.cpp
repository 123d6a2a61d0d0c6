#include "core/config/scalars.h"
#include "core/config/sections.h"

#include <algorithm>

namespace maillon::config {
namespace {

constexpr std::string_view kPoll = "poll";

/// A name, or a list of names.
std::vector<Name> read_names(const Member* member, Reading& reading) {
    std::vector<Name> out;
    if (member == nullptr) return out;
    const auto add = [&](const Member& one) {
        if (auto name = read_reference(reading, &one)) out.push_back(std::move(*name));
    };
    if (!member->value.is_list()) {
        add(*member);
        return out;
    }
    for (const auto& item : member->value.items) add({member->key, item});
    if (member->value.items.empty())
        reading.diagnostics.error(member->value.place, "'" + member->key.text + "' is empty");
    return out;
}

std::optional<double> read_amount(Reading& reading, const Member* member) {
    const Scalar* scalar = read_scalar(reading, member);
    if (scalar == nullptr) return std::nullopt;
    const auto value = natural_value(*scalar);
    const auto amount = value.is_double()  ? value.as_double()
                        : value.is_int64() ? static_cast<double>(value.as_int64())
                                           : -1.0;
    if (amount > 0 && amount <= 1e12) return amount;
    reading.diagnostics.error(
        member->value.place,
        "'" + member->key.text + "' must be a number above 0, not '" + scalar->text + "'",
        "write it without a currency: " + member->key.text + ": 20.00");
    return std::nullopt;
}

std::map<std::string, double> read_costs(const Member* member, Reading& reading) {
    std::map<std::string, double> out;
    if (member == nullptr || !check_map(member->value, "'costs'", reading)) return out;
    for (const auto& entry : member->value.members) {
        if (const auto cost = read_amount(reading, &entry)) out.emplace(entry.key.text, *cost);
    }
    return out;
}

void check_money(const Budget& budget, const Member& member, Reading& reading) {
    const std::string what = "budget '" + budget.name.value + "'";
    const bool counts = member.value.find("calls") != nullptr, pays = member.value.find("spend") != nullptr;
    if (counts == pays)
        reading.diagnostics.error(member.key.place, what + " needs either 'calls' or 'spend'",
                                  "calls: 100 counts calls; spend: 20.00 adds up what 'costs' says");
    else if (pays && member.value.find("costs") == nullptr)
        reading.diagnostics.error(member.key.place, what + " does not say what anything costs",
                                  "costs: { reply: 0.015, poll: 0.005 }");
    else if (counts && !budget.costs.empty())
        reading.diagnostics.error(member.key.place, what + " counts calls, so 'costs' means nothing",
                                  "to limit money, write spend: 20.00 instead of calls");
    if (budget.burst && budget.calls && *budget.burst > *budget.calls)
        reading.diagnostics.error(member.key.place, what + ": 'burst' is more than 'calls'",
                                  "as many calls as 'burst' says may go at once");
}

Budget read_budget(const Member& member, Reading& reading) {
    Budget out;
    out.name = {member.key.text, member.key.place};
    Fields fields(member.value, "budget '" + member.key.text + "'", reading, kBudgetShape, member.key.place);
    out.of = read_names(fields.require("of", "of: x"), reading);
    out.operations = read_names(fields.take("operations"), reading);
    out.calls = read_integer(reading, fields.take("calls"), fields.about("calls"));
    out.spend = read_amount(reading, fields.take("spend"));
    if (const auto per = read_span(reading, fields, "per")) out.per = *per;
    out.burst = read_integer(reading, fields.take("burst"), fields.about("burst"));
    out.costs = read_costs(fields.take("costs"), reading);
    fields.finish();
    if (fields.is_map()) check_money(out, member, reading);
    return out;
}

}  // namespace

bool Budget::covers(std::string_view instance, std::string_view operation) const {
    const auto is = [](std::string_view wanted) {
        return [wanted](const Name& one) { return one.value == wanted; };
    };
    if (!std::ranges::any_of(of, is(instance))) return false;
    if (spend) return costs.contains(std::string(operation));
    if (operations.empty()) return operation != kPoll;
    return std::ranges::any_of(operations, is(operation));
}

std::map<std::string, Budget> read_budgets(const ValueTree& section, Reading& reading) {
    std::map<std::string, Budget> out;
    check_map(section, "budgets", reading);
    for (const auto& member : section.members) {
        if (check_name(reading, member.key, "a budget"))
            out.emplace(member.key.text, read_budget(member, reading));
    }
    return out;
}

}  // namespace maillon::config
