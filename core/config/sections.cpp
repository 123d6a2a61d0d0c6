#include "core/config/sections.h"

#include "core/config/scalars.h"

#include <algorithm>

namespace maillon::config {
namespace {

/// Calls `read(member)` for each entry of a section whose name is good, and keeps what it gives under that
/// name.
template <class T, class Read>
std::map<std::string, T> read_named(const ValueTree& section, std::string_view title, std::string_view thing,
                                    Reading& reading, Read read) {
    std::map<std::string, T> out;
    check_map(section, title, reading);
    for (const auto& member : section.members) {
        if (check_name(reading, member.key, thing)) out.emplace(member.key.text, read(member));
    }
    return out;
}

std::vector<Field> read_record_fields(const Member* member, Reading& reading) {
    std::vector<Field> out;
    if (member == nullptr) return out;
    const bool is_map = check_map(member->value, "'fields'", reading);
    for (const auto& entry : member->value.members) {
        if (read_scalar(reading, &entry) == nullptr) continue;
        if (has_expression(entry.value)) {
            reading.diagnostics.error(entry.value.place,
                                      "'" + entry.key.text + "' must be the name of a field of the record",
                                      "expressions do not work in directories");
        }
        out.push_back({{entry.key.text, entry.key.place}, entry.value});
    }
    if (is_map && out.empty())
        reading.diagnostics.error(member->key.place, "'fields' is empty",
                                  "name at least one:  fields: { email: email1 }");
    return out;
}

Directory read_directory(const Member& member, Reading& reading) {
    Directory out;
    out.name = {member.key.text, member.key.place};
    Fields fields(member.value, "directory '" + member.key.text + "'", reading, kDirectoryShape,
                  member.key.place);
    const Member* records = fields.require("records", "records: crm.Contacts");
    if (const auto parts = read_dotted(reading, records, "crm.Contacts")) {
        std::tie(out.instance, out.module) = *parts;
        out.records_place = inside(records->value.scalar);
    }
    out.fields = read_record_fields(
        fields.require("fields", "fields: { family_name: last_name, email: email1 }"), reading);
    if (const auto span = read_span(reading, fields, "refresh")) out.refresh = *span;
    out.match = read_matching(fields.take("match"), reading);
    fields.finish();
    return out;
}

ConversationKind read_conversation(const Member& member, Reading& reading) {
    ConversationKind out;
    out.name = {member.key.text, member.key.place};
    if (member.value.is_null()) return out;
    Fields fields(member.value, "conversation '" + member.key.text + "'", reading, kConversationShape);
    if (const auto span = read_span(reading, fields, "closes_after")) out.closes_after = *span;
    fields.finish();
    return out;
}

Steps read_named_steps(const ValueTree& list, const std::string& owner, Reading& reading) {
    Steps steps = read_steps(list, owner, reading);
    name_steps(steps, owner, reading);
    return steps;
}

Route read_route(const Member& member, Reading& reading) {
    Route out;
    out.name = {member.key.text, member.key.place};
    const std::string owner = "route '" + member.key.text + "'";
    Fields fields(member.value, owner, reading, kRouteShape, member.key.place);
    out.from = read_from(fields.require("from", "from: x.message.received"), reading);
    out.when = read_expression(reading, fields.take("when"));
    out.max_age = read_span(reading, fields, "max_age");
    if (const Member* steps = fields.require("steps", "steps: [ { drop: \"not yet\" } ]")) {
        out.steps = read_named_steps(steps->value, owner, reading);
    }
    fields.unavailable({"approve", "unless"});
    fields.finish();
    return out;
}

}  // namespace

std::map<std::string, Directory> read_directories(const ValueTree& section, Reading& reading) {
    return read_named<Directory>(section, "directories", "a directory", reading,
                                 [&](const Member& member) { return read_directory(member, reading); });
}

std::map<std::string, ConversationKind> read_conversations(const ValueTree& section, Reading& reading) {
    return read_named<ConversationKind>(
        section, "conversations", "a conversation", reading,
        [&](const Member& member) { return read_conversation(member, reading); });
}

std::map<std::string, Block> read_blocks(const ValueTree& section, Reading& reading) {
    return read_named<Block>(section, "blocks", "a block", reading, [&](const Member& member) {
        const std::string owner = "block '" + member.key.text + "'";
        return Block{{member.key.text, member.key.place}, read_named_steps(member.value, owner, reading)};
    });
}

std::map<std::string, Route> read_routes(const ValueTree& section, Reading& reading) {
    return read_named<Route>(section, "routes", "a route", reading,
                             [&](const Member& member) { return read_route(member, reading); });
}

}  // namespace maillon::config
