#include "core/route/frame.h"

#include <boost/json/serialize.hpp>

namespace maillon::route {
namespace {

void append_quoted(std::string& out, std::string_view text) {
    out += boost::json::serialize(boost::json::string(text));
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
    return out + "]}";
}

Result<Frame> Frame::parse(const std::string& text, const RoutePlan& route) {
    auto parsed = Json::parse(text);
    if (!parsed) return parsed.error();
    Frame out;
    const auto at = parsed->at("at");
    const auto path = at ? at->string() : std::nullopt;
    if (!path) return internal("a run's frame names no step");
    if (!path->empty()) {
        const auto index = route.step_at(*path);
        if (!index) return internal("route '" + route.name + "' has no step '" + std::string(*path) + "'");
        out.at = *index;
    }
    if (const auto values = parsed->at("values"); values && values->element().is_object()) {
        const simdjson::dom::object members = values->element().get_object().value_unsafe();
        for (const auto& [name, value] : members) out.values[std::string(name)] = *values->at(name);
    }
    if (const auto claims = parsed->at("claims"); claims && claims->element().is_array()) {
        const simdjson::dom::array pairs = claims->element().get_array().value_unsafe();
        for (const auto pair : pairs) {
            out.claims.push_back(
                {std::string(std::string_view(pair.at(0))), std::string(std::string_view(pair.at(1)))});
        }
    }
    return out;
}

}  // namespace maillon::route
