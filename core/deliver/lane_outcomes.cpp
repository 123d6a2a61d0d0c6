#include "core/deliver/lane.h"

namespace maillon::deliver {
namespace {

using std::chrono::milliseconds;

/// What a remote gets to show what it was sent, before it is asked for it.
constexpr milliseconds kReconcilePause{200};
constexpr int kReconcileTries = 8;
constexpr int kConflictTries = 4;

bool is_for_now(FaultKind kind) {
    return kind == FaultKind::retry || kind == FaultKind::rate_limited || kind == FaultKind::not_connected ||
           kind == FaultKind::cancelled;
}

}  // namespace

bool Deliver::Lane::is_worth_a_try(const Waiting& item, FaultKind kind) {
    // The operation may read by itself.
    if (kind == FaultKind::conflict) return !item.job.is_reread && item.conflicts < kConflictTries;
    return is_for_now(kind) || kind == FaultKind::in_doubt || kind == FaultKind::auth;
}

void Deliver::Lane::judge(Batch batch, const std::vector<plugin::CallReport>& reports) {
    TimePoint now;
    {
        const std::scoped_lock lock(mutex_);
        now = mind_clock();
    }
    rest_after(reports, batch.front().in_doubt, now);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const auto& report = reports[i];
        if (!report.fault) {
            done_.add();
            settle(std::move(batch[i]), {.state = store::CallState::done,
                                         .result = report.value,
                                         .remote_id = report.remote_id,
                                         .remote_revision = report.remote_revision});
        } else if (batch[i].in_doubt) {
            judge_doubt(std::move(batch[i]), *report.fault, now);
        } else {
            judge_failure(std::move(batch[i]), *report.fault, now);
        }
    }
}

void Deliver::Lane::rest_after(const std::vector<plugin::CallReport>& reports, bool is_question,
                               TimePoint now) {
    std::size_t down = 0;
    const std::scoped_lock lock(mutex_);
    auto& circuit = is_question ? asking_ : circuit_;
    for (const auto& report : reports) {
        if (!report.fault) continue;
        if (report.fault->kind == FaultKind::rate_limited) {
            // A connector that cannot answer a question yet says so in the same way.
            circuit.rest(now + schedule_.rest(report.fault->retry_after.value_or(schedule_.pause(1))),
                         "rate limited: " + report.fault->what);
        } else if (report.fault->kind == FaultKind::not_connected ||
                   (report.fault->kind == FaultKind::retry && !is_question)) {
            ++down;  // to a question "retry" is an answer: the call did not arrive
        } else if (report.fault->kind == FaultKind::auth && paused_.empty()) {
            paused_ = "credentials refused: " + report.fault->what;
            parts_.log.error("deliver.paused", {{"instance", name_}, {"reason", report.fault->what}});
        }
    }
    const auto before = circuit_.state(now);
    // One call that fails is its own trouble; a whole batch is the remote's.
    if (down == reports.size()) {
        circuit.failed(now, reports.front().fault->what);
    } else {
        circuit.worked();
        circuit_.worked();
        waits_in_store_ = false;
    }
    const auto after = circuit_.state(now);
    if (before == Circuit::State::closed && after != before)
        parts_.log.warning("deliver.circuit_open", {{"instance", name_}, {"reason", circuit_.why()}});
    if (after == Circuit::State::closed && after != before)
        parts_.log.info("deliver.circuit_closed", {{"instance", name_}});
}

void Deliver::Lane::judge_failure(Waiting item, const Fault& fault, TimePoint now) {
    if (fault.kind == FaultKind::conflict) ++item.conflicts;
    if (fault.kind == FaultKind::in_doubt && !item.job.repeatable) {
        doubted_.add();
        item.in_doubt = true;
        item.lost = now;
        put_back(std::move(item), now + kReconcilePause);
    } else if (is_worth_a_try(item, fault.kind)) {
        try_later(std::move(item), fault, now);
    } else {
        failed_.add();
        settle(std::move(item),
               {.state = store::CallState::failed, .fault = fault.kind, .detail = fault.what});
    }
}

void Deliver::Lane::judge_doubt(Waiting item, const Fault& fault, TimePoint now) {
    if (fault.kind == FaultKind::retry) {
        item.unanswered = 0;
        item.unanswered_since.reset();
        // The remote is sure that it has not arrived. What is on its way, or still being worked on behind a
        // proxy that has given up, does so later.
        const auto sure = item.lost ? *item.lost + schedule_.settling() : now;
        if (now < sure) return put_back(std::move(item), std::min(sure, now + schedule_.settling()));
        return make_after_all(std::move(item), fault, now);
    }
    const bool asking_failed = is_for_now(fault.kind) || fault.kind == FaultKind::auth;
    const bool may_ask_again =
        fault.kind == FaultKind::in_doubt && connector_.info().reconciles && ++item.asked < kReconcileTries;
    if (asking_failed || may_ask_again)
        ask_later(std::move(item), fault, now);
    else
        judge_unknown(std::move(item), fault, now);
}

void Deliver::Lane::ask_later(Waiting item, const Fault& fault, TimePoint now) {
    // Refused credentials pause the instance; that time is not the question's.
    const bool counts = fault.kind != FaultKind::in_doubt && fault.kind != FaultKind::auth;
    item.unanswered = counts ? item.unanswered + 1 : 0;
    if (!counts) item.unanswered_since.reset();
    if (counts && !item.unanswered_since) item.unanswered_since = now;
    item.last = fault;
    const auto since = item.unanswered_since.value_or(now);
    const auto due = schedule_.next(item.asked + item.unanswered + 1, since, now, fault.retry_after);
    if (due)
        put_back(std::move(item), *due);
    else
        judge_unknown(std::move(item), fault, now);
}

void Deliver::Lane::judge_unknown(Waiting item, const Fault& fault, TimePoint now) {
    const auto rule = doubts_.find(item.job.row.operation);
    switch (rule == doubts_.end() ? config::WhenInDoubt::person : rule->second) {
        case config::WhenInDoubt::again:
            item.asked = 0;
            make_after_all(std::move(item), retry("in doubt, so made again (in_doubt): " + fault.what), now);
            return;
        case config::WhenInDoubt::failed:
            failed_.add();
            settle(std::move(item), {.state = store::CallState::failed,
                                     .fault = FaultKind::in_doubt,
                                     .detail = "in doubt, which counts as failed (in_doubt): " + fault.what});
            return;
        case config::WhenInDoubt::done:
            done_.add();
            settle(std::move(item), {.state = store::CallState::done,
                                     .detail = "in doubt, which counts as done (in_doubt): " + fault.what});
            return;
        case config::WhenInDoubt::person: break;
    }
    settle(std::move(item),
           {.state = store::CallState::in_doubt, .fault = FaultKind::in_doubt, .detail = fault.what});
}

void Deliver::Lane::make_after_all(Waiting item, const Fault& fault, TimePoint now) {
    item.in_doubt = false;
    if (!item.job.is_mapped_anew) return try_later(std::move(item), fault, now);
    retried_.add();
    store::CallOutcome outcome{
        .state = store::CallState::failed, .fault = FaultKind::retry, .detail = fault.what};
    parts_.on_settled({std::move(item.job), std::move(outcome), true});
}

void Deliver::Lane::try_later(Waiting item, const Fault& fault, TimePoint now) {
    auto& row = item.job.row;
    const auto due = schedule_.next(row.attempts, row.first_tried.value_or(now), now, fault.retry_after);
    if (!due) {
        failed_.add();
        settle(std::move(item),
               {.state = store::CallState::failed,
                .fault = fault.kind,
                .detail = "given up after " + std::to_string(row.attempts) + " tries: " + fault.what});
        return;
    }
    retried_.add();
    item.last = fault;
    if (row.id.is_set()) {
        parts_.database.submit(
            [id = row.id, at = *due, fault](db::Unit& unit) {
                return store::Calls::reschedule(unit, id, at, fault.kind, fault.what);
            },
            // Refers to no lane: the writer may come to this when the lane is gone.
            [&log = parts_.log, name = name_](const Result<>& done) {
                if (!done)
                    log.error("deliver.not_recorded", {{"instance", name}, {"reason", done.error().what}});
            });
    }
    put_back(std::move(item), *due);
}

void Deliver::Lane::settle(Waiting item, store::CallOutcome outcome) {
    parts_.on_settled({std::move(item.job), std::move(outcome)});
}

void Deliver::Lane::put_back(Waiting item, TimePoint due) {
    item.due = due;
    const std::scoped_lock lock(mutex_);
    // In front: nothing that came later for the same target may overtake it.
    queue_.push_front(std::move(item));
}

}  // namespace maillon::deliver
