#include "core/base/cores.h"
#include "core/base/text.h"
#include "core/cli/application.h"
#include "core/cli/match_command.h"
#include "core/cli/match_rules.h"
#include "core/cli/progress.h"
#include "core/cli/recorded.h"
#include "core/cli/render.h"
#include "core/cli/store_place.h"
#include "core/db/viewer.h"
#include "core/event/json_text.h"
#include "core/match/changes.h"
#include "core/store/links.h"
#include "core/store/reviews.h"

#include <boost/json/array.hpp>

#include <chrono>
#include <cstdio>
#include <map>
#include <set>

namespace maillon::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kPage = 500;

/// Who is asked about, by directory and identity, as seen last.
using People = std::map<std::string, std::map<std::string, Json>>;

/// The people of recorded events, as the steps `match` of the changed configuration ask about them.
std::optional<People> people_in(const Context& context, const MatchPlanQuery& query, const MatchRules& rules,
                                std::int64_t& events, int& exit_code) {
    People out;
    const auto side = side_of(rules.next->plan, *rules.next);
    const auto take = [&](const RecordedEvent& one) -> Result<> {
        ++events;
        const auto meta = Json::from(one.event.meta.to_json());
        for (const auto& [name, route] : side.plan->routes) {
            if (!route->trigger_for(one.event.meta)) continue;
            auto walked =
                route::Rehearsal(one.event, meta, *route, one.steps, side.schemas, side.plan->max_items)
                    .run();
            for (auto& asked : walked.asked) {
                const auto keys = side.plan->directories.find(asked.directory);
                if (keys == side.plan->directories.end()) continue;
                const auto person = match::person_of(asked.who, *keys->second);
                if (person.is_known_by_anything())
                    out[asked.directory][person.identities.front().text()] = std::move(asked.who);
            }
        }
        return {};
    };
    if (!each_recorded(context, {query.since, query.until, "reading events"}, take, exit_code))
        return std::nullopt;
    return out;
}

/// Those about whom a question is open, whenever they wrote.
Result<> add_questioned(db::Session& session, const std::string& directory,
                        std::map<std::string, Json>& people) {
    for (store::ReviewId after{};;) {
        const auto page =
            store::Reviews::list(session, {.directory = directory, .limit = kPage, .after = after});
        if (!page) return page.error();
        for (const auto& question : *page) {
            auto person = Json::parse(question.person);
            if (person && question.kind != store::ReviewKind::shared)
                people.try_emplace(question.identity.text(), std::move(*person));
        }
        if (page->size() < kPage) return {};
        after = page->back().id;
    }
}

/// Holds one directory's people against both sets of rules.
class DirectoryPlan {
public:
    DirectoryPlan(db::Viewer& viewer, const RulesOfDirectory& before, const RulesOfDirectory& after)
        : viewer_(viewer), before_(before), after_(after) {}

    Result<json::object> run(std::map<std::string, Json> people, std::size_t examples, Progress& bar) {
        bar("reading records of " + after_.keys->name(), 0, 0);
        std::int64_t links = 0;
        auto loaded = viewer_.read([&](db::Reader& reader) -> Result<> {
            if (auto done = add_questioned(reader, after_.keys->name(), people); !done) return done;
            const auto count = store::Links::count(reader, after_.keys->name());
            if (!count) return count.error();
            links = *count;
            for (const auto* side : {&before_, &after_}) {
                if (!side->matcher) continue;
                if (auto done = side->matcher->load(reader, all_cores()); !done) return done;
                auto learned = match::read_calibration(reader, after_.keys->name(), side->label());
                if (!learned) return learned.error();
                side->matcher->calibrate(std::make_shared<const match::Calibration>(std::move(*learned)));
            }
            return {};
        });
        if (!loaded) return loaded.error();
        match::Changes changes({before_.keys.get(), before_.matcher.get()},
                               {after_.keys.get(), after_.matcher.get()}, examples);
        if (auto done = look_at(people, changes, bar); !done) return done.error();
        auto out = changes.to_json();
        out["directory"] = after_.keys->name();
        out["model_before"] = before_.label();
        out["model_after"] = after_.label();
        out["links"] = links;
        out["fields_differ"] = after_.keys->reads() != before_.keys->reads();
        return out;
    }

private:
    /// In pieces, so that the hub's log is not held back for long.
    Result<> look_at(const std::map<std::string, Json>& people, match::Changes& changes, Progress& bar) {
        const SystemClock clock;
        std::int64_t done = 0;
        const auto all = static_cast<std::int64_t>(people.size());
        for (auto at = people.begin(); at != people.end();) {
            auto piece = viewer_.read([&](db::Reader& reader) -> Result<> {
                for (std::size_t i = 0; i < kPage && at != people.end(); ++i, ++at, ++done) {
                    if (auto one = changes.look_at(reader, at->second, clock.now()); !one) return one;
                }
                return {};
            });
            if (!piece) return piece;
            if (!bar("planning", done, all))
                return Fault{FaultKind::cancelled, "stopped; nothing was changed", {}};
        }
        return {};
    }

    db::Viewer& viewer_;
    const RulesOfDirectory& before_;
    const RulesOfDirectory& after_;
};

/// The directories of both configurations, or the one that is named; prints which there are where it is none.
std::optional<std::set<std::string>> directories_of(const MatchPlanQuery& query, const MatchRules& rules) {
    std::set<std::string> out;
    for (const auto& [name, directory] : rules.next->config.directories) {
        if (rules.before.contains(name) && (query.directory.empty() || query.directory == name))
            out.insert(name);
    }
    if (!query.directory.empty() && out.empty()) {
        std::fprintf(stderr, "maillon: %s\n", rules.unknown(query.directory).c_str());
        return std::nullopt;
    }
    return out;
}

}  // namespace

int match_plan_command(const Context& context, const MatchPlanQuery& query) {
    int exit_code = kDone;
    const auto rules = match_rules(context, query, exit_code);
    if (!rules) return exit_code;
    const auto names = directories_of(query, *rules);
    if (!names) return kUsage;
    const auto begun = std::chrono::steady_clock::now();
    std::int64_t events = 0;
    auto people = people_in(context, query, *rules, events, exit_code);
    if (!people) return exit_code;
    const auto place = find_store(context, {});
    if (!place) return kConfig;
    auto viewer = db::Viewer::open(place->url);
    if (!viewer) {
        std::fprintf(stderr, "maillon: %s\n", viewer.error().what.c_str());
        return kNoHub;
    }
    json::array plans;
    {
        Progress bar;
        bar.counts_bytes = false;
        for (const auto& name : *names) {
            auto plan = DirectoryPlan(**viewer, rules->before.at(name), rules->after.at(name))
                            .run(std::move((*people)[name]), query.limit, bar);
            if (!plan) {
                bar.clear();
                std::fprintf(stderr, "maillon: %s\n", plan.error().what.c_str());
                return kFailed;
            }
            plans.push_back(std::move(*plan));
        }
    }
    const json::object out{
        {"events", events},
        {"directories", std::move(plans)},
        {"seconds", std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count()}};
    std::fputs(context.json ? (json_text(out) + '\n').c_str() : render_match_plan(out).c_str(), stdout);
    return kDone;
}

}  // namespace maillon::cli
