#include "core/cli/plan_command.h"

#include "core/base/text.h"
#include "core/cli/application.h"
#include "core/cli/asking.h"
#include "core/cli/progress.h"
#include "core/cli/render.h"
#include "core/hub/older_plan.h"
#include "core/trial/foresight.h"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <set>

namespace maillon::cli {
namespace {

namespace json = boost::json;
using PlanPtr = std::shared_ptr<const route::Plan>;

constexpr const char* kPage = "1000";

/// One side of the comparison.
struct Side {
    PlanPtr plan;
    route::Rehearsal::Schemas schemas;
};

Side side_of(PlanPtr plan, const hub::Prepared& plugins) {
    // What `use` gives is known to no schema.
    const auto result = [&plugins](const std::string& instance,
                                   const std::string& operation) -> const json::object* {
        const auto found = plugins.instances.find(instance);
        if (found == plugins.instances.end() || !found->second.found.entry) return nullptr;
        const auto* known = found->second.found.entry->info.operation(operation);
        return known ? &known->result : nullptr;
    };
    return {std::move(plan), {result}};
}

store::StepStatus status_of(std::string_view word) {
    const auto& words = db::kWords<store::StepStatus>;
    const auto found = std::ranges::find(words, word);
    return found == std::end(words) ? store::StepStatus::waiting
                                    : static_cast<store::StepStatus>(found - std::begin(words));
}

std::vector<route::RecordedStep> steps_in(const json::object& one) {
    std::vector<route::RecordedStep> out;
    const auto* steps = one.if_contains("steps");
    if (!steps) return out;
    const auto text = [](const json::value& from) { return std::string(from.as_string()); };
    for (const auto& step : steps->as_array())
        out.push_back({text(step.at(0)), text(step.at(1)), status_of(step.at(2).as_string()),
                       text(step.at(3)), text(step.at(4))});
    return out;
}

Result<Event> event_in(const json::object& one) {
    auto meta = Envelope::from_json(Json::from(one.at("meta")));
    if (!meta) return meta.error();
    auto body = Json::parse(one.at("body").as_string());
    if (!body) return body.error();
    return Event{EventSeq{one.at("seq").as_int64()}, std::move(*meta), std::move(*body)};
}

class Planning {
public:
    Planning(Side before, Side after, std::set<std::string> only)
        : before_(std::move(before)), after_(std::move(after)), only_(std::move(only)) {
        for (const auto& side : {&before_, &after_}) {
            for (const auto& [name, route] : side->plan->routes) {
                if (only_.empty() || only_.contains(name)) names_.insert(name);
            }
        }
    }

    Result<> take(const json::object& one) {
        const auto event = event_in(one);
        if (!event) return event.error();
        foresight.looked_at(*event);
        const auto steps = steps_in(one);
        const auto meta = Json::from(event->meta.to_json());
        for (const auto& name : names_) {
            const auto before = rehearsed(before_, name, *event, meta, steps);
            const auto after = rehearsed(after_, name, *event, meta, steps);
            foresight.add(*event, name, before, after);
        }
        return {};
    }

    trial::Foresight foresight;

private:
    static route::Rehearsed rehearsed(const Side& side, const std::string& name, const Event& event,
                                      const Json& meta, const std::vector<route::RecordedStep>& steps) {
        const auto found = side.plan->routes.find(name);
        if (found == side.plan->routes.end() || !found->second->trigger_for(event.meta)) return {};
        return route::Rehearsal(event, meta, *found->second, steps, side.schemas, side.plan->max_items).run();
    }

    Side before_, after_;
    std::set<std::string> only_, names_;
};

/// The plan of what the hub runs, which may be another than the file says now.
std::optional<PlanPtr> present_plan(const Context& context, const hub::Prepared& present, int& exit_code) {
    const auto running = ask(context, "GET", "/v1/configuration", {}, exit_code);
    if (!running) return std::nullopt;
    if (text_of(*running, "hash") == present.config.hash) return present.plan;
    auto older = hub::older_plan(present, std::string(running->at("text").as_string()));
    if (older) return std::move(*older);
    std::fprintf(stderr, "maillon: what the hub runs cannot be read here: %s\n", older.error().what.c_str());
    exit_code = kFailed;
    return std::nullopt;
}

bool are_known(const PlanQuery& query, const route::Plan& before, const route::Plan& after) {
    for (const auto& name : query.routes) {
        if (before.routes.contains(name) || after.routes.contains(name)) continue;
        std::vector<std::string> known;
        for (const auto& [one, route] : after.routes) known.push_back(one);
        const auto near = did_you_mean(name, known);
        std::fprintf(stderr, "maillon: there is no route '%s'%s\n", name.c_str(),
                     near.empty() ? "" : ("; did you mean '" + std::string(near) + "'?").c_str());
        return false;
    }
    return true;
}

/// All pages; false when one could not be had.
bool look_through(const Context& context, const PlanQuery& query, Planning& planning, int& exit_code) {
    Progress bar;
    bar.counts_bytes = false;
    std::string after;
    std::int64_t first = -1;
    for (std::int64_t reached = 0, last = 1; reached < last;) {
        const auto page =
            ask(context, "GET",
                "/v1/recorded" +
                    parameters(
                        {{"since", query.since}, {"until", query.until}, {"after", after}, {"limit", kPage}}),
                {}, exit_code);
        if (!page) return false;
        for (const auto& one : page->at("events").as_array()) {
            if (first < 0) first = one.at("seq").as_int64() - 1;
            if (auto done = planning.take(one.as_object()); !done) {
                std::fprintf(stderr, "maillon: %s\n", done.error().what.c_str());
                exit_code = kFailed;
                return false;
            }
        }
        reached = page->at("reached").as_int64();
        last = page->at("last").as_int64();
        after = std::to_string(reached);
        const auto before = std::max<std::int64_t>(first, 0);
        if (bar("planning", reached - before, last - before)) continue;
        exit_code = kFailed;
        return false;
    }
    return true;
}

}  // namespace

int plan_command(const Context& context, const PlanQuery& query) {
    const auto present = load(context);
    if (!present) return kConfig;
    Context changed = context;
    changed.config = query.file;
    const auto next = load(changed);
    if (!next) return kConfig;
    int exit_code = kDone;
    const auto plan = present_plan(context, *present, exit_code);
    if (!plan) return exit_code;
    if (!are_known(query, **plan, *next->plan)) return kUsage;
    Planning planning(side_of(*plan, *present), side_of(next->plan, *next),
                      {query.routes.begin(), query.routes.end()});
    const auto begun = std::chrono::steady_clock::now();
    if (!look_through(context, query, planning, exit_code)) return exit_code;
    auto out = planning.foresight.to_json();
    out["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    std::fputs(context.json ? (json::serialize(out) + '\n').c_str() : render_plan(out).c_str(), stdout);
    return kDone;
}

}  // namespace maillon::cli
