#include "core/route/engine.h"
#include "core/store/books.h"
#include "core/store/dead_letters.h"
#include "core/store/state.h"

#include <future>

namespace maillon::route {
namespace {

constexpr std::size_t kPage = 1000;

}  // namespace

Result<> Engine::recover() {
    auto doubted = std::int64_t{0};
    auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
        auto count = store::Calls::doubt_interrupted(unit);
        if (!count) return count.error();
        doubted = *count;
        return {};
    });
    if (!done) return done;
    std::map<RunId, store::CallRow> calls;
    std::vector<store::RunRow> rows;
    done = parts_.database.read([&](db::Reader& reader) -> Result<> {
        for (CallId after{};;) {
            auto page = store::Calls::open(reader, {}, after, kPage);
            if (!page) return page.error();
            for (auto& call : *page) {
                after = call.id;
                calls.emplace(call.run, std::move(call));
            }
            if (page->size() < kPage) break;
        }
        for (RunId after{};;) {
            auto page = store::Runs::moving(reader, after, kPage);
            if (!page) return page.error();
            for (auto& row : *page) {
                after = row.id;
                rows.push_back(std::move(row));
            }
            if (page->size() < kPage) break;
        }
        auto position = store::Positions::get(reader, store::Positions::kRouted);
        if (!position) return position.error();
        read_ = position->value_or(EventSeq{});
        auto wake = store::Runs::next_wake(reader);
        if (!wake) return wake.error();
        next_wake_ = *wake;
        return {};
    });
    if (!done) return done;
    state_.routed = read_;
    for (const auto& row : rows) {
        if (auto recovered = recover_run(row, calls); !recovered) return recovered;
    }
    if (!rows.empty())
        parts_.log.info("route.recovered", {{"runs", rows.size()}, {"calls_in_doubt", doubted}});
    return {};
}

Result<> Engine::recover_run(const store::RunRow& row, std::map<RunId, store::CallRow>& calls) {
    // Whoever waits for a person does not move by itself.
    if (row.state == store::RunState::in_doubt) return {};
    auto run = run_of(row);
    if (!run) return run.error();
    const auto call = calls.find(row.id);
    if (call == calls.end()) {
        admit(std::move(*run));
        return {};
    }
    order_[{row.route, row.key}].push_back(row.id);
    runs_.emplace(row.id, std::move(*run));
    parts_.deliver.enqueue({std::move(call->second), row.key, false, false});
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
