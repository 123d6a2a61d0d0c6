#pragma once

#include "core/deliver/circuit.h"
#include "core/deliver/deliver.h"
#include "core/deliver/retry.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace maillon::deliver {

/// The queue and the thread of one instance. Everything below `mutex_` is shared; a batch under way belongs
/// to the thread alone.
class Deliver::Lane {
public:
    Lane(Parts& parts, std::string name, plugin::Connector& connector, const config::Retry& retry,
         Doubts doubts);

    void enqueue(Job job);
    Job job_of(store::CallRow row, std::string order_key) const;
    void give_back(std::size_t keep, std::vector<GivenBack>& out);
    void take_back(GivenBack one);
    Room room(std::size_t keep) const;
    void resume();
    void hold(std::string reason);
    void release();
    void hold_outbound(std::string reason);
    void look_again();
    LaneState state() const;
    std::optional<Delay> delay_of(RunId run) const;
    /// Of a call that is not in the queue, since it has no room there or waits for long.
    Delay delay_in_store(const store::CallRow& call) const;
    void start();
    /// Asks the thread to end after its present batch.
    void ask_to_stop();
    /// False when it has not by then.
    bool ends_by(std::chrono::steady_clock::time_point until);
    /// Breaks off the batch under way, where the connector hears that.
    void cancel();
    void join();

private:
    struct Waiting {
        Job job;
        TimePoint due;
        bool in_doubt = false;
        std::optional<TimePoint> lost{};              ///< when it came to be in doubt
        int asked = 0;                                ///< times that reconcile could not tell
        int unanswered = 0;                           ///< times that it could not be asked, in a row
        std::optional<TimePoint> unanswered_since{};  ///< of the first of those
        int conflicts = 0;                            ///< tries that met a change
        std::optional<Fault> last{};                  ///< why it is tried again
        std::string unaffordable{};                   ///< the budget that it waits for until it is due
        /// When budgets gave what it needs; until it is as good as made.
        std::optional<TimePoint> paid{};
    };
    using Batch = std::vector<Waiting>;
    static bool is_worth_a_try(const Waiting& item, FaultKind kind);
    static std::string spoken(const Batch& batch);

    void run();
    /// The next jobs that may go together, or an empty batch when it is time to stop.
    Batch take();
    Batch pick(TimePoint now);
    /// Places of the calls that no other one holds back: an earlier call of the same target or key holds back
    /// the later ones, whether it goes now or waits for its time. One that a person keeps back holds nothing.
    std::vector<std::size_t> foremost() const;
    /// When it may go, as far as it alone and other questions say.
    TimePoint due_of(const Waiting& item) const;
    /// Those that may go now, whatever they cost: calls that a person waits for first, each kind in its
    /// order.
    std::vector<Waiting*> candidates(TimePoint now);
    /// Whether budgets allow the call, or it needs none; else it is not due before they do.
    bool is_affordable(Waiting& item, TimePoint now);
    /// It is not made this time: gives back what it took of budgets.
    void refund(Waiting& item);
    std::optional<TimePoint> next_due() const;
    // With the lock held:
    bool is_stopped() const { return !paused_.empty() || !held_.empty(); }
    bool is_kept(const Waiting& item) const { return item.job.row.outbound && !outbound_held_.empty(); }
    /// Whether nothing is sent for longer than the moment.
    bool stands_still(TimePoint now) const;
    /// Why nothing is sent at present, or empty.
    std::string why_still(TimePoint now) const;
    Delay delay_of(const Waiting& item, TimePoint now) const;
    /// Of a call that would reach one, while all of those are paused.
    Delay kept_by_person() const;
    /// What a person does where nothing is sent before somebody does something.
    std::string todo() const;
    /// Whether that alone keeps all that waits.
    bool waits_for_budget(TimePoint now) const;
    /// When it goes on by itself, where that is known.
    std::optional<TimePoint> still_until(TimePoint now) const;
    /// Why what waits does not get through although nobody has paused it, or empty.
    std::string trouble(TimePoint now) const;
    void show_circuit(TimePoint now);
    /// The time. Pauses are lengths of time: a clock that was set back takes their ends with it.
    TimePoint mind_clock();

    void work(Batch batch);
    /// Settles what is too old to be sent.
    void drop_lapsed(Batch& batch, TimePoint now);
    Result<> mark(const Batch& batch);
    void judge(Batch batch, const std::vector<plugin::CallReport>& reports);
    void judge_failure(Waiting item, const Fault& fault, TimePoint now);
    void judge_doubt(Waiting item, const Fault& fault, TimePoint now);
    /// Asks later, or lets a person decide when asking has failed for as long as a call is tried.
    void ask_later(Waiting item, const Fault& fault, TimePoint now);
    /// Nobody can tell whether it arrived.
    void judge_unknown(Waiting item, const Fault& fault, TimePoint now);
    /// It was in doubt, and is to be made.
    void make_after_all(Waiting item, const Fault& fault, TimePoint now);
    void try_later(Waiting item, const Fault& fault, TimePoint now);
    void settle(Waiting item, store::CallOutcome outcome);
    void put_back(Waiting item, TimePoint due);
    /// Rests the whole instance when a batch came to nothing; where that asked only, the other questions.
    void rest_after(const std::vector<plugin::CallReport>& reports, bool is_question, TimePoint now);

    Parts& parts_;
    std::string name_;
    plugin::Connector& connector_;
    RetrySchedule schedule_;
    Doubts doubts_;
    std::size_t max_batch_;
    Counter done_, failed_, retried_, doubted_;

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Waiting> queue_;
    std::size_t trying_ = 0;
    std::vector<RunId> tried_runs_;          ///< that wait for those
    std::optional<TimePoint> oldest_tried_;  ///< creation of the oldest of those
    std::string doing_;                      ///< what they are, for people
    std::optional<TimePoint> since_;
    std::uint64_t turns_ = 0;
    bool waits_in_store_ = false;  ///< some were given back since the last one got through
    bool stopping_ = false;
    bool ended_ = false;
    TimePoint seen_{};  ///< when the clock was looked at, with `seen_steady_`
    SteadyPoint seen_steady_{};
    std::string paused_;        ///< credentials refused: nothing goes until resume
    std::string unaffordable_;  ///< why the call that has waited last for a budget does so
    TimePoint unaffordable_until_{};
    std::string held_;           ///< a person has paused the instance, for this reason
    std::string outbound_held_;  ///< the same for calls that reach a person, of all instances
    Circuit circuit_;
    Circuit asking_;  ///< of questions: what fails to answer them may well take calls
    Gauge circuit_gauge_;
    std::condition_variable end_;
    std::thread thread_;
};

}  // namespace maillon::deliver
