#include "core/route/engine.h"
#include "core/route/evaluate.h"
#include "core/store/books.h"
#include "core/store/state.h"

#include <algorithm>
#include <utility>

namespace maillon::route {
namespace {

constexpr std::size_t kReadAtOnce = 256;
constexpr std::chrono::milliseconds kAfterTrouble{1'000};
/// What is handed over beyond this is read from the journal when its time comes.
constexpr std::size_t kMostFresh = 2'048, kMostFreshBytes = 8U << 20U;
/// Events that start no run are put into the books at the latest when there are so many.
constexpr std::int64_t kMostUnmatched = 4'096;

bool reads_meta(const expression::Program& program) {
    return std::ranges::find(program.variables(), "meta") != program.variables().end();
}

}  // namespace

void Engine::Unmatched::add(const Unmatched& other) {
    for (const auto& [connector, events] : other.by_connector) by_connector[connector] += events;
    if (count == 0) since = other.since;
    count += other.count;
}

void Engine::take_events(std::vector<Event> events) {
    post([this, events = std::make_shared<std::vector<Event>>(std::move(events))] {
        for (auto& event : *events) {
            fresh_bytes_ += event.text.size();
            fresh_.push_back(std::move(event));
        }
        if (fresh_.size() > kMostFresh || fresh_bytes_ > kMostFreshBytes) {
            fresh_.clear();
            fresh_bytes_ = 0;
            more_ = true;
        }
        route_more();
    });
}

/// Nothing where other events lie in between; those are in the journal.
std::vector<std::shared_ptr<const Event>> Engine::handed_over() {
    std::vector<std::shared_ptr<const Event>> out;
    auto next = read_.value() + 1;
    while (!fresh_.empty() && fresh_.front().seq.value() <= next && out.size() < kReadAtOnce) {
        auto event = std::move(fresh_.front());
        fresh_.pop_front();
        fresh_bytes_ -= event.text.size();
        if (event.seq.value() < next) continue;  // the journal was faster
        event.text = {};
        out.push_back(std::make_shared<const Event>(std::move(event)));
        ++next;
    }
    if (out.empty() && !fresh_.empty()) more_ = true;
    return out;
}

Result<std::vector<std::shared_ptr<const Event>>> Engine::next_events() {
    auto out = handed_over();
    if (!out.empty() || !more_) return out;
    auto batch = parts_.journal.read(read_, kReadAtOnce);
    if (!batch) return batch.error();
    more_ = batch->size() == kReadAtOnce;
    for (auto& event : *batch) out.push_back(std::make_shared<const Event>(std::move(event)));
    return out;
}

void Engine::route_more() {
    if (routing_ || (!more_ && fresh_.empty()) || is_stopping()) return;
    if (is_full()) return make_room();
    auto events = next_events();
    if (!events) {
        trouble(events.error());
        after(kAfterTrouble, [this] { route_more(); });
        return;
    }
    if (events->empty()) return;
    auto routing = std::make_shared<Routing>();
    for (const auto& event : *events) start_routes(event, routing->started);
    if (routing->started.empty()) return leave_unmatched(*events);
    routing->up_to = events->back()->seq;
    routing->events = std::move(*events);
    submit_routing(std::move(routing));
}

/// Nothing hangs on them, so that they need no commit of their own.
void Engine::leave_unmatched(const std::vector<std::shared_ptr<const Event>>& events) {
    if (unmatched_.count == 0) unmatched_.since = parts_.clock.steady();
    for (const auto& event : events) ++unmatched_.by_connector[event->meta.connector];
    unmatched_.count += static_cast<std::int64_t>(events.size());
    read_ = events.back()->seq;
    routed_count_.add(static_cast<double>(events.size()));
    {
        const std::scoped_lock lock(mutex_);
        state_.routed = read_;
    }
    if (more_ || !fresh_.empty()) post([this] { route_more(); });
}

bool Engine::is_unmatched_due() const {
    if (unmatched_.count == 0 || routing_) return false;
    return stopping_ || unmatched_.count >= kMostUnmatched ||
           parts_.clock.steady() - unmatched_.since >= parts_.linger;
}

/// Only one at a time: the position of one unit stands for all before it.
void Engine::submit_routing(std::shared_ptr<Routing> routing) {
    routing->unmatched = std::exchange(unmatched_, {});
    if (routing->events.empty()) routing->up_to = read_;
    routing_ = true;
    ++in_flight_;
    parts_.database.submit([this, routing](db::Unit& unit) { return record(unit, *routing); },
                           [this, routing](Result<> done) {
                               post([this, routing, done = std::move(done)] {
                                   --in_flight_;
                                   done ? routed(std::move(*routing))
                                        : routing_failed(*routing, done.error());
                               });
                           });
}

/// The events are read again, after a while; until then nothing is routed.
void Engine::routing_failed(Routing& routing, const Fault& fault) {
    trouble(fault);
    more_ = true;
    unmatched_.add(routing.unmatched);
    after(kAfterTrouble, [this] {
        routing_ = false;
        route_more();
    });
}

void Engine::start_routes(const std::shared_ptr<const Event>& event, std::vector<Started>& out) {
    thread_local expression::Arena arena;
    std::optional<Json> meta;
    for (const auto& [name, route] : parts_.plan->routes) {
        if (!route->trigger_for(event->meta)) continue;
        arena.reset();
        if (!meta && route->when && reads_meta(*route->when)) meta = Json::from(event->meta.to_json());
        const auto holds = when_holds(*route, event->body, meta.value_or(Json()), arena);
        if (holds && !*holds) continue;
        // What the writer's thread can be spared is made here.
        if (!meta) meta = Json::from(event->meta.to_json());
        Started started{{.event = event,
                         .route = route,
                         .key = event->meta.key,
                         .config_hash = parts_.plan->hash,
                         .created = parts_.clock.now(),
                         .meta = *meta},
                        {},
                        {}};
        started.run.frame.at = route->first;
        started.frame = started.run.frame.dump(*route);
        if (!holds) started.fault = holds.error();
        out.push_back(std::move(started));
    }
}

Result<> Engine::record(db::Unit& unit, Routing& routing) {
    auto& [events, started, unmatched, up_to] = routing;
    const auto now = parts_.clock.now();
    std::map<std::string, store::EventBook> books;
    std::map<std::string, store::RunBook> run_books;
    for (const auto& [connector, count] : unmatched.by_connector) books[connector].unmatched = count;
    std::size_t at = 0;
    for (const auto& event : events) {
        const std::size_t first = at;
        for (; at < started.size() && started[at].run.event == event; ++at) {
            auto& run = started[at].run;
            auto id = store::Runs::insert(unit, store::RunRow{.event = event->seq,
                                                              .route = run.route->name,
                                                              .key = run.key,
                                                              .config_hash = run.config_hash,
                                                              .frame = std::move(started[at].frame),
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
        Effects effects;
        if (auto done = machine_.refuse(unit, one.run, *one.fault, "when", effects); !done) return done;
        one.stopped = std::move(effects.stopped);
    }
    return store::Positions::set(unit, store::Positions::kRouted, up_to);
}

void Engine::routed(Routing routing) {
    routing_ = false;
    read_ = routing.up_to;
    routed_count_.add(static_cast<double>(routing.events.size()));
    run_count_.add(static_cast<double>(routing.started.size()));
    {
        const std::scoped_lock lock(mutex_);
        state_.routed = read_;
        state_.trouble.clear();
    }
    for (auto& one : routing.started) {
        if (one.stopped) stopped_.note(*one.stopped, parts_.clock.steady());
        if (!one.fault) admit(std::move(one.run));
    }
    route_more();
}

}  // namespace maillon::route
