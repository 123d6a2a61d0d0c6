#include "core/route/engine.h"

#include "core/store/books.h"
#include "core/store/dead_letters.h"
#include "core/store/state.h"

#include <algorithm>
#include <utility>

namespace maillon::route {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kReadAtOnce = 256;
constexpr milliseconds kAfterTrouble{1'000};
/// How often a unit may be refused before its run is given up.
constexpr int kMostFailures = 5;

}  // namespace

Engine::Engine(Parts parts)
    : parts_(std::move(parts)),
      machine_({parts_.journal, parts_.clock, parts_.plan->max_hops, parts_.plan->max_items, parts_.watcher}),
      routed_count_(
          parts_.metrics.counter("maillon_events_routed_total", "Events that were put to the routes.")),
      run_count_(parts_.metrics.counter("maillon_runs_started_total", "Runs started.")) {
    plans_[parts_.plan->hash] = parts_.plan;
}

Engine::~Engine() {
    stop();
}

void Engine::start() {
    thread_ = std::thread([this] { loop(); });
}

void Engine::stop() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        wake_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void Engine::post(Task task) {
    const std::scoped_lock lock(mutex_);
    tasks_.push_back(std::move(task));
    state_.idle = false;
    wake_.notify_one();
}

void Engine::after(milliseconds pause, Task task) {
    const std::scoped_lock lock(mutex_);
    timers_.push_back({parts_.clock.steady() + pause, std::move(task)});
    wake_.notify_one();
}

void Engine::loop() {
    post([this] { route_more(); });
    while (auto task = next_task()) (*task)();
}

std::optional<Engine::Task> Engine::next_task() {
    std::unique_lock lock(mutex_);
    for (;;) {
        state_.runs = runs_.size();
        state_.waiting_claims = waiters_.size();
        const auto now = parts_.clock.steady();
        for (auto timer = timers_.begin(); timer != timers_.end();) {
            if (timer->due > now) {
                ++timer;
                continue;
            }
            tasks_.push_back(std::move(timer->task));
            timer = timers_.erase(timer);
        }
        if (!tasks_.empty()) {
            Task task = std::move(tasks_.front());
            tasks_.pop_front();
            ++state_.turns;
            return task;
        }
        // Outcomes that are known are kept, and units under way report back before the end, so that nothing
        // refers to this engine when it goes.
        if (stopping_ && in_flight_ == 0) return std::nullopt;
        if (!stopping_ && is_wake_due()) {
            ++state_.turns;
            return [this] { wake_due(); };
        }
        state_.idle = in_flight_ == 0 && timers_.empty();
        wake_.wait_for(lock, pause());
        state_.idle = false;
    }
}

void Engine::wake() {
    post([this] {
        more_ = true;
        route_more();
    });
}

bool Engine::is_stopping() const {
    const std::scoped_lock lock(mutex_);
    return stopping_;
}

void Engine::route_more() {
    if (routing_ || !more_ || is_stopping() || runs_.size() >= parts_.plan->max_runs) return;
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
        if (route->when) {
            arena.reset();
            expression::Activation activation(route->scope);
            activation.set(0, expression::Value::of(event->body.element()));
            activation.set(1, expression::Value::of(meta.element()));
            const auto outcome = route->when->evaluate(activation, arena);
            if (!outcome)
                started.fault = rejected("when: " + expression::to_string(outcome.problem()));
            else if (!outcome.value().is(expression::Kind::boolean))
                started.fault = rejected("when: is neither true nor false");
            else if (!outcome.is_true())
                continue;
        }
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

void Engine::admit(Run run) {
    const RunId id = run.id;
    auto& queue = order_[{run.route->name, run.key}];
    queue.push_back(id);
    const bool is_first = queue.size() == 1;
    runs_.emplace(id, std::move(run));
    if (is_first) advance(id);
}

void Engine::advance(RunId id) {
    // It stands in the store as it is, and goes on after the next start.
    if (is_stopping()) return;
    submit({.id = id});
}

void Engine::on_settled(deliver::Settled settled) {
    post([this, settled = std::make_shared<const deliver::Settled>(std::move(settled))] {
        submit({.id = settled->job.row.run, .settled = settled});
    });
}

void Engine::submit(Move move) {
    const auto found = runs_.find(move.id);
    if (found == runs_.end()) return;
    auto run = std::make_shared<Run>(found->second);
    auto effects = std::make_shared<Effects>();
    ++in_flight_;
    parts_.database.submit(
        [this, move, run, effects](db::Unit& unit) { return perform(unit, move, *run, *effects); },
        [this, move, run, effects](Result<> done) {
            post([this, move, run, effects, done] {
                --in_flight_;
                if (done)
                    committed(move.id, std::move(*run), std::move(*effects));
                else
                    not_committed(move, done.error());
            });
        });
}

Result<> Engine::perform(db::Unit& unit, const Move& move, Run& run, Effects& effects) {
    if (!move.fault)
        return move.settled ? machine_.resume(unit, run, *move.settled, effects)
                            : machine_.advance(unit, run, effects);
    if (move.settled && move.settled->job.row.id.is_set()) {
        // What became of the call is known, and stays so.
        auto done =
            store::Calls::settle(unit, move.settled->job.row.id, move.settled->outcome, parts_.clock.now());
        if (!done) return done;
    }
    const auto at = run.frame.at;
    return machine_.refuse(unit, run, *move.fault, at == kEnd ? "" : run.route->steps[at].path, effects);
}

void Engine::not_committed(Move move, const Fault& fault) {
    // Nothing of it is on disk; the run stands where it stood.
    trouble(fault);
    const bool passes = fault.kind == FaultKind::retry || fault.kind == FaultKind::cancelled;
    if (!passes && ++move.failures >= kMostFailures && !move.fault) move.fault = fault;
    after(kAfterTrouble, [this, move = std::move(move)] { submit(move); });
}

void Engine::committed(RunId id, Run run, Effects effects) {
    runs_.insert_or_assign(id, std::move(run));
    {
        const std::scoped_lock lock(mutex_);
        state_.trouble.clear();
    }
    for (auto& job : effects.jobs) parts_.deliver.enqueue(std::move(job));
    for (const auto& claim : effects.freed) wake_waiters(claim);
    if (effects.emitted) {
        more_ = true;
        route_more();
    }
    if (effects.wake_at) next_wake_ = std::min(next_wake_.value_or(*effects.wake_at), *effects.wake_at);
    revive(effects.woken);
    if (effects.goes_on)
        advance(id);
    else if (effects.is_over)
        over(id);
    else if (effects.waits_on)
        wait_for(id, *effects.waits_on);
}

void Engine::over(RunId id) {
    const auto found = runs_.find(id);
    const auto queue = order_.find({found->second.route->name, found->second.key});
    runs_.erase(found);
    std::erase(queue->second, id);
    if (queue->second.empty())
        order_.erase(queue);
    else
        advance(queue->second.front());
    route_more();
}

void Engine::wait_for(RunId id, const Frame::Claim& claim) {
    waiters_[claim].push_back(id);
}

void Engine::wake_waiters(const Frame::Claim& claim) {
    const auto found = waiters_.find(claim);
    if (found == waiters_.end()) return;
    const auto ids = std::move(found->second);
    waiters_.erase(found);
    for (const auto id : ids) advance(id);
}

void Engine::directory_ready(const std::string& name) {
    post([this, name] { wake_waiters({std::string(kDirectoryScope), name}); });
}

void Engine::trouble(const Fault& fault) {
    parts_.log.error("route.trouble", {{"reason", fault.what}});
    const std::scoped_lock lock(mutex_);
    state_.trouble = fault.what;
}

EngineState Engine::state() const {
    const std::scoped_lock lock(mutex_);
    return state_;
}

}  // namespace maillon::route
