#include "core/route/pipe.h"

#include "core/base/text.h"
#include "core/event/event.h"
#include "core/expression/containers.h"
#include "core/route/compile.h"
#include "core/route/pipe_check.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace maillon::route {
namespace {

using expression::Value;

constexpr const char* kLine = "line";

bool takes_lines(const config::Route& route) {
    return std::ranges::find(route.from, kPipeConnector, &config::Trigger::connector) != route.from.end();
}

plugin::ConnectorInfo pipe_info() {
    plugin::ConnectorInfo out;
    out.id = out.name = std::string(kPipeConnector);
    out.summary = "one event for each line of the input";
    out.events.emplace(kLine, plugin::EventTypeInfo{kLine, "a line", {}});
    return out;
}

void no_such_route(const config::Config& config, std::string_view route, config::Diagnostics& diagnostics) {
    std::vector<std::string> known;
    for (const auto& [name, one] : config.routes)
        if (takes_lines(one)) known.push_back(name);
    const auto meant = did_you_mean(route, known);
    std::string hint = "routes from pipe.line: " + enumerate(known);
    if (known.empty()) hint = "write  from: pipe.line  in the route that is to get the lines";
    if (!meant.empty()) hint = "did you mean '" + std::string(meant) + "'?";
    diagnostics.error({}, "no route '" + std::string(route) + "' takes pipe.line", std::move(hint));
}

/// Leaves only the routes that are to run.
void choose_routes(config::Config& config, std::string_view route, config::Diagnostics& diagnostics) {
    if (const auto other = config.connectors.find(std::string(kPipeConnector));
        other != config.connectors.end()) {
        diagnostics.error(other->second.name.place,
                          "no connector may be called 'pipe' here: it is the name of the pipe itself",
                          "give the connector another name");
    }
    const bool any =
        std::ranges::any_of(config.routes, [](const auto& one) { return takes_lines(one.second); });
    const auto named = config.routes.find(std::string(route));
    if (route.empty() && !any) {
        diagnostics.error({}, "no route takes pipe.line",
                          "write  from: pipe.line  in the route that is to get the lines");
    } else if (!route.empty() && (named == config.routes.end() || !takes_lines(named->second))) {
        no_such_route(config, route, diagnostics);
    }
    std::erase_if(config.routes, [&](const auto& one) {
        return !takes_lines(one.second) || (!route.empty() && one.first != route);
    });
}

}  // namespace

std::unique_ptr<Pipe> Pipe::compile(config::Config config, std::string_view route, TimePoint started,
                                    config::Diagnostics& diagnostics) {
    choose_routes(config, route, diagnostics);
    for (const auto& [name, one] : config.routes) check_for_pipe(config, one, diagnostics);
    config.directories.clear();
    const auto info = pipe_info();
    Abilities abilities;
    abilities.connectors[std::string(kPipeConnector)] = &info;
    const auto plan = route::compile(config, abilities, diagnostics);
    if (!plan || diagnostics.has_errors()) return nullptr;
    return std::unique_ptr<Pipe>(new Pipe(*plan, started));
}

Pipe::Pipe(const Plan& plan, TimePoint started) {
    for (const auto& [name, route] : plan.routes)
        routes_.emplace_back(route, PipeRun::Parts{arena_, kept_, plan.max_items});
    reads_meta_ = std::ranges::any_of(routes_, &PipeRun::reads_meta);
    const Envelope envelope{.source = "/pipe",
                            .connector = std::string(kPipeConnector),
                            .type = kLine,
                            .time = started,
                            .received = started};
    meta_ = Json::from(envelope.to_json());
}

void Pipe::process(std::string_view line, std::uint64_t number, std::string& out,
                   std::vector<PipeFault>& faults) {
    simdjson::dom::element object;
    if (!parser_.parse(line, object)) [[unlikely]] {
        faults.push_back(LineParser::explain(line));
        return;
    }
    arena_.reset();
    kept_.reset();
    const auto event = Value::of(object);
    const auto about = reads_meta_ ? meta(number) : Value{};
    for (auto& route : routes_) {
        if (auto fault = route.run(event, about, out)) faults.push_back(std::move(*fault));
    }
}

Value Pipe::meta(std::uint64_t number) {
    std::array<char, 24> digits{};
    const auto* end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    const auto id = arena_.copy({digits.data(), static_cast<std::size_t>(end - digits.data())});
    const auto all = Value::of(meta_.element());
    const auto entries = arena_.array<expression::MapEntry>(expression::size_of(all));
    std::size_t at = 0;
    Value key, value;
    for (expression::MapReader reader(all); reader.next(key, value);)
        entries[at++] = {key, key.as_text() == "id" ? Value::text(id) : value};
    return Value::map(arena_, entries);
}

std::uint64_t Pipe::written() const {
    std::uint64_t out = 0;
    for (const auto& route : routes_) out += route.book().written;
    return out;
}

}  // namespace maillon::route
