#include "core/route/replaying.h"

#include "core/route/evaluate.h"
#include "core/route/machine.h"
#include "core/store/books.h"
#include "core/store/runs.h"

namespace maillon::route {
namespace {

std::string numbered(DeadLetterId letter) {
    return "dead letter " + std::to_string(letter.value());
}

/// The letter, when its turn has come.
Result<store::DeadLetterRow> next_letter(db::Unit& unit, DeadLetterId id) {
    auto row = store::DeadLetters::by_id(unit, id);
    if (!row) return row.error();
    if (!*row) return Fault{FaultKind::unsupported, "there is no " + numbered(id), {}};
    if ((*row)->state != store::LetterState::open)
        return Fault{FaultKind::conflict, numbered(id) + " is no longer open", {}};
    const auto earlier = store::DeadLetters::in_the_way(unit, **row);
    if (!earlier) return earlier.error();
    if (*earlier)
        return Fault{FaultKind::conflict,
                     numbered(id) + " must wait for the older " + numbered(**earlier) +
                         " of the same route and key: replay or drop that one first",
                     {}};
    return std::move(**row);
}

/// A replay knows by the run of the letter which calls were done; without it they would be made again.
Result<> has_its_run(db::Unit& unit, const store::DeadLetterRow& letter) {
    const auto run = store::Runs::by_id(unit, letter.run);
    if (!run) return run.error();
    if (*run) return {};
    return rejected("what run " + std::to_string(letter.run.value()) + " of " + numbered(letter.id) +
                    " had done before it failed is past its retention (hub.keep.traces), and a replay might"
                    " do it twice; look at the event, and see to the rest by hand");
}

/// What the run is to know of the letter, of earlier replays of it and of what people changed.
Result<Frame::Again> again_of(db::Unit& unit, const store::DeadLetterRow& letter) {
    auto out = Frame::again_of(letter.frame).value_or(Frame::Again{});
    out.letter = letter.id;
    const auto edits = store::DeadLetters::edits(unit, letter.id);
    if (!edits) return edits.error();
    for (const auto& edit : *edits) {
        if (edit.what == store::LetterEdit::What::arguments) {
            out.arguments.insert_or_assign(letter.step, edit.value);
            continue;
        }
        auto body = Json::parse(edit.value);
        if (!body) return body.error();
        out.body = std::move(*body);
    }
    return out;
}

Result<> insert(db::Unit& unit, Run& run) {
    const store::RunRow row{.event = run.event->seq,
                            .route = run.route->name,
                            .key = run.key,
                            .config_hash = run.config_hash,
                            .frame = run.frame.dump(*run.route),
                            .created = run.created,
                            .updated = run.created,
                            .replay = run.replay};
    auto id = store::Runs::insert(unit, row);
    if (!id) return id.error();
    run.id = *id;
    return store::Books::add(unit, run.route->name, store::RunBook{.started = 1, .in_flight = 1});
}

Run run_of(const ReplayParts& parts, std::shared_ptr<const RoutePlan> route, Event event, Frame::Again again,
           const store::ReplayRow& replay) {
    Run out{.event = std::make_shared<const Event>(seen_again(std::move(event), again)),
            .route = std::move(route),
            .config_hash = parts.plan.hash,
            .created = parts.clock.now(),
            .replay = replay.id};
    out.key = out.event->meta.key;
    out.frame.at = out.route->first;
    out.frame.again = std::move(again);
    return out;
}

}  // namespace

Result<Run> replay(db::Unit& unit, const ReplayParts& parts, DeadLetterId letter,
                   const store::ReplayRow& replay) {
    const auto row = next_letter(unit, letter);
    if (!row) return row.error();
    const auto route = parts.plan.routes.find(row->route);
    if (route == parts.plan.routes.end())
        return rejected("the route '" + row->route + "' is no longer configured");
    if (auto known = has_its_run(unit, *row); !known) return known.error();
    auto event = parts.journal.by_seq(row->event);
    if (!event) return event.error();
    if (!*event)
        return rejected("the event of " + numbered(letter) + " is past its retention (hub.keep.events)");
    auto again = again_of(unit, *row);
    if (!again) return again.error();
    auto run = run_of(parts, route->second, std::move(**event), std::move(*again), replay);
    // The key under which it failed: its letters and its live runs are in one order.
    run.key = row->key.empty() ? run.key : row->key;
    if (auto done = insert(unit, run); !done) return done.error();
    const store::LetterClosing closing{store::LetterState::replayed, replay.note, replay.who, run.created,
                                       run.id};
    if (auto done = store::DeadLetters::close(unit, letter, closing); !done) return done.error();
    return run;
}

Result<std::vector<Run>> replay(db::Unit& unit, const ReplayParts& parts, const Event& event,
                                const std::set<std::string>& only, const store::ReplayRow& replay,
                                std::int64_t& started) {
    std::vector<Run> out;
    expression::Arena arena;
    const Frame::Again again{.number = replay.id.value(), .with_outbound = replay.with_outbound};
    const auto seen = seen_again(event, again);
    const auto meta = Json::from(seen.meta.to_json());
    for (const auto& [name, route] : parts.plan.routes) {
        if (!only.empty() && !only.contains(name)) continue;
        if (!route->trigger_for(seen.meta)) continue;
        arena.reset();
        const auto holds = when_holds(*route, seen.body, meta, arena);
        if (holds && !*holds) continue;
        auto run = run_of(parts, route, seen, again, replay);
        if (auto done = insert(unit, run); !done) return done.error();
        ++started;
        if (holds) {
            out.push_back(std::move(run));
            continue;
        }
        Effects ignored;
        Machine machine({parts.journal, parts.clock});
        if (auto done = machine.refuse(unit, run, holds.error(), "when", ignored); !done) return done.error();
    }
    return out;
}

}  // namespace maillon::route
