#include "core/config/scalars.h"
#include "core/trial/reader.h"
#include "core/trial/shapes.h"

namespace maillon::trial {
namespace {

using config::Fields;
using config::Member;
using config::ValueTree;

/// `- crm.upsert: { module: Cases }`, with `tries: 2` beside it where that matters.
std::optional<ExpectedCall> read_call(config::Reading& reading, const ValueTree& item) {
    Fields fields(item, "an expected call", reading, kExpectedCallShape);
    if (!fields.is_map()) return std::nullopt;
    ExpectedCall out;
    out.place = item.place;
    const auto* tries = fields.take("tries");
    out.tries = config::read_integer(reading, tries, fields.about("tries"));
    if (tries) out.tries_place = tries->value.place;
    const auto others = fields.take_others();
    if (others.size() != 1) {
        reading.diagnostics.error(item.place,
                                  others.empty() ? "which call is expected here?" : "one entry is one call",
                                  "write for instance  - crm.upsert: { module: Cases }");
        return std::nullopt;
    }
    const auto& call = *others.front();
    auto parts = in_two(reading, call.key, "crm.upsert");
    if (!parts) return std::nullopt;
    out.target = {call.key.text, config::inside(call.key)};
    out.place = out.target.place;
    std::tie(out.instance, out.operation) = std::move(*parts);
    out.arguments = map_of(reading, &call);
    if (!out.arguments.place.is_known()) out.arguments.place = out.place;
    return out;
}

bool must_be_list(config::Reading& reading, const Member& member) {
    if (member.value.is_list()) return true;
    reading.diagnostics.error(member.value.place, "'" + member.key.text + "' must be a list",
                              "an empty one, [], means: there is nothing of the kind");
    return false;
}

void read_calls(Expected& out, config::Reading& reading, const Member* member) {
    if (member == nullptr || !must_be_list(reading, *member)) return;
    out.calls.emplace();
    out.calls_place = member->key.place;
    for (const auto& item : member->value.items) {
        if (auto call = read_call(reading, item)) out.calls->push_back(std::move(*call));
    }
}

/// What an entry of a list says of one thing: `~`, or a value that the thing can have, for any other would
/// never be met.
void check_entry(config::Reading& reading, const config::Key& key, const Member& member) {
    const auto& value = member.value;
    if (value.is_null()) return;
    if (!key.choices.empty()) {
        config::read_choice(reading, &member, key.choices);
        return;
    }
    const auto wrong = [&](const std::string& must_be, std::string hint) {
        reading.diagnostics.error(value.place, "'" + member.key.text + "' must be " + must_be,
                                  std::move(hint));
    };
    if (key.value == "some_values") {
        if (!value.is_map()) wrong("a map of keys and values", "write  " + member.key.text + ": { … }");
        return;
    }
    if (key.value == "texts") {
        if (!value.is_list()) wrong("a list", "write  " + member.key.text + ": [ … ]");
        return;
    }
    if (!value.is_scalar()) return wrong("a single value", {});
    const auto natural = config::natural_value(value.scalar);
    if (key.value == "failure_class") {
        class_of(reading, value.scalar);
    } else if (key.value == "count") {
        if (!natural.is_int64() || natural.get_int64() < 0) wrong("a whole number", {});
    } else if (!natural.is_string()) {
        wrong("a text", "write it in quotes: \"" + value.scalar.text + '"');
    }
}

void read_listed(Expected& out, config::Reading& reading, const std::string& kind, const Member* member) {
    if (member == nullptr || !must_be_list(reading, *member)) return;
    for (const auto& item : member->value.items) {
        Fields fields(item, "an entry of '" + kind + "'", reading, shape_of_listed(kind));
        for (const auto& key : shape_of_listed(kind).keys) {
            if (const auto* said = fields.take(key.name)) check_entry(reading, key, *said);
        }
        fields.finish();
    }
    out.lists.emplace(kind, *member);
}

}  // namespace

Expected read_expected(FileReading& file, const Member* member) {
    Expected out;
    if (member == nullptr) return out;
    auto& reading = file.reading;
    out.place = member->key.place;
    Fields fields(member->value, "'expect'", reading, kExpectShape);
    if (!fields.is_map()) return out;
    out.only = config::read_choice(reading, fields.take("only"), kNoOrYes).value_or(0) == 1;
    read_calls(out, reading, fields.take("calls"));
    for (const auto kind : kListed) read_listed(out, reading, std::string(kind), fields.take(kind));
    out.records = read_records(file, fields.take("records"));
    fields.finish();
    if (member->value.members.empty())
        reading.diagnostics.error(
            member->key.place, "nothing is expected, so this test cannot fail",
            "write at least one of calls, events, runs, records, conversations, approvals, reviews, links "
            "and dead_letters");
    return out;
}

}  // namespace maillon::trial
