#include "batch.h"

#include <algorithm>

namespace maillon::sugarcrm {
namespace {

class Rounds {
public:
    Rounds(const Batch& batch, Wire& wire, const Host& host, Reporter& reporter)
        : wire_(wire), host_(host), reporter_(reporter), deadline_(batch.deadline()), jobs_(batch.size()) {}

    void prepare(const Batch& batch, Workshop shop) {
        for (std::size_t i = 0; i < batch.size(); ++i) {
            try {
                jobs_[i] = make_job(batch[i], shop);
            } catch (const Failure& failure) {
                reporter_.report(i, fail(failure));
            }
        }
    }
    void run() {
        for (auto moving = movable(); !moving.empty(); moving = movable()) {
            if (must_stop()) return stop();
            round(moving);
        }
    }

private:
    /// Jobs whose next round may begin now.
    std::vector<std::size_t> movable() const {
        std::vector<std::size_t> out;
        for (std::size_t i = 0; i < jobs_.size(); ++i) {
            if (jobs_[i] && !is_behind(i)) out.push_back(i);
        }
        return out;
    }
    bool is_behind(std::size_t i) const {
        return std::any_of(
            jobs_.begin(), jobs_.begin() + static_cast<std::ptrdiff_t>(i),
            [&](const auto& earlier) { return earlier && earlier->touch().may_meet(jobs_[i]->touch()); });
    }
    void round(const std::vector<std::size_t>& moving) {
        std::vector<Ask> asks;
        std::vector<std::pair<std::size_t, std::size_t>> shares;  // job, number of its asks
        for (const auto i : moving) {
            const auto n = guarded(i, [&] {
                auto own = jobs_[i]->asks();
                asks.insert(asks.end(), own.begin(), own.end());
                return own.size();
            });
            if (n) shares.emplace_back(i, *n);
        }
        auto replies = wire_.all(asks, deadline_);
        auto from = replies.begin();
        for (const auto& [i, n] : shares) {
            const auto to = from + static_cast<std::ptrdiff_t>(n);
            std::vector<Reply> own(std::make_move_iterator(from), std::make_move_iterator(to));
            guarded(i, [&, job = i] {
                jobs_[job]->take(std::move(own));
                return 0;
            });
            from = to;
            if (jobs_[i] && jobs_[i]->outcome()) close(i, *jobs_[i]->outcome());
        }
    }
    /// One call that fails does not spoil its neighbours.
    template <class Work>
    auto guarded(std::size_t i, Work&& work) -> std::optional<decltype(work())> {
        try {
            return work();
        } catch (const Failure& failure) {
            close(i, fail(failure));
            return std::nullopt;
        }
    }
    void close(std::size_t i, const Outcome& outcome) {
        reporter_.report(i, outcome);
        jobs_[i].reset();
    }
    bool must_stop() const { return host_.cancelled() || host_.monotonic_ms() >= deadline_.ms; }
    void stop() {
        for (std::size_t i = 0; i < jobs_.size(); ++i) {
            if (jobs_[i]) close(i, fail(Code::retry, "there was no time left for this call"));
        }
    }

    Wire& wire_;
    const Host& host_;
    Reporter& reporter_;
    Deadline deadline_;
    std::vector<std::unique_ptr<Job>> jobs_;  ///< null once reported
};

}  // namespace

void run_batch(const Batch& batch, Wire& wire, Workshop shop, const Host& host, Reporter& reporter) {
    Rounds rounds(batch, wire, host, reporter);
    rounds.prepare(batch, shop);
    rounds.run();
}

}  // namespace maillon::sugarcrm
