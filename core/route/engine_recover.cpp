#include "core/route/engine.h"
#include "core/store/books.h"
#include "core/store/dead_letters.h"
#include "core/store/state.h"

#include <future>

namespace maillon::route {

Result<> Engine::recover() {
    auto doubted = std::int64_t{0};
    auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
        auto count = store::Calls::doubt_interrupted(unit);
        if (!count) return count.error();
        doubted = *count;
        return {};
    });
    if (!done) return done;
    done = parts_.database.read([&](db::Reader& reader) -> Result<> {
        auto position = store::Positions::get(reader, store::Positions::kRouted);
        if (!position) return position.error();
        read_ = position->value_or(EventSeq{});
        auto wake = store::Runs::next_wake(reader);
        if (!wake) return wake.error();
        next_wake_ = *wake;
        auto moving = store::Runs::count_in_flight(reader, 1);
        if (!moving) return moving.error();
        paging_ = *moving > 0;
        auto instances = store::Calls::open_instances(reader);
        if (!instances) return instances.error();
        for (const auto& name : *instances) {
            if (!parts_.deliver.has_instance(name))
                return config_fault("calls to the connector '" + name +
                                    "' are not settled, but it is no longer configured: put it back until "
                                    "'maillon status' shows none");
        }
        auto restored = store::Restores::latest(reader);
        if (!restored) return restored.error();
        machine_.set_restored(*restored);
        return {};
    });
    if (!done) return done;
    state_.routed = read_;
    if (!paging_) return {};
    // As many as there is room for; the others follow in pages.
    scanned_ = RunId{};
    done = bring_back();
    if (!done) return done;
    parts_.log.info("route.recovered",
                    {{"runs", runs_.size()}, {"calls_in_doubt", doubted}, {"more", scanned_.has_value()}});
    begin_paging();
    return {};
}

Result<Run> Engine::run_of(const store::RunRow& row) {
    auto plan = plan_of(row.config_hash);
    if (!plan) return plan.error();
    const auto route = (*plan)->routes.find(row.route);
    if (route == (*plan)->routes.end())
        return internal("run " + std::to_string(row.id.value()) +
                        " belongs to no route of its configuration");
    auto event = parts_.journal.by_seq(row.event);
    if (!event) return event.error();
    if (!*event)
        return internal("the event of run " + std::to_string(row.id.value()) + " is not in the journal");
    auto frame = Frame::parse(row.frame, *route->second);
    if (!frame) return frame.error();
    return Run{row.id,
               std::make_shared<const Event>(std::move(**event)),
               route->second,
               row.key,
               row.config_hash,
               row.state,
               std::move(*frame),
               row.created};
}

Result<std::shared_ptr<const Plan>> Engine::plan_of(const std::string& hash) {
    if (const auto known = plans_.find(hash); known != plans_.end()) return known->second;
    auto plan = parts_.older_plan(hash);
    if (plan) plans_[hash] = *plan;
    return plan;
}

Result<RunId> Engine::replay(DeadLetterId letter, const std::string& note) {
    const auto now = parts_.clock.now();
    Run run;
    auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
        auto row = store::DeadLetters::by_id(unit, letter);
        if (!row) return row.error();
        if (!*row) return rejected("there is no dead letter " + std::to_string(letter.value()));
        const auto route = parts_.plan->routes.find((*row)->route);
        if (route == parts_.plan->routes.end())
            return rejected("the route '" + (*row)->route + "' is no longer configured");
        auto event = parts_.journal.by_seq((*row)->event);
        if (!event) return event.error();
        if (!*event) return rejected("the event of this dead letter is past its retention");
        run = {.event = std::make_shared<const Event>(std::move(**event)),
               .route = route->second,
               .config_hash = parts_.plan->hash,
               .created = now};
        run.key = run.event->meta.key;
        run.frame.at = run.route->first;
        auto id = store::Runs::insert(unit, store::RunRow{.event = run.event->seq,
                                                          .route = run.route->name,
                                                          .key = run.key,
                                                          .config_hash = run.config_hash,
                                                          .frame = run.frame.dump(*run.route),
                                                          .created = now,
                                                          .updated = now});
        if (!id) return id.error();
        run.id = *id;
        if (auto closed = store::DeadLetters::close(unit, letter, store::LetterState::replayed, note);
            !closed)
            return closed;
        return store::Books::add(unit, run.route->name, store::RunBook{.started = 1, .in_flight = 1});
    });
    if (!done) return done.error();
    const auto id = run.id;
    post([this, run = std::make_shared<Run>(std::move(run))] { admit(std::move(*run)); });
    return id;
}

}  // namespace maillon::route
