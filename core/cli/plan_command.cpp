#include "core/cli/plan_command.h"

#include "core/base/text.h"
#include "core/cli/application.h"
#include "core/cli/asking.h"
#include "core/cli/recorded.h"
#include "core/cli/render.h"
#include "core/hub/older_plan.h"
#include "core/trial/foresight.h"

#include <boost/json/serialize.hpp>

#include <chrono>
#include <cstdio>
#include <set>

namespace maillon::cli {
namespace {

namespace json = boost::json;
using PlanPtr = std::shared_ptr<const route::Plan>;

class Planning {
public:
    Planning(PlanSide before, PlanSide after, std::set<std::string> only)
        : before_(std::move(before)), after_(std::move(after)), only_(std::move(only)) {
        for (const auto& side : {&before_, &after_}) {
            for (const auto& [name, route] : side->plan->routes) {
                if (only_.empty() || only_.contains(name)) names_.insert(name);
            }
        }
    }

    Result<> take(const RecordedEvent& one) {
        const auto& [event, steps] = one;
        foresight.looked_at(event);
        const auto meta = Json::from(event.meta.to_json());
        for (const auto& name : names_) {
            const auto before = rehearsed(before_, name, event, meta, steps);
            const auto after = rehearsed(after_, name, event, meta, steps);
            foresight.add(event, name, before, after);
        }
        return {};
    }

    trial::Foresight foresight;

private:
    static route::Rehearsed rehearsed(const PlanSide& side, const std::string& name, const Event& event,
                                      const Json& meta, const std::vector<route::RecordedStep>& steps) {
        const auto found = side.plan->routes.find(name);
        if (found == side.plan->routes.end() || !found->second->trigger_for(event.meta)) return {};
        return route::Rehearsal(event, meta, *found->second, steps, side.schemas, side.plan->max_items).run();
    }

    PlanSide before_, after_;
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
    if (!each_recorded(
            context, {.since = query.since, .until = query.until},
            [&](const RecordedEvent& one) { return planning.take(one); }, exit_code))
        return exit_code;
    auto out = planning.foresight.to_json();
    out["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    std::fputs(context.json ? (json::serialize(out) + '\n').c_str() : render_plan(out).c_str(), stdout);
    return kDone;
}

}  // namespace maillon::cli
