#include "core/hub/admin_replays.h"

#include "core/base/text.h"
#include "core/base/time.h"
#include "core/hub/admin_query.h"
#include "core/hub/admin_views.h"
#include "core/hub/replayer.h"
#include "core/store/state.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace maillon::hub {
namespace {

namespace json = boost::json;
using store::ReplayRow;

constexpr std::size_t kMostNamed = 10'000;
constexpr std::size_t kAtOnce = 1'000;

json::object view_of(const ReplayRow& row) {
    json::error_code error;
    auto what = json::parse(row.what, error);
    json::object out{{"id", row.id.value()},
                     {"of", db::kWords<store::ReplayKind>[static_cast<std::size_t>(row.kind)]},
                     {"state", db::kWords<store::ReplayState>[static_cast<std::size_t>(row.state)]},
                     {"what", std::move(what)},
                     {"with_outbound", row.with_outbound},
                     {"by", row.who},
                     {"note", row.note},
                     {"chosen", row.chosen},
                     {"started", row.started},
                     {"held_back", row.held_back},
                     {"refused", row.refused},
                     {"reason", row.reason},
                     {"reached", row.reached},
                     {"last", row.last},
                     {"created", to_rfc3339(row.created)}};
    out["finished"] = row.finished ? json::value(to_rfc3339(*row.finished)) : json::value();
    return out;
}

Result<std::set<std::string>> routes_in(const json::object& from, const route::Plan& plan) {
    std::set<std::string> out;
    const auto* list = from.if_contains("routes");
    if (!list) return out;
    if (!list->is_array()) return rejected("'routes' must be a list of names");
    std::vector<std::string> known;
    for (const auto& [name, route] : plan.routes) known.push_back(name);
    for (const auto& one : list->get_array()) {
        const std::string name = one.is_string() ? std::string(one.get_string()) : json::serialize(one);
        if (!plan.routes.contains(name)) {
            const auto near = did_you_mean(name, known);
            return rejected("there is no route '" + name + '\'' +
                            (near.empty() ? "" : "; did you mean '" + std::string(near) + "'?"));
        }
        out.insert(name);
    }
    return out;
}

/// The positions of events that are named by position or id, in order.
Result<std::vector<EventSeq>> positions_of(const json::array& named, Journal& journal) {
    std::vector<EventSeq> out;
    for (const auto& one : named) {
        const auto name = one.is_string() ? std::string(one.get_string()) : json::serialize(one);
        auto found = event_named(journal, name);
        if (!found) return found.error();
        if (!*found) return not_found("there is no event '" + name + "', or it is past its retention");
        out.push_back((*found)->seq);
    }
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

}  // namespace

Result<json::object> AdminReplays::begin(const json::object& arguments) {
    if (!parts_.replayer) return rejected("a replay needs the running hub; start it first");
    const auto now = parts_.clock.now();
    const auto* outbound = arguments.if_contains("with_outbound");
    ReplayRow row{.with_outbound = outbound && outbound->is_bool() && outbound->get_bool(),
                  .who = text_in(arguments, "by"),
                  .note = text_in(arguments, "note"),
                  .created = now,
                  .updated = now};
    const auto* letters = arguments.if_contains("letters");
    const auto* events = arguments.if_contains("events");
    if (!letters == !events) return rejected("give either 'letters' or 'events'");
    auto id =
        letters ? begin_letters(std::move(row), *letters) : begin_events(std::move(row), *events, arguments);
    if (!id) return id.error();
    parts_.replayer->wake();
    return show(*id);
}

Result<store::ReplayId> AdminReplays::begin_letters(ReplayRow row, const json::value& which) {
    std::vector<DeadLetterId> ids;
    if (const auto* words = which.if_object()) {
        const auto query = LetterQuery::from_json(*words, row.created);
        if (!query) return query.error();
        if (query->filter.state != store::LetterState::open)
            return rejected("state: only open letters can be replayed");
        row.what = json::serialize(query->to_json());
    } else if (const auto* list = which.if_array(); list && !list->empty() && list->size() <= kMostNamed) {
        for (const auto& one : *list) {
            if (!one.is_int64())
                return rejected(json::serialize(one) + " is not the number of a dead letter");
            ids.emplace_back(one.get_int64());
        }
        row.what = json::serialize(json::object{{"numbers", which}});
        row.state = store::ReplayState::running;
    } else {
        return rejected("'letters' must be a map of words, or a list of 1 to 10000 numbers");
    }
    store::ReplayId out{};
    auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
        auto id = store::Replays::insert(unit, row);
        if (!id) return id.error();
        out = row.id = *id;
        for (const auto letter : ids) {
            const auto taken = store::DeadLetters::take(unit, std::span(&letter, 1), out);
            if (!taken) return taken.error();
            if (*taken == 1) continue;
            const auto there = store::DeadLetters::by_id(unit, letter);
            if (!there) return there.error();
            const auto name = "dead letter " + std::to_string(letter.value());
            if (!*there) return not_found("there is no " + name);
            if ((*there)->replay == out) continue;  // named twice
            return Fault{FaultKind::conflict,
                         name + ((*there)->replay.is_set()
                                     ? " is on the list of replay " + std::to_string((*there)->replay.value())
                                     : " is no longer open"),
                         {}};
        }
        auto count = store::DeadLetters::count_taken(unit, out);
        if (!count) return count.error();
        row.chosen = *count;
        return store::Replays::update(unit, row);
    });
    if (!done) return done.error();
    return out;
}

Result<store::ReplayId> AdminReplays::begin_events(ReplayRow row, const json::value& which,
                                                   const json::object& arguments) {
    row.kind = store::ReplayKind::events;
    row.state = store::ReplayState::running;
    EventsWish wish;
    auto routes = routes_in(arguments, *parts_.prepared.plan);
    if (!routes) return routes.error();
    wish.routes = std::move(*routes);
    if (const auto* list = which.if_array(); list && !list->empty() && list->size() <= kMostNamed) {
        auto positions = positions_of(*list, parts_.journal);
        if (!positions) return positions.error();
        wish.events = std::move(*positions);
        row.reached = wish.events.front().value() - 1;
        row.last = wish.events.back().value();
    } else if (const auto* span = which.if_object()) {
        const auto wanted = between(text_in(*span, "since"), text_in(*span, "until"), row.created);
        if (!wanted) return wanted.error();
        wish.since = wanted->since;
        wish.until = wanted->until;
        if (!wish.since) return rejected("say from when on: 'since' is a span (2h) or an RFC 3339 time");
        const auto first = first_since(parts_.journal, *wish.since);
        if (!first) return first.error();
        row.reached = first->value() - 1;
        // What has not been put to the routes yet will be, and needs no replay.
        const auto routed = parts_.database.read(
            [](db::Reader& reader) { return store::Positions::get(reader, store::Positions::kRouted); });
        if (!routed) return routed.error();
        row.last = std::max(row.reached, routed->value_or(EventSeq{}).value());
    } else {
        return rejected("'events' must be {since, until}, or a list of 1 to 10000 positions or ids");
    }
    row.what = json::serialize(wish.to_json());
    store::ReplayId out{};
    auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
        auto id = store::Replays::insert(unit, row);
        if (!id) return id.error();
        out = *id;
        return {};
    });
    if (!done) return done.error();
    return out;
}

Result<json::object> AdminReplays::list(std::size_t limit) {
    const auto rows =
        parts_.database.read([&](db::Reader& reader) { return store::Replays::list(reader, limit); });
    if (!rows) return rows.error();
    json::array out;
    for (const auto& row : *rows) out.push_back(view_of(row));
    return json::object{{"replays", std::move(out)}};
}

Result<json::object> AdminReplays::show(store::ReplayId id) {
    json::object out;
    auto done = parts_.database.read([&](db::Reader& reader) -> Result<> {
        const auto row = store::Replays::by_id(reader, id);
        if (!row) return row.error();
        if (!*row) return not_found("there is no replay " + std::to_string(id.value()));
        const auto counts = store::Replays::runs(reader, id);
        if (!counts) return counts.error();
        out = view_of(**row);
        json::object runs;
        for (const auto& [state, count] : *counts)
            runs[db::kWords<store::RunState>[static_cast<std::size_t>(state)]] = count;
        out["runs"] = std::move(runs);
        return {};
    });
    if (!done) return done.error();
    return out;
}

Result<json::object> AdminReplays::stop(store::ReplayId id, const json::object& arguments) {
    auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
        auto row = store::Replays::by_id(unit, id);
        if (!row) return row.error();
        const auto name = "replay " + std::to_string(id.value());
        if (!*row) return not_found("there is no " + name);
        if ((*row)->finished) return Fault{FaultKind::conflict, name + " is over already", {}};
        const auto who = text_in(arguments, "by");
        (*row)->state = store::ReplayState::stopped;
        (*row)->reason = "stopped" + (who.empty() ? "" : " by " + who);
        (*row)->updated = parts_.clock.now();
        (*row)->finished = parts_.clock.now();
        return store::Replays::update(unit, **row);
    });
    if (!done) return done.error();
    for (std::int64_t left = 1; left > 0;) {
        auto gave = parts_.database.run([&](db::Unit& unit) -> Result<> {
            auto count = store::DeadLetters::give_back(unit, id, kAtOnce);
            if (!count) return count.error();
            left = *count;
            return {};
        });
        if (!gave) return gave.error();
    }
    if (parts_.replayer) parts_.replayer->wake();
    return show(id);
}

}  // namespace maillon::hub
