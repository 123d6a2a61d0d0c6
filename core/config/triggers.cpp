#include "core/config/scalars.h"
#include "core/config/sections.h"

#include <algorithm>

namespace maillon::config {
namespace {

/// Words with dots between them.
bool are_words(std::string_view type) {
    const auto is_good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    };
    return !type.empty() && std::ranges::all_of(type, is_good) && type.front() != '.' && type.back() != '.' &&
           type.find("..") == std::string_view::npos;
}

bool is_event_type(std::string_view type) {
    return type.find('.') != std::string_view::npos && are_words(type);
}

/// What to write instead.
std::string trigger_hint(const std::string& text) {
    if (text == "pipe.line") return "routes from pipe.line are run by  maillon pipe";
    return is_event_type(text) ? "put the connector in front: x." + text
                               : "write for instance x.message.received";
}

std::optional<Cron> read_cron(const Member* member, Reading& reading) {
    const Scalar* scalar = read_scalar(reading, member);
    if (scalar == nullptr) return std::nullopt;
    Cron::Mistake mistake;
    auto cron = Cron::parse(scalar->text, mistake);
    if (!cron)
        reading.diagnostics.error(place_in(*scalar, mistake.begin, mistake.end), mistake.message,
                                  mistake.hint);
    return cron;
}

void read_schedule(std::vector<Trigger>& out, const ValueTree& tree, Reading& reading) {
    Fields fields(tree, "'from'", reading, kScheduleShape);
    const Member* written = fields.require("cron", "cron: \"0 3 * * *\"");
    const auto cron = read_cron(written, reading);
    const auto zone = read_reference(reading, fields.take("zone"));
    const auto catch_up = read_span(reading, fields, "catch_up");
    fields.finish();
    if (!cron) return;
    Schedule schedule{*cron};
    if (zone) schedule.zone = *zone;
    if (catch_up) schedule.catch_up = *catch_up;
    out.push_back({"hub", std::string(kCronDue), written->key.place, std::move(schedule)});
}

void read_trigger(std::vector<Trigger>& out, const ValueTree& tree, Reading& reading) {
    if (tree.is_map()) return read_schedule(out, tree, reading);
    if (!tree.is_scalar() || tree.is_null()) {
        return reading.diagnostics.error(tree.place, "'from' must name an event",
                                         "write for instance x.message.received, or { cron: \"0 3 * * *\" }");
    }
    const std::string& text = tree.scalar.text;
    const auto dot = text.find('.');
    const std::string connector = text.substr(0, dot);
    const std::string type = dot == std::string::npos ? "" : connector == "hub" ? text : text.substr(dot + 1);
    const bool is_good = reading.given.contains(connector) ? are_words(type) : is_event_type(type);
    if (is_good) return out.push_back({connector, type, inside(tree.scalar), {}});
    reading.diagnostics.error(tree.place,
                              "'from' must be of the form connector.thing.happened, not '" + text + "'",
                              trigger_hint(text));
}

}  // namespace

std::vector<Trigger> read_from(const Member* member, Reading& reading) {
    std::vector<Trigger> out;
    if (member == nullptr) return out;
    if (!member->value.is_list()) {
        read_trigger(out, member->value, reading);
        return out;
    }
    for (const auto& item : member->value.items) read_trigger(out, item, reading);
    if (member->value.items.empty())
        reading.diagnostics.error(member->key.place, "'from' is empty",
                                  "write for instance  from: x.message.received");
    return out;
}

}  // namespace maillon::config
