#include "core/route/engine.h"
#include "core/route/evaluate.h"
#include "core/store/books.h"
#include "core/store/state.h"

#include <utility>

namespace maillon::route {
namespace {

constexpr std::size_t kReadAtOnce = 256;
constexpr std::chrono::milliseconds kAfterTrouble{1'000};

}  // namespace

void Engine::route_more() {
    if (routing_ || !more_ || is_stopping()) return;
    if (is_full()) return make_room();
    auto batch = parts_.journal.read(read_, kReadAtOnce);
    if (!batch) {
        trouble(batch.error());
        after(kAfterTrouble, [this] { route_more(); });
        return;
    }
    more_ = batch->size() == kReadAtOnce;
    if (batch->empty()) return;
    std::vector<std::shared_ptr<const Event>> events;
    auto started = std::make_shared<std::vector<Started>>();
    for (auto& event : *batch) {
        events.push_back(std::make_shared<const Event>(std::move(event)));
        start_routes(events.back(), *started);
    }
    const auto up_to = events.back()->seq;
    routing_ = true;
    ++in_flight_;
    parts_.database.submit([this, started, events](db::Unit& unit) { return record(unit, *started, events); },
                           [this, started, up_to, count = events.size()](Result<> done) {
                               post([this, started, up_to, count, done] {
                                   --in_flight_;
                                   routing_ = false;
                                   if (done) {
                                       routed(std::move(*started), up_to, count);
                                   } else {
                                       trouble(done.error());
                                       more_ = true;
                                       after(kAfterTrouble, [this] { route_more(); });
                                   }
                               });
                           });
}

void Engine::start_routes(const std::shared_ptr<const Event>& event, std::vector<Started>& out) {
    thread_local expression::Arena arena;
    const auto meta = Json::from(event->meta.to_json());
    for (const auto& [name, route] : parts_.plan->routes) {
        if (!route->trigger_for(event->meta)) continue;
        Started started{{.event = event,
                         .route = route,
                         .key = event->meta.key,
                         .config_hash = parts_.plan->hash,
                         .created = parts_.clock.now()},
                        {}};
        started.run.frame.at = route->first;
        arena.reset();
        const auto holds = when_holds(*route, event->body, meta, arena);
        if (!holds)
            started.fault = holds.error();
        else if (!*holds)
            continue;
        out.push_back(std::move(started));
    }
}

Result<> Engine::record(db::Unit& unit, std::vector<Started>& started,
                        const std::vector<std::shared_ptr<const Event>>& events) {
    const auto now = parts_.clock.now();
    std::map<std::string, store::EventBook> books;
    std::map<std::string, store::RunBook> run_books;
    std::size_t at = 0;
    for (const auto& event : events) {
        const std::size_t first = at;
        for (; at < started.size() && started[at].run.event == event; ++at) {
            auto& run = started[at].run;
            auto id = store::Runs::insert(unit, store::RunRow{.event = event->seq,
                                                              .route = run.route->name,
                                                              .key = run.key,
                                                              .config_hash = run.config_hash,
                                                              .frame = run.frame.dump(*run.route),
                                                              .created = run.created,
                                                              .updated = now});
            if (!id) return id.error();
            run.id = *id;
            ++run_books[run.route->name].started;
            ++run_books[run.route->name].in_flight;
        }
        ++(at > first ? books[event->meta.connector].routed : books[event->meta.connector].unmatched);
    }
    for (const auto& [connector, change] : books) {
        if (auto done = store::Books::add(unit, connector, change); !done) return done;
    }
    for (const auto& [route, change] : run_books) {
        if (auto done = store::Books::add(unit, route, change); !done) return done;
    }
    for (auto& one : started) {
        if (!one.fault) continue;
        Effects ignored;
        if (auto done = machine_.refuse(unit, one.run, *one.fault, "when", ignored); !done) return done;
    }
    return store::Positions::set(unit, store::Positions::kRouted, events.back()->seq);
}

void Engine::routed(std::vector<Started> started, EventSeq up_to, std::size_t count) {
    read_ = up_to;
    routed_count_.add(static_cast<double>(count));
    run_count_.add(static_cast<double>(started.size()));
    {
        const std::scoped_lock lock(mutex_);
        state_.routed = up_to;
        state_.trouble.clear();
    }
    for (auto& one : started) {
        if (!one.fault) admit(std::move(one.run));
    }
    route_more();
}

}  // namespace maillon::route
