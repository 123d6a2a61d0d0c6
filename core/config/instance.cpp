#include "core/base/time.h"
#include "core/config/environment.h"
#include "core/config/scalars.h"
#include "core/config/sections.h"

#include <algorithm>

namespace maillon::config {
namespace {

void read_since(Instance& instance, const Member* member, Reading& reading) {
    const Scalar* scalar = read_scalar(reading, member);
    if (scalar == nullptr) return;
    if (scalar->text == "now") return;
    if (scalar->text == "beginning") {
        instance.since.kind = Since::Kind::beginning;
    } else if (const auto span = parse_span(scalar->text)) {
        instance.since = {Since::Kind::ago, *span, {}};
    } else if (const auto moment = parse_rfc3339(scalar->text)) {
        instance.since = {Since::Kind::moment, Millis{0}, *moment};
    } else {
        reading.diagnostics.error(
            scalar->place, "'since' must say from when on, not '" + scalar->text + "'",
            "write now, beginning, a span to look back (7d) or a time (2026-09-14T08:00:00Z)");
    }
}

void read_retry(Retry& retry, const Member* member, Reading& reading) {
    if (member == nullptr) return;
    Fields fields(member->value, "'retry'", reading, kRetryShape);
    if (const auto first = read_span(reading, fields, "first")) retry.first = *first;
    if (const auto longest = read_span(reading, fields, "longest")) retry.longest = *longest;
    if (const auto until = read_span(reading, fields, "for")) retry.until_given_up = *until;
    fields.finish();
    if (fields.is_map() && retry.first > retry.longest) {
        reading.diagnostics.error(member->value.place,
                                  "'first' is longer than 'longest': pauses grow from the one to the other");
    }
}

void read_plugin(Instance& instance, Fields& fields, Reading& reading) {
    const Member* member = fields.require("plugin", "plugin: twitter");
    const Scalar* scalar = read_scalar(reading, member);
    if (scalar == nullptr) return;
    const auto is_good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    };
    if (!std::ranges::all_of(scalar->text, is_good) || scalar->text.starts_with('.')) {
        reading.diagnostics.error(
            scalar->place, "'" + scalar->text + "' cannot be the name of a plug-in",
            "name the plug-in, not its file: plugin: twitter; folders to look in are hub.plugins");
        return;
    }
    instance.plugin = {scalar->text, scalar->place};
}

void read_in_doubt(Instance& instance, const Member* member, Reading& reading) {
    if (member == nullptr || !check_map(member->value, "'in_doubt'", reading)) return;
    for (const auto& entry : member->value.members) {
        if (const auto word = read_choice(reading, &entry, kWhenInDoubt))
            instance.in_doubt.emplace(entry.key.text, static_cast<WhenInDoubt>(*word));
    }
}

void read_source_and_sink_keys(Instance& instance, Fields& fields, Reading& reading) {
    read_since(instance, fields.take("since"), reading);
    if (const auto age = read_span(reading, fields, "max_age")) instance.max_age = *age;
    instance.every = read_span(reading, fields, "every");
    read_retry(instance.retry, fields.take("retry"), reading);
    read_in_doubt(instance, fields.take("in_doubt"), reading);
}

void remember_places(Instance& instance, const ValueTree& tree) {
    for (const auto& [key, value] : tree.members) {
        instance.places.emplace(key.text, value.place);
        if (key.text != "retry") continue;
        for (const auto& [inner, setting] : value.members)
            instance.places.emplace("retry." + inner.text, setting.place);
    }
}

Instance read_instance(const Member& member, std::string_view kind, Reading& reading) {
    Instance instance;
    instance.name = {member.key.text, member.key.place};
    remember_places(instance, member.value);
    const bool is_connector = kind == "connector";
    Fields fields(member.value, std::string(kind) + " '" + member.key.text + "'", reading,
                  is_connector ? kConnectorShape : kProcessorShape, member.key.place);
    read_plugin(instance, fields, reading);
    if (const auto isolation =
            read_choice(reading, fields.take("isolation"), fields.about("isolation").choices)) {
        instance.isolation = *isolation == 0 ? Isolation::process : Isolation::thread;
    }
    if (is_connector) read_source_and_sink_keys(instance, fields, reading);
    instance.settings.kind = ValueTree::Kind::map;
    instance.settings.place = member.key.place;
    for (const Member* setting : fields.take_others()) instance.settings.members.push_back(*setting);
    fields.finish();
    return instance;
}

std::map<std::string, Instance> read_instances(const ValueTree& section, std::string_view kind,
                                               Reading& reading) {
    std::map<std::string, Instance> out;
    const std::string title = std::string(kind) + 's';
    check_map(section, title, reading);
    for (const auto& member : section.members) {
        if (!check_name(reading, member.key, "a " + std::string(kind))) continue;
        if (member.key.text == "hub") {
            reading.diagnostics.error(member.key.place, "'hub' is the name of the hub itself",
                                      "choose another name");
            reading.refused.insert(member.key.text);
            continue;
        }
        Member copy = member;
        put_in_environment(copy.value, title, true, reading);
        out.emplace(member.key.text, read_instance(copy, kind, reading));
    }
    return out;
}

}  // namespace

std::map<std::string, Instance> read_connectors(const ValueTree& section, Reading& reading) {
    return read_instances(section, "connector", reading);
}

std::map<std::string, Instance> read_processors(const ValueTree& section, Reading& reading) {
    return read_instances(section, "processor", reading);
}

}  // namespace maillon::config
