#include "core/route/frame.h"

#include <boost/json/serialize.hpp>

#include <utility>

namespace maillon::route {
namespace {

void append_quoted(std::string& out, std::string_view text) {
    out += boost::json::serialize(boost::json::string(text));
}

void append_loops(std::string& out, const std::vector<Frame::Loop>& loops, const RoutePlan& route) {
    if (loops.empty()) return;
    out += ",\"loops\":";
    for (char before = '['; const auto& loop : loops) {
        out += std::exchange(before, ',');
        out += '[';
        append_quoted(out, route.steps[loop.step].path);
        out += ',' + std::to_string(loop.round) + ',' + std::to_string(loop.size) + ',';
        append_quoted(out, loop.key);
        out += ']';
    }
    out += ']';
}

void append_readings(std::string& out, const std::map<std::string, Frame::Reading>& readings,
                     const RoutePlan& route) {
    if (readings.empty()) return;
    out += ",\"readings\":";
    for (char before = '['; const auto& [name, reading] : readings) {
        out += std::exchange(before, ',');
        out += '[';
        append_quoted(out, name);
        out += ',';
        append_quoted(out, route.steps[reading.step].path);
        out += ',';
        append_quoted(out, reading.revision);
        out += ']';
    }
    out += ']';
}

boost::json::object to_json(const std::string& step, const Frame::Conflict& conflict) {
    boost::json::array seen;
    for (const auto& revision : conflict.seen) seen.emplace_back(boost::json::string(revision));
    return {{"step", step},
            {"seen", std::move(seen)},
            {"since", millis(conflict.since)},
            {"due", millis(conflict.due)}};
}

void append_conflicts(std::string& out, const std::map<std::string, Frame::Conflict>& conflicts) {
    if (conflicts.empty()) return;
    boost::json::array all;
    for (const auto& [step, conflict] : conflicts) all.emplace_back(to_json(step, conflict));
    out += ",\"conflicts\":" + boost::json::serialize(all);
}

void read_conflict(const boost::json::object& object, std::map<std::string, Frame::Conflict>& out) {
    Frame::Conflict conflict{.since = from_millis(object.at("since").as_int64()),
                             .due = from_millis(object.at("due").as_int64())};
    for (const auto& revision : object.at("seen").as_array())
        conflict.seen.emplace_back(revision.as_string());
    out.insert_or_assign(std::string(object.at("step").as_string()), std::move(conflict));
}

std::map<std::string, Frame::Conflict> conflicts_of(const Json& frame) {
    std::map<std::string, Frame::Conflict> out;
    if (const auto all = frame.at("conflicts")) {
        const auto list = all->to_boost();
        for (const auto& one : list.as_array()) read_conflict(one.as_object(), out);
    }
    // A run that was put down by an older Maillon has one at the most.
    if (const auto one = frame.at("conflict")) read_conflict(one->to_boost().as_object(), out);
    return out;
}

std::vector<Frame::Claim> parse_claims(const Json& frame) {
    std::vector<Frame::Claim> out;
    const auto claims = frame.at("claims");
    if (!claims || !claims->element().is_array()) return out;
    const simdjson::dom::array pairs = claims->element().get_array().value_unsafe();
    for (const auto pair : pairs)
        out.push_back({std::string(std::string_view(pair.at(0))), std::string(std::string_view(pair.at(1)))});
    return out;
}

Result<std::size_t> step_named(std::string_view path, const RoutePlan& route) {
    const auto index = route.step_at(path);
    if (!index) return internal("route '" + route.name + "' has no step '" + std::string(path) + "'");
    return *index;
}

Result<std::vector<Frame::Loop>> parse_loops(const Json& from, const RoutePlan& route) {
    std::vector<Frame::Loop> out;
    const simdjson::dom::array all = from.element().get_array().value_unsafe();
    for (const auto parts : all) {
        auto step = step_named(std::string_view(parts.at(0)), route);
        if (!step) return step.error();
        out.push_back({*step, static_cast<std::size_t>(std::uint64_t(parts.at(1))),
                       static_cast<std::size_t>(std::uint64_t(parts.at(2))),
                       std::string(std::string_view(parts.at(3)))});
    }
    return out;
}

Result<std::map<std::string, Frame::Reading>> parse_readings(const Json& from, const RoutePlan& route) {
    std::map<std::string, Frame::Reading> out;
    const simdjson::dom::array all = from.element().get_array().value_unsafe();
    for (const auto parts : all) {
        auto step = step_named(std::string_view(parts.at(1)), route);
        if (!step) return step.error();
        out[std::string(std::string_view(parts.at(0)))] = {*step, std::string(std::string_view(parts.at(2)))};
    }
    return out;
}

}  // namespace

std::string Frame::dump(const RoutePlan& route) const {
    std::string out = "{\"at\":";
    append_quoted(out, at == kEnd ? std::string_view{} : std::string_view(route.steps[at].path));
    out += ",\"values\":{";
    bool first = true;
    for (const auto& [name, value] : values) {
        if (!first) out += ',';
        first = false;
        append_quoted(out, name);
        out += ':';
        out += value.dump();
    }
    out += "},\"claims\":[";
    first = true;
    for (const auto& claim : claims) {
        if (!first) out += ',';
        first = false;
        out += '[';
        append_quoted(out, claim.scope);
        out += ',';
        append_quoted(out, claim.key);
        out += ']';
    }
    out += ']';
    append_loops(out, loops, route);
    append_readings(out, readings, route);
    append_conflicts(out, conflicts);
    if (parked) out += ",\"parked\":" + std::to_string(parked->until ? millis(*parked->until) : 0);
    if (again) out += ",\"again\":" + boost::json::serialize(again->to_json());
    return out + '}';
}

Result<Frame> Frame::parse(const std::string& text, const RoutePlan& route) {
    auto parsed = Json::parse(text);
    if (!parsed) return parsed.error();
    Frame out;
    const auto at = parsed->at("at");
    const auto path = at ? at->string() : std::nullopt;
    if (!path) return internal("a run's frame names no step");
    if (!path->empty()) {
        const auto index = step_named(*path, route);
        if (!index) return index.error();
        out.at = *index;
    }
    if (const auto values = parsed->at("values"); values && values->element().is_object()) {
        const simdjson::dom::object members = values->element().get_object().value_unsafe();
        for (const auto& [name, value] : members) out.values[std::string(name)] = *values->at(name);
    }
    out.claims = parse_claims(*parsed);
    if (const auto loops = parsed->at("loops"); loops && loops->element().is_array()) {
        auto all = parse_loops(*loops, route);
        if (!all) return all.error();
        out.loops = std::move(*all);
    }
    if (const auto readings = parsed->at("readings"); readings && readings->element().is_array()) {
        auto all = parse_readings(*readings, route);
        if (!all) return all.error();
        out.readings = std::move(*all);
    }
    out.conflicts = conflicts_of(*parsed);
    if (const auto parked = parsed->at("parked"); parked && parked->element().is_int64()) {
        const auto until = parked->element().get_int64().value_unsafe();
        out.parked = Parked{until == 0 ? std::nullopt : std::optional(from_millis(until))};
    }
    if (const auto again = parsed->at("again")) out.again = Again::from_json(*again);
    return out;
}

boost::json::object Frame::Again::to_json() const {
    boost::json::object out;
    if (letter.is_set()) out["letter"] = letter.value();
    if (number != 0) out["number"] = number;
    if (with_outbound) out["outbound"] = true;
    if (body) out["body"] = body->to_boost();
    if (!arguments.empty()) {
        boost::json::object edits;
        for (const auto& [step, value] : arguments) edits[step] = value;
        out["edits"] = std::move(edits);
    }
    return out;
}

Frame::Again Frame::Again::from_json(const Json& json) {
    const auto number = [&](std::string_view key) {
        const auto value = json.at(key);
        return value && value->element().is_int64() ? value->element().get_int64().value_unsafe() : 0;
    };
    const auto text = [&](std::string_view key) {
        const auto value = json.at(key);
        return std::string(value ? value->string().value_or("") : "");
    };
    Again out{.letter = DeadLetterId{number("letter")},
              .number = number("number"),
              .with_outbound = json.at("outbound").has_value(),
              .body = json.at("body")};
    if (const auto edits = json.at("edits")) {
        const auto all = edits->to_boost();
        for (const auto& [step, value] : all.as_object())
            out.arguments.emplace(step, std::string(value.as_string()));
    }
    // As an older Maillon has written it, with one at the most.
    if (auto value = text("arguments"); !value.empty()) out.arguments.emplace(text("step"), std::move(value));
    return out;
}

std::optional<Frame::Again> Frame::again_of(const std::string& text) {
    const auto parsed = Json::parse(text);
    const auto again = parsed ? parsed->at("again") : std::nullopt;
    return again ? std::optional(Again::from_json(*again)) : std::nullopt;
}

std::vector<Frame::Claim> Frame::claims_of(const std::string& text) {
    const auto parsed = Json::parse(text);
    return parsed ? parse_claims(*parsed) : std::vector<Claim>{};
}

boost::json::value Frame::values_of(const std::string& text) {
    const auto parsed = Json::parse(text);
    const auto values = parsed ? parsed->at("values") : std::nullopt;
    return values ? values->to_boost() : boost::json::value(boost::json::object{});
}

Event seen_again(Event event, const std::optional<Frame::Again>& again) {
    if (!again) return event;
    if (again->body) event.body = *again->body;
    if (again->number != 0) event.meta.replay = true;
    return event;
}

}  // namespace maillon::route
