#include "core/route/compile.h"

#include "core/base/text.h"
#include "core/base/time.h"
#include "core/expression/type_schema.h"
#include "core/route/compiler.h"
#include "core/route/zone_clock.h"

#include <algorithm>
#include <iterator>

namespace maillon::route {

const config::Trigger* RoutePlan::trigger_for(const Envelope& event) const {
    for (const auto& trigger : from) {
        if (trigger.connector != event.connector || trigger.type != event.type) continue;
        if (!trigger.schedule || event.id.starts_with("cron/" + name + '/')) return &trigger;
    }
    return nullptr;
}

std::string cron_event_id(std::string_view route, TimePoint scheduled) {
    return "cron/" + std::string(route) + '/' + to_rfc3339(scheduled);
}

std::optional<std::size_t> RoutePlan::step_at(std::string_view path) const {
    const auto found = std::ranges::find(steps, path, &StepPlan::path);
    if (found == steps.end()) return std::nullopt;
    return static_cast<std::size_t>(found - steps.begin());
}

namespace {

void add(EmittedTypes& to, const EmittedTypes& more) {
    for (const auto& [type, body] : more) {
        const auto [known, is_new] = to.try_emplace(type, body);
        if (!is_new) known->second = expression::type_of_either(known->second, body);
    }
}

bool listens_to_routes(const config::Config& config) {
    return std::ranges::any_of(config.routes, [](const auto& route) {
        return std::ranges::any_of(route.second.from, [](const config::Trigger& trigger) {
            return trigger.connector == "hub" && trigger.type != config::kCronDue;
        });
    });
}

/// What the routes emit, found by compiling them once with nothing known of it.
EmittedTypes emitted_by(const config::Config& config, const Abilities& abilities, const Plan& plan) {
    EmittedTypes out;
    if (!listens_to_routes(config)) return out;
    const EmittedTypes nothing;
    config::Diagnostics ignored;
    for (const auto& [name, route] : config.routes) {
        RouteCompiler compiler(config, abilities, plan, nothing, ignored, Judging::strict);
        compiler.compile(route);
        add(out, compiler.emitted());
    }
    return out;
}

}  // namespace

std::shared_ptr<const Plan> compile(const config::Config& config, const Abilities& abilities,
                                    config::Diagnostics& diagnostics, Judging judging) {
    // A block used by five routes would tell its mistakes five times.
    config::Diagnostics all;
    auto plan = std::make_shared<Plan>();
    plan->hash = config.hash;
    plan->max_hops = config.hub.limits.max_hops;
    plan->max_runs = config.hub.limits.max_runs;
    plan->max_items = config.hub.limits.max_items;
    for (const auto& [name, directory] : config.directories) {
        plan->directories[name] = std::make_shared<const match::DirectoryKeys>(directory);
    }
    const auto emitted = emitted_by(config, abilities, *plan);
    for (const auto& [name, route] : config.routes) {
        RouteCompiler compiler(config, abilities, *plan, emitted, all, judging);
        plan->routes[name] = compiler.compile(route);
    }
    std::set<std::pair<config::Place, std::string>> told;
    for (const auto& diagnostic : all.sorted()) {
        if (told.emplace(diagnostic.place, diagnostic.message).second) diagnostics.add(diagnostic);
    }
    return all.has_errors() ? nullptr : plan;
}

std::shared_ptr<const RoutePlan> RouteCompiler::compile(const config::Route& route) {
    out_ = std::make_shared<RoutePlan>();
    out_->name = route.name.value;
    out_->where = where(route.name.place);
    out_->from = route.from;
    declare("event", type_of_event(route.from));
    declare("meta", type_of_meta());
    for (const auto& trigger : route.from) {
        check_trigger(trigger);
        const auto instance = config_.connectors.find(trigger.connector);
        const auto own =
            instance == config_.connectors.end() ? config::Instance{}.max_age : instance->second.max_age;
        out_->max_age[trigger.connector] = route.max_age.value_or(own);
    }
    out_->when = condition(route.when, "when");
    if (route.when) out_->when_place = route.when->place;
    out_->first = steps(route.steps, Place{}).first.value_or(kEnd);
    out_->error_slot = declare("error", type_of_failure()).slot;
    return out_;
}

std::string RouteCompiler::where(const config::Place& place) const {
    if (!place.is_known() || place.file >= config_.files.size()) return {};
    return config_.files[place.file] + ':' + std::to_string(place.line);
}

expression::Type RouteCompiler::type_of_event(std::span<const config::Trigger> triggers) const {
    auto out = type_of_event(triggers.front());
    for (const auto& trigger : triggers.subspan(1))
        out = expression::type_of_either(out, type_of_event(trigger));
    return out;
}

expression::Type RouteCompiler::type_of_event(const config::Trigger& trigger) const {
    if (trigger.type == config::kCronDue) return type_of_due();
    if (const auto found = given_.find(trigger.type); trigger.connector == "hub" && found != given_.end())
        return found->second;
    if (trigger.connector == "hub") return type_of_told(trigger.type);
    const auto found = abilities_.connectors.find(trigger.connector);
    if (found == abilities_.connectors.end()) return {};
    const auto type = found->second->events.find(trigger.type);
    return type == found->second->events.end() ? expression::Type() : type_of_described(type->second.data);
}

void RouteCompiler::check_trigger(const config::Trigger& trigger) {
    if (trigger.schedule && !clock_of_zone(trigger.schedule->zone.value)) {
        const auto& zone = trigger.schedule->zone;
        const auto near = near_zone(zone.value);
        diagnostics_.error(zone.place, "there is no time zone '" + zone.value + "'",
                           near.empty() ? "zones are named as Europe/Paris, America/New_York or UTC"
                                        : "did you mean '" + near + "'?");
    }
    const auto found = abilities_.connectors.find(trigger.connector);
    if (found == abilities_.connectors.end() || found->second->events.contains(trigger.type)) return;
    std::vector<std::string> known;
    for (const auto& [type, info] : found->second->events) known.push_back(type);
    const auto near = did_you_mean(trigger.type, known);
    diagnostics_.error(trigger.place, "connector '" + trigger.connector + "' emits no '" + trigger.type + "'",
                       near.empty() ? "it emits " + enumerate(known)
                                    : "did you mean '" + trigger.connector + "." + std::string(near) + "'?");
}

RouteCompiler::Chain RouteCompiler::steps(const config::Steps& list, const Place& place) {
    Chain all;
    for (const auto& one : list) {
        auto next = step(one, place);
        if (all.first && next.first)
            link(all, *next.first);
        else if (!all.first)
            all.first = next.first;
        all.exits = std::move(next.exits);
    }
    return all;
}

void RouteCompiler::link(Chain& chain, std::size_t to) {
    for (const auto& exit : chain.exits) exit(*out_, to);
    chain.exits.clear();
}

std::vector<std::size_t> RouteCompiler::reserve(const config::Step& from, const Place& place) {
    std::vector<std::size_t> out;
    for (const auto& [failure_class, handler] : from.on_error) {
        out.push_back(out_->handlers.size());
        out_->handlers.push_back({failure_class, kEnd, place.loops.size()});
    }
    // A class of its own before "any".
    std::ranges::stable_partition(out,
                                  [&](std::size_t i) { return out_->handlers[i].failure_class != "any"; });
    out.insert(out.end(), place.handlers.begin(), place.handlers.end());
    return out;
}

void RouteCompiler::catch_with(const config::Step& from, const Place& place, Chain& chain,
                               std::size_t first_handler, const Names& failed) {
    std::size_t at = first_handler;
    Names after = names_;
    for (const auto& [failure_class, handler] : from.on_error) {
        know(failed);
        declare("error", type_of_failure());
        Chain inside = steps(handler.steps, {place.prefix + from.name + '/' + failure_class + '/',
                                             place.handlers, place.loops});
        if (inside.first) {
            out_->handlers[at].first = *inside.first;
        } else {
            inside.exits.emplace_back(
                [at](RoutePlan& route, std::size_t to) { route.handlers[at].first = to; });
        }
        std::ranges::move(inside.exits, std::back_inserter(chain.exits));
        after = after.either(names_);
        ++at;
    }
    know(std::move(after));
}

}  // namespace maillon::route
