#include "core/route/engine.h"

#include "core/store/calls.h"

#include <algorithm>
#include <utility>

namespace maillon::route {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAfterTrouble{1'000};
/// How often a unit may be refused before its run is given up.
constexpr int kMostFailures = 5;
/// Runs of one key in memory, so that one with very many events leaves room for the others.
constexpr std::size_t kMostOfAKey = 64;

}  // namespace

Engine::Engine(Parts parts)
    : parts_(std::move(parts)),
      machine_({parts_.journal, parts_.clock, parts_.plan->max_hops, parts_.plan->max_items, parts_.watcher,
                parts_.judge, parts_.admit,
                [this](const std::string& instance) { return parts_.deliver.has_instance(instance); }}),
      routed_count_(
          parts_.metrics.counter("maillon_events_routed_total", "Events that were put to the routes.")),
      run_count_(parts_.metrics.counter("maillon_runs_started_total", "Runs started.")),
      stopped_(parts_.log) {
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
        wake_->notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void Engine::post(Task task) {
    // Whoever is told with the lock held wakes up only to wait for it; and without it, the engine may be
    // gone.
    const auto wake = wake_;
    {
        const std::scoped_lock lock(mutex_);
        tasks_.push_back(std::move(task));
        state_.idle = false;
    }
    wake->notify_one();
}

void Engine::after(milliseconds pause, Task task) {
    const std::scoped_lock lock(mutex_);
    timers_.push_back({parts_.clock.steady() + pause, std::move(task)});
    wake_->notify_one();
}

void Engine::loop() {
    post([this] { route_more(); });
    while (auto task = next_task()) (*task)();
    stopped_.tell_all();
}

std::optional<Engine::Task> Engine::next_task() {
    std::unique_lock lock(mutex_);
    for (;;) {
        state_.runs = runs_.size();
        state_.waiting_claims = waiters_.size();
        state_.is_paging = paging_;
        const auto now = parts_.clock.steady();
        if (stopped_.is_due(now)) {
            lock.unlock();
            stopped_.tell(now);
            lock.lock();
        }
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
        if (!stopping_ && page_due_ && *page_due_ <= now) {
            ++state_.turns;
            return [this] { page(); };
        }
        // Outcomes that are known are kept, and units under way report back before the end, so that nothing
        // refers to this engine when it goes.
        // In a pause after trouble, events that start no run are left for the next start.
        if (stopping_ && in_flight_ == 0 && (unmatched_.count == 0 || routing_)) return std::nullopt;
        if (is_unmatched_due()) {
            ++state_.turns;
            return [this] { submit_routing(std::make_shared<Routing>()); };
        }
        if (!stopping_ && is_wake_due()) {
            ++state_.turns;
            return [this] { wake_due(); };
        }
        state_.idle = in_flight_ == 0 && timers_.empty() && unmatched_.count == 0;
        if (state_.idle && parts_.on_rest) parts_.on_rest();
        wake_->wait_for(lock, pause());
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

void Engine::admit(Run run) {
    // Whoever looks for runs in the store may have been faster.
    if (runs_.contains(run.id)) return;
    const OrderKey key{run.route->name, run.key};
    const auto found = order_.find(key);
    if (found == order_.end()) {
        if (paging_ && is_held_back(run)) return;
        // One that is under way goes before others that came earlier; those are fetched when it is done.
        const bool passes_others = paging_ && run.state != store::RunState::ready;
        const auto id = enter(std::move(run));
        order_.find(key)->second.has_more = passes_others;
        advance(id);
    } else if (found->second.has_more || found->second.ids.size() >= kMostOfAKey) {
        found->second.has_more = true;
        begin_paging();
    } else {
        enter(std::move(run));
    }
}

void Engine::take_in(std::vector<Run> runs) {
    post([this, runs = std::make_shared<std::vector<Run>>(std::move(runs))] {
        for (auto& run : *runs) {
            const auto row = ready_row(run.id);
            if (!row) continue;
            if (row->frame == run.frame.dump(*run.route))
                admit(std::move(run));
            else
                revive({*row});
        }
    });
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

void Engine::submit(const Move& move) {
    const auto found = runs_.find(move.id);
    if (found == runs_.end()) return;
    auto run = std::make_shared<Run>(found->second);
    auto effects = std::make_shared<Effects>();
    ++in_flight_;
    parts_.database.submit(
        [this, move, run, effects](db::Unit& unit) { return perform(unit, move, *run, *effects); },
        [this, move, run, effects](const Result<>& done) {
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
    if (parts_.on_record) {
        for (const auto& [directory, record] : effects.records) parts_.on_record(directory, record);
    }
    if (effects.stopped) stopped_.note(*effects.stopped, parts_.clock.steady());
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
    const OrderKey key{found->second.route->name, found->second.key};
    const auto queue = order_.find(key);
    const bool is_replay = found->second.replay.is_set();
    runs_.erase(found);
    std::erase(queue->second.ids, id);
    if (!queue->second.ids.empty()) {
        advance(queue->second.ids.front());
    } else {
        order_.erase(queue);
        if (paging_) fetch_next(key);
    }
    if (is_replay && parts_.on_replayed) parts_.on_replayed();
    route_more();
}

void Engine::wait_for(RunId id, const Frame::Claim& claim) {
    waiters_[claim].push_back(id);
}

void Engine::wake_waiters(const Frame::Claim& claim) {
    if (claimers_dropped_) scan_again();
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
