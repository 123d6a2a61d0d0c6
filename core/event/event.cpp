#include "core/event/event.h"

#include "core/base/time.h"

namespace maillon {
namespace {

/// More than any chain of routes has; keeps a number from outside within an int.
constexpr int kMostHops = 1'000'000;

std::string text_of(const Json& json, std::string_view key) {
    const auto member = json.at(key);
    const auto text = member ? member->string() : std::nullopt;
    return text ? std::string(*text) : std::string();
}

}  // namespace

boost::json::object Envelope::to_json() const {
    boost::json::object out{{"specversion", "1.0"},
                            {"id", id},
                            {"source", source},
                            {"type", type},
                            {"time", to_rfc3339(time)},
                            {"receivedtime", to_rfc3339(received)},
                            {"connector", connector},
                            {"partitionkey", key},
                            {"hops", hops},
                            {"replay", replay}};
    if (!subject.empty()) out["subject"] = subject;
    if (!origin.empty()) out["origin"] = origin;
    if (!traceparent.empty()) out["traceparent"] = traceparent;
    return out;
}

Result<Envelope> Envelope::from_json(const Json& json) {
    Envelope out{.id = text_of(json, "id"),
                 .source = text_of(json, "source"),
                 .connector = text_of(json, "connector"),
                 .type = text_of(json, "type"),
                 .subject = text_of(json, "subject"),
                 .key = text_of(json, "partitionkey"),
                 .origin = text_of(json, "origin"),
                 .traceparent = text_of(json, "traceparent")};
    if (out.id.empty() || out.source.empty() || out.type.empty()) {
        return rejected("an event needs id, source and type");
    }
    for (const auto& [key, to] : {std::pair{"time", &out.time}, std::pair{"receivedtime", &out.received}}) {
        const auto text = text_of(json, key);
        if (text.empty()) continue;
        const auto t = parse_rfc3339(text);
        if (!t) return t.error().in(key);
        *to = t.value();
    }
    if (const auto hops = json.at("hops")) {
        std::int64_t count = 0;
        if (hops->element().get_int64().get(count) != simdjson::SUCCESS || count < 0 || count > kMostHops) {
            return rejected("an event's hops must be a number from 0 to " + std::to_string(kMostHops));
        }
        out.hops = static_cast<int>(count);
    }
    if (const auto replay = json.at("replay")) {
        if (replay->element().get_bool().get(out.replay) != simdjson::SUCCESS) {
            return rejected("an event's replay must be true or false");
        }
    }
    return out;
}

}  // namespace maillon
