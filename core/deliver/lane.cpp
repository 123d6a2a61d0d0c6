#include "core/deliver/lane.h"

#include <algorithm>
#include <unordered_set>

namespace maillon::deliver {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kDefaultBatch = 50;
constexpr milliseconds kCallTime{60'000};

RetrySchedule::Limits limits_of(const config::Retry& retry) {
    return {retry.first, retry.longest, retry.until_given_up};
}

plugin::OutCall call_of(const store::CallRow& row) {
    return {row.idempotency_key,
            row.idempotency_key,
            row.operation,
            row.target_key,
            row.args,
            millis(row.first_tried.value_or(row.created)),
            row.attempts};
}

Labels label(const std::string& instance, const char* outcome) {
    return {{"connector", instance}, {"outcome", outcome}};
}

Counter counter(Metrics& metrics, const std::string& instance, const char* outcome) {
    return metrics.counter("maillon_calls_total", "Calls to connectors by what became of a try.",
                           label(instance, outcome));
}

}  // namespace

Deliver::Lane::Lane(Parts& parts, std::string name, plugin::Connector& connector, const config::Retry& retry,
                    Doubts doubts)
    : parts_(parts),
      name_(std::move(name)),
      connector_(connector),
      schedule_(limits_of(retry), parts.chance),
      doubts_(std::move(doubts)),
      max_batch_(connector.info().max_batch == 0 ? kDefaultBatch : connector.info().max_batch),
      done_(counter(parts.metrics, name_, "done")),
      failed_(counter(parts.metrics, name_, "failed")),
      retried_(counter(parts.metrics, name_, "retried")),
      doubted_(counter(parts.metrics, name_, "in_doubt")),
      seen_(parts.clock.now()),
      seen_steady_(parts.clock.steady()),
      circuit_(schedule_),
      asking_(schedule_),
      circuit_gauge_(
          parts.metrics.gauge("maillon_circuit_state",
                              "Whether calls go to a connector: 0 they do, 1 one goes to try, 2 none does.",
                              {{"connector", name_}})) {}

void Deliver::Lane::enqueue(Job job) {
    Waiting item{.job = std::move(job), .due = {}};
    item.due = item.job.row.not_before;
    // The store tells only how the last try ended: then the others are counted as having ended so, too.
    if (item.job.row.fault == FaultKind::conflict && item.job.row.first_tried)
        item.conflicts = item.job.row.attempts;
    if (item.job.row.state == store::CallState::in_doubt) {
        // What may be repeated leaves no doubt; the store is told when it is marked again.
        item.in_doubt = !item.job.repeatable;
        // What has not been sent in this store's memory is in doubt since it was restored: long enough.
        const auto& row = item.job.row;
        if (row.attempts > 0) item.lost = std::min(row.not_before, parts_.clock.now());
        if (item.job.repeatable) item.last = retry("the hub ended while this was being tried");
    }
    const std::scoped_lock lock(mutex_);
    // A new call waits for nothing, also where the clock was set back since it was made.
    const auto& row = item.job.row;
    if (row.not_before <= row.created) item.due = std::min(item.due, mind_clock());
    queue_.push_back(std::move(item));
    wake_.notify_one();
}

void Deliver::Lane::resume() {
    const std::scoped_lock lock(mutex_);
    paused_.clear();
    circuit_.reset();
    asking_.reset();
    for (auto& item : queue_) {
        // What was refused for its credentials need not wait for its turn to try again.
        if (item.last && item.last->kind == FaultKind::auth) item.due = {};
    }
    wake_.notify_one();
}

void Deliver::Lane::hold(std::string reason) {
    const std::scoped_lock lock(mutex_);
    held_ = reason.empty() ? "no reason given" : std::move(reason);
}

void Deliver::Lane::release() {
    const std::scoped_lock lock(mutex_);
    held_.clear();
    wake_.notify_one();
}

void Deliver::Lane::hold_outbound(std::string reason) {
    const std::scoped_lock lock(mutex_);
    outbound_held_ = std::move(reason);
    wake_.notify_one();
}

void Deliver::Lane::look_again() {
    const std::scoped_lock lock(mutex_);
    wake_.notify_one();
}

LaneState Deliver::Lane::state() const {
    const std::scoped_lock lock(mutex_);
    const auto now = parts_.clock.now();
    LaneState out{name_,        queue_.size(),       trying_, oldest_tried_, why_still(now),
                  next_due(),   circuit_.state(now), turns_,  doing_,        since_,
                  trouble(now), still_until(now)};
    for (const auto& item : queue_) {
        if (!out.oldest || item.job.row.created < *out.oldest) out.oldest = item.job.row.created;
    }
    return out;
}

void Deliver::Lane::start() {
    thread_ = std::thread([this] { run(); });
}

void Deliver::Lane::ask_to_stop() {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
}

bool Deliver::Lane::ends_by(std::chrono::steady_clock::time_point until) {
    std::unique_lock lock(mutex_);
    return !thread_.joinable() || end_.wait_until(lock, until, [this] { return ended_; });
}

void Deliver::Lane::cancel() {
    if (thread_.joinable()) connector_.cancel();
}

void Deliver::Lane::join() {
    if (thread_.joinable()) thread_.join();
}

void Deliver::Lane::run() {
    for (auto batch = take(); !batch.empty(); batch = take()) work(std::move(batch));
    const std::scoped_lock lock(mutex_);
    ended_ = true;
    end_.notify_all();
}

Deliver::Lane::Batch Deliver::Lane::take() {
    std::unique_lock lock(mutex_);
    trying_ = 0;
    tried_runs_.clear();
    oldest_tried_.reset();
    doing_.clear();
    since_.reset();
    while (!stopping_) {
        const auto now = mind_clock();
        show_circuit(now);
        if (!is_stopped() && !circuit_.is_shut(now)) {
            if (auto batch = pick(now); !batch.empty()) {
                trying_ = batch.size();
                doing_ = spoken(batch);
                since_ = now;
                for (const auto& item : batch) {
                    const auto& row = item.job.row;
                    oldest_tried_ = std::min(oldest_tried_.value_or(row.created), row.created);
                    tried_runs_.push_back(row.run);
                }
                ++turns_;
                return batch;
            }
        }
        const auto due = next_due();
        // Wakes now and again even so, to mind the clock.
        const auto longest = milliseconds{1'000};
        wake_.wait_for(lock, due ? std::clamp(*due - now, milliseconds{1}, longest) : longest);
    }
    return {};
}

std::string Deliver::Lane::spoken(const Batch& batch) {
    const auto& first = batch.front();
    auto out = first.job.is_process ? std::string("process") : first.job.row.operation;
    if (first.in_doubt) out = "the question what became of " + out;
    std::string which;
    if (first.job.row.id.is_set()) which = "call " + std::to_string(first.job.row.id.value());
    if (batch.size() > 1)
        which += (which.empty() ? "with " : ", and ") + std::to_string(batch.size() - 1) + " more";
    return which.empty() ? out : out + " (" + which + ')';
}

void Deliver::Lane::work(Batch batch) {
    const auto now = parts_.clock.now();
    drop_lapsed(batch, now);
    if (batch.empty()) return;
    const bool doubt = batch.front().in_doubt;
    if (!doubt) {
        if (const auto marked = mark(batch); !marked) {
            parts_.log.error("deliver.not_recorded", {{"instance", name_}, {"reason", marked.error().what}});
            for (auto& item : batch) {
                refund(item);
                put_back(std::move(item), now + milliseconds{1'000});
            }
            return;
        }
        for (auto& item : batch) {
            item.paid.reset();
            ++item.job.row.attempts;
            if (!item.job.row.first_tried) item.job.row.first_tried = now;
        }
    }
    std::vector<plugin::OutCall> calls;
    for (const auto& item : batch) calls.push_back(call_of(item.job.row));
    const auto deadline = parts_.clock.steady() + kCallTime;
    const auto reports = doubt                          ? connector_.reconcile(calls, deadline)
                         : batch.front().job.is_process ? connector_.process(calls, deadline)
                                                        : connector_.deliver(calls, deadline);
    judge(std::move(batch), reports);
}

Result<> Deliver::Lane::mark(const Batch& batch) {
    std::vector<CallId> ids;
    std::vector<const Waiting*> again;
    for (const auto& item : batch) {
        if (!item.job.row.id.is_set()) continue;
        ids.push_back(item.job.row.id);
        if (item.last) again.push_back(&item);
    }
    if (ids.empty()) {
        if (parts_.budgets != nullptr) parts_.budgets->keep_soon(parts_.database);
        return {};
    }
    const auto now = parts_.clock.now();
    auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
        // A full disk may have swallowed that a call went back to pending; then it still stands as trying.
        for (const auto* item : again) {
            auto pending = store::Calls::reschedule(unit, item->job.row.id, item->due, item->last->kind,
                                                    item->last->what);
            if (!pending) return pending;
        }
        if (parts_.budgets != nullptr) {
            if (auto kept = parts_.budgets->keep(unit); !kept) return kept;
        }
        return store::Calls::mark_trying(unit, ids, now);
    });
    if (!done && parts_.budgets != nullptr) parts_.budgets->keep_again();
    return done;
}

}  // namespace maillon::deliver
