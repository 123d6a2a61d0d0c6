#include "core/route/engine.h"
#include "core/route/rereading.h"
#include "core/store/calls.h"

#include <algorithm>
#include <utility>

namespace maillon::route {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kFetchAtOnce = 64;
/// Runs looked at in one go, and how often before others have their turn.
constexpr std::size_t kScanAtOnce = 2'000;
constexpr int kScansInARow = 10;
constexpr milliseconds kPagingPause{200};
constexpr std::size_t kSmallestShare = 2;

std::string mark_of_run(const store::CallRow& row) {
    return "/run " + std::to_string(row.run.value());
}

/// By which its service knows it, however often it is put down.
std::string key_before_it_was_recorded(const store::CallRow& row) {
    return row.idempotency_key.substr(0, row.idempotency_key.rfind(mark_of_run(row)));
}

/// Records a call that needed no record as long as it was in memory. A run that reads again puts the same
/// call down more than once, and an earlier run of the event may have done so: each time it is a call of its
/// own.
Result<> record_repeatable(db::Unit& unit, store::CallRow row) {
    const auto key = row.idempotency_key + mark_of_run(row);
    row.idempotency_key = key;
    for (int times = 2;; ++times) {
        const auto recorded = store::Calls::insert(unit, row);
        if (!recorded) return recorded.error();
        if (recorded->is_new) return {};
        row.idempotency_key = key + '/' + std::to_string(times);
    }
}

/// Keeps a call that leaves memory, so that it comes back when it is due.
Result<> put_down_one(db::Unit& unit, const deliver::GivenBack& one) {
    auto row = one.job.row;
    if (!row.id.is_set()) {
        row.not_before = one.due;
        return record_repeatable(unit, std::move(row));
    }
    if (one.last) return store::Calls::reschedule(unit, row.id, one.due, one.last->kind, one.last->what);
    // One that waits for a budget, say: it must not stand before those that could go.
    return one.due > row.not_before ? store::Calls::postpone(unit, row.id, one.due) : Result<>();
}

}  // namespace

std::size_t Engine::share() const {
    const auto lanes = std::max<std::size_t>(parts_.deliver.states().size(), 1);
    return std::max(kSmallestShare, parts_.plan->max_runs / (2 * lanes));
}

bool Engine::is_held_back(const Run& run) {
    const auto held = parts_.database.read([&](db::Reader& reader) {
        return store::Runs::is_held_back(reader, {run.id, run.state, run.route->name, run.key});
    });
    if (held) return *held;
    trouble(held.error());
    scan_again();  // it stays in the store and is found there
    return true;
}

RunId Engine::enter(Run run, bool in_front) {
    const RunId id = run.id;
    auto& ids = order_[{run.route->name, run.key}].ids;
    in_front ? ids.push_front(id) : ids.push_back(id);
    runs_.insert_or_assign(id, std::move(run));
    return id;
}

void Engine::begin_paging() {
    paging_ = true;
    if (!page_due_) page_due_ = parts_.clock.steady() + kPagingPause;
}

void Engine::page() {
    page_due_.reset();
    making_room_ = false;
    if (is_stopping()) return;
    // What waits for long leaves, so that there is room for what could go: also where the store holds some
    // that were not looked at.
    if (is_full() || (scanned_ && is_half_full())) make_room();
    if (auto done = bring_back(); !done) trouble(done.error());
    end_paging();
    route_more();
    if (paging_) begin_paging();
}

void Engine::scan_again() {
    scan_again_ = scanned_.has_value();
    if (!scanned_) scanned_ = RunId{};
}

void Engine::make_room() {
    if (making_room_ || is_stopping()) return;
    making_room_ = true;
    begin_paging();
    drop_those_behind();
    put_down(parts_.deliver.give_back(share()));
    if (is_full()) drop_claimers();
}

void Engine::drop_those_behind() {
    for (auto& [key, queue] : order_) {
        for (; queue.ids.size() > 1; queue.ids.pop_back()) {
            runs_.erase(queue.ids.back());
            queue.has_more = true;
        }
    }
}

void Engine::drop_claimers() {
    for (const auto& [claim, ids] : waiters_) {
        for (const auto id : ids) drop(id);
    }
    claimers_dropped_ |= !waiters_.empty();
    waiters_.clear();
}

void Engine::drop(RunId id) {
    const auto found = runs_.find(id);
    if (found == runs_.end()) return;
    const auto queue = order_.find({found->second.route->name, found->second.key});
    for (const auto one : queue->second.ids) runs_.erase(one);
    order_.erase(queue);
}

void Engine::put_down(std::vector<deliver::GivenBack> jobs) {
    if (jobs.empty()) return;
    auto shared = std::make_shared<std::vector<deliver::GivenBack>>(std::move(jobs));
    ++in_flight_;
    parts_.database.submit(
        [shared](db::Unit& unit) -> Result<> {
            for (const auto& one : *shared) {
                if (auto done = put_down_one(unit, one); !done) return done;
            }
            return {};
        },
        [this, shared](const Result<>& done) {
            post([this, shared, done] {
                --in_flight_;
                if (done) {
                    for (const auto& one : *shared) drop(one.job.row.run);
                } else {
                    trouble(done.error());
                    parts_.deliver.take_back(std::move(*shared));
                }
                route_more();
            });
        });
}

void Engine::fetch_next(const OrderKey& key) {
    auto rows = parts_.database.read(
        [&](db::Reader& reader) { return store::Runs::of_key(reader, key.first, key.second, kFetchAtOnce); });
    if (!rows) {
        trouble(rows.error());
        scan_again();
        return;
    }
    // The first one is at a call that comes back when it is due.
    if (rows->empty() || rows->front().state == store::RunState::calling) return;
    for (const auto& row : *rows) {
        if (runs_.contains(row.id) || row.state == store::RunState::calling) continue;
        auto run = run_of(row);
        if (run)
            enter(std::move(*run));
        else
            give_up(row, run.error());
    }
    const auto queue = order_.find(key);
    if (queue == order_.end()) return scan_again();
    queue->second.has_more = rows->size() == kFetchAtOnce;
    advance(queue->second.ids.front());
}

Result<> Engine::bring_back() {
    for (const auto& [instance, room] : parts_.deliver.room(share())) {
        if (!parts_.deliver.is_outbound_held()) {
            if (auto done = bring_back_calls(instance, true, room.outbound); !done) return done;
        }
        if (auto done = bring_back_calls(instance, false, room.others); !done) return done;
    }
    return bring_back_runs();
}

Result<> Engine::bring_back_calls(const std::string& instance, bool outbound, std::size_t room) {
    if (room == 0) return {};
    // Those in memory stand in the store as well.
    auto calls = parts_.database.read([&](db::Reader& reader) {
        return store::Calls::due(reader, instance, parts_.clock.now(), outbound, share() + room);
    });
    if (!calls) return calls.error();
    for (auto& call : *calls) {
        if (room == 0 || is_full()) break;
        if (runs_.contains(call.run)) continue;
        auto row =
            parts_.database.read([&](db::Reader& reader) { return store::Runs::by_id(reader, call.run); });
        if (!row) return row.error();
        if (!*row) return internal("call " + std::to_string(call.id.value()) + " belongs to no run");
        auto run = run_or_abandon(**row);
        if (!run) return run.error();
        if (!*run) continue;
        auto job = parts_.deliver.job_of(std::move(call), (*row)->key);
        if (job.repeatable) job.row.idempotency_key = key_before_it_was_recorded(job.row);
        job.priority = deliver::priority_of(job.row.outbound, (*run)->event->meta.replay);
        job.is_reread = where_read(**run, (*run)->route->steps[(*run)->frame.at]).has_value();
        job.is_mapped_anew = is_mapped_anew(job.row);
        enter(std::move(**run), true);
        order_[{(*row)->route, (*row)->key}].has_more = true;
        parts_.deliver.enqueue(std::move(job));
        --room;
    }
    return {};
}

Result<> Engine::bring_back_runs() {
    for (int i = 0; i < kScansInARow && scanned_ && !is_half_full(); ++i) {
        std::vector<store::RunRow> rows;
        std::optional<RunId> up_to;
        auto done = parts_.database.read([&](db::Reader& reader) -> Result<> {
            auto last = store::Runs::moving_up_to(reader, *scanned_, kScanAtOnce);
            if (!last) return last.error();
            up_to = *last;
            if (!up_to) return {};
            auto found = store::Runs::startable(reader, *scanned_, *up_to);
            if (!found) return found.error();
            rows = std::move(*found);
            return {};
        });
        if (!done) return done;
        scanned_ = up_to;
        for (const auto& row : rows) {
            if (runs_.contains(row.id)) continue;
            auto run = run_or_abandon(row);
            if (!run) return run.error();
            if (*run) admit(std::move(**run));
        }
        if (!scanned_ && std::exchange(scan_again_, false)) scanned_ = RunId{};
    }
    return {};
}

Result<std::optional<Run>> Engine::run_or_abandon(const store::RunRow& row) {
    auto run = run_of(row);
    if (run) return std::optional(std::move(*run));
    if (!thread_.joinable()) return run.error();
    give_up(row, run.error());
    return std::optional<Run>{};
}

void Engine::end_paging() {
    // While units are under way, memory and store may tell different things.
    if (scanned_ || in_flight_ > 0) return;
    const auto count = parts_.database.read(
        [this](db::Reader& reader) { return store::Runs::count_in_flight(reader, runs_.size() + 1); });
    if (!count || static_cast<std::size_t>(*count) != runs_.size()) return;
    paging_ = false;
    claimers_dropped_ = false;
}

}  // namespace maillon::route
