#include "core/config/step_kinds.h"

#include "core/config/scalars.h"
#include "core/config/step_nests.h"

#include <algorithm>
#include <array>

namespace maillon::config {
namespace {

ValueTree empty_map(const Place& place) {
    ValueTree out;
    out.kind = ValueTree::Kind::map;
    out.place = place;
    return out;
}

/// A map of templates; an empty one when it was not written.
ValueTree read_templates(Reading& reading, const Member* member, const Place& place) {
    if (member == nullptr) return empty_map(place);
    if (!check_map(member->value, "'" + member->key.text + "'", reading)) return empty_map(place);
    check_template_text(reading, member->value);
    return member->value;
}

std::optional<Action> read_let(const Member& main, Fields& fields, Reading& reading) {
    Let out;
    if (!check_map(main.value, "'let'", reading)) return std::nullopt;
    check_template_text(reading, main.value);
    for (const auto& [key, value] : main.value.members) {
        if (check_identifier(reading, key)) out.values.push_back({{key.text, key.place}, value});
    }
    if (main.value.members.empty()) {
        reading.diagnostics.error(main.key.place, "'let' is empty",
                                  "write for instance let: { short: \"${event.text.truncate(60)}\" }");
    }
    fields.finish();
    return out;
}

std::optional<Action> read_use(const Member& main, Fields& fields, Reading& reading) {
    Use out;
    const auto processor = read_reference(reading, &main);
    const auto as = read_identifier(reading, fields.take("as"));
    out.with = read_templates(reading, fields.take("with"), main.key.place);
    fields.finish();
    if (!processor) return std::nullopt;
    out.processor = *processor;
    out.as = as.value_or(processor->value);
    return out;
}

std::optional<Action> read_do(const Member& main, Fields& fields, Reading& reading) {
    fields.finish();
    const auto block = read_reference(reading, &main);
    if (!block) return std::nullopt;
    return Do{*block};
}

std::optional<Create> read_create(const Member& none, Reading& reading) {
    Fields fields(none.value, "'none'", reading, kCreateShape);
    const Member* target = fields.require("create", "create: crm.Contacts");
    const auto parts = read_dotted(reading, target, "crm.Contacts");
    const Member* values = fields.require("fields", "fields: { last_name: \"${event.author.name}\" }");
    ValueTree templates = read_templates(reading, values, none.key.place);
    fields.finish();
    if (!parts) return std::nullopt;
    return Create{parts->first, parts->second, inside(target->value.scalar), std::move(templates)};
}

void read_none(Match& match, const Member* none, Reading& reading) {
    if (none == nullptr) return;
    if (none->value.is_map()) {
        match.create = read_create(*none, reading);
        return;
    }
    if (none->value.is_scalar() && none->value.scalar.text == "review") {
        return reading.diagnostics.error(none->value.place,
                                         "'none' is where no record comes into question, so there is nothing "
                                         "that a person could choose from",
                                         "write skip, or create: and fields:; where records do come into "
                                         "question a person is asked anyway "
                                         "(unsure: go_on, skip or wait)");
    }
    static constexpr std::array<std::string_view, 2> kWords{"skip", "a map with 'create'"};
    if (read_choice(reading, none, kWords) == std::size_t{1}) check_map(none->value, "'none'", reading);
}

void read_unsure(Match& match, Fields& fields, Reading& reading) {
    static constexpr std::array kWords{Unsure::go_on, Unsure::skip, Unsure::wait};
    if (const auto word = read_choice(reading, fields.take("unsure"), fields.about("unsure").choices))
        match.unsure = kWords[*word];
    if (const auto span = read_span(reading, fields, "within")) match.within = *span;
    const Member* within = fields.take("within");
    if (within != nullptr && match.unsure != Unsure::wait)
        reading.diagnostics.error(within->key.place, "'within' means something with 'unsure: wait' alone",
                                  "write unsure: wait beside it, or take it out");
}

std::optional<Action> read_match(const Member& main, Fields& fields, Reading& reading) {
    Match out;
    const auto directory = read_reference(reading, &main);
    const auto who = read_expression(reading, fields.require("who", "who: event.author"));
    read_none(out, fields.take("none"), reading);
    read_unsure(out, fields, reading);
    if (auto as = read_identifier(reading, fields.take("as"))) out.as = std::move(*as);
    fields.finish();
    if (!directory || !who) return std::nullopt;
    out.directory = *directory;
    out.who = *who;
    return out;
}

std::optional<Action> read_conversation(const Member& main, Fields& fields, Reading& reading) {
    Conversation out;
    const auto conversation = read_reference(reading, &main);
    if (auto as = read_identifier(reading, fields.take("as"))) out.as = std::move(*as);
    out.of = read_templates(reading, fields.take("of"), main.key.place);
    fields.finish();
    if (!conversation) return std::nullopt;
    out.conversation = *conversation;
    return out;
}

/// `approve: team_lead`, or with a time by which somebody must have decided.
std::optional<Approve> read_approve(const Member* member, Reading& reading) {
    if (member == nullptr) return std::nullopt;
    Approve out;
    const Member* role = member;
    if (member->value.is_map()) {
        Fields fields(member->value, "'approve'", reading, kApproveShape, member->key.place);
        role = fields.require("role", "role: team_lead");
        out.within = read_span(reading, fields, "within");
        fields.finish();
    }
    const Scalar* name = read_scalar(reading, role);
    if (name == nullptr || !check_name(reading, *name, "a role")) return std::nullopt;
    out.role = {name->text, name->place};
    return out;
}

std::optional<Action> read_call(const Member& main, Fields& fields, Reading& reading) {
    Call out;
    const auto target = read_dotted(reading, &main, "crm.upsert");
    if (auto as = read_identifier(reading, fields.take("as"))) out.as = std::move(*as);
    out.with = read_templates(reading, fields.take("with"), main.key.place);
    out.approve = read_approve(fields.take("approve"), reading);
    fields.unavailable({"consent", "purpose"});
    fields.finish();
    if (!target) return std::nullopt;
    out.target = {target->first, target->second, inside(main.value.scalar)};
    return out;
}

std::optional<Action> read_answer(const Member& main, Fields& fields, Reading& reading) {
    const auto conversation = read_reference(reading, &main);
    const Member* written = fields.require("text", "text: \"Your case: ${case.number}\"");
    const Scalar* text = read_scalar(reading, written);
    if (text != nullptr) check_template_text(reading, written->value);
    auto approve = read_approve(fields.take("approve"), reading);
    fields.unavailable({"consent", "purpose"});
    fields.finish();
    if (!conversation || text == nullptr) return std::nullopt;
    return Answer{*conversation, *text, std::move(approve)};
}

std::optional<Action> read_emit(const Member& main, Fields& fields, Reading& reading) {
    Emit out;
    const auto type = read_reference(reading, &main);
    out.with = read_templates(reading, fields.take("with"), main.key.place);
    fields.finish();
    if (!type) return std::nullopt;
    const auto is_good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    };
    const bool is_type = std::ranges::all_of(type->value, is_good) && !type->value.ends_with('.');
    if (!type->value.starts_with("hub.") || !is_type || type->value.size() < 5) {
        reading.diagnostics.error(
            type->place, "the type of an emitted event must begin with 'hub.', not be '" + type->value + "'",
            is_type && !type->value.empty() ? "write:  emit: hub." + type->value
                                            : "write for instance emit: hub.case.escalated");
        return std::nullopt;
    }
    out.type = *type;
    return out;
}

std::optional<Action> read_drop(const Member& main, Fields& fields, Reading& reading) {
    fields.finish();
    if (main.value.is_null()) {
        reading.diagnostics.error(main.key.place, "'drop' needs a reason",
                                  "write for instance drop: \"a repost\"; it is counted and shown");
        return std::nullopt;
    }
    const Scalar* reason = read_scalar(reading, &main);
    if (reason == nullptr) return std::nullopt;
    check_template_text(reading, main.value);
    return Drop{*reason};
}

constexpr std::array<StepKind, 12> kKinds{{{"let", kLetShape, read_let},
                                           {"use", kUseShape, read_use},
                                           {"do", kDoShape, read_do},
                                           {"match", kMatchShape, read_match},
                                           {"conversation", kTalkShape, read_conversation},
                                           {"call", kCallShape, read_call},
                                           {"answer", kAnswerShape, read_answer},
                                           {"emit", kEmitShape, read_emit},
                                           {"drop", kDropShape, read_drop},
                                           {"choose", kChooseShape, read_choose},
                                           {"each", kEachShape, read_each},
                                           {"timer", kTimerShape, read_timer}}};

}  // namespace

std::span<const StepKind> step_kinds() {
    return kKinds;
}

}  // namespace maillon::config
