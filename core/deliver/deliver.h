#pragma once

#include "core/base/clock.h"
#include "core/config/config.h"
#include "core/db/database.h"
#include "core/deliver/budgets.h"
#include "core/deliver/circuit.h"
#include "core/observe/log.h"
#include "core/observe/metrics.h"
#include "core/plugin/connector.h"
#include "core/store/calls.h"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace maillon::deliver {

/// How soon a connector comes back once it was cancelled; one that does not hears nothing.
inline constexpr std::chrono::milliseconds kCancelTime{5'000};

/// One call to be made. `row.id` is unset for what needs no record: an operation that only reads, or a
/// processor.
struct Job {
    store::CallRow row;
    std::string order_key;    ///< of the run; calls of one key are never in one batch
    bool repeatable = false;  ///< a lost answer leaves no doubt: make the call again
    bool is_process = false;  ///< `process` of a processor instead of `deliver`
    Priority priority = Priority::normal;
    /// Whoever takes the outcome reads again what the call is based on when it meets a change; made again as
    /// it is, it would meet the same one.
    bool is_reread = false;
    /// In doubt before its run has tried it: the words are of an earlier try, and only to ask with. When it
    /// is to be made, whoever takes the outcome makes it with what is to be sent now.
    bool is_mapped_anew = false;
};

/// What became of a job for good. Not yet in the store: whoever takes it settles the call in the unit in
/// which the run goes on.
struct Settled {
    Job job;
    store::CallOutcome outcome;
    bool is_to_be_made = false;  ///< it failed only to be mapped anew (`is_mapped_anew`)
};

/// A job that its lane has given back unsettled, to be found in the store again when it is due.
struct GivenBack {
    Job job;
    TimePoint due{};
    std::optional<Fault> last{};  ///< why it is tried again, where it was tried
};

/// State of one instance's sink, for status and metrics.
struct LaneState {
    std::string instance;
    std::size_t queued = 0;  ///< waiting in memory, including those that wait for a later try
    std::size_t trying = 0;
    std::optional<TimePoint> oldest;  ///< creation of the oldest one in memory, waiting or being made
    std::string paused;               ///< why nothing is sent at present; empty = it is
    std::optional<TimePoint> next;    ///< when the first one waiting goes by itself; none while paused
    Circuit::State circuit = Circuit::State::closed;
    std::uint64_t turns = 0;         ///< batches begun so far
    std::string doing;               ///< the batch that the connector has: "write (call 17, and 2 more)"
    std::optional<TimePoint> since;  ///< it has had it since then
    std::string trouble;             ///< why nothing gets through, where nobody wanted that
    std::optional<TimePoint> still_until;  ///< when it goes on by itself, where that is known
};

/// Why a call has no outcome yet.
struct Delay {
    std::string why;                 ///< a sentence
    std::optional<TimePoint> until;  ///< before this it does not go on, where that is known
    std::string todo{};              ///< what a person does about it, where one has to
};

/// Carries calls to the connectors: one queue and one thread per instance.
///
/// A recorded call is marked `trying` on disk before the connector sees it. Transient failures are tried
/// again with jittered back-off, a remote's own wish (Retry-After, reset headers) is obeyed, refused
/// credentials pause the instance until `resume`. A call whose outcome is unknown is reconciled until the
/// connector knows; where it cannot tell, the job is settled as in doubt, or as the operation's `doubts` say.
/// Batches that fail whole open the instance's circuit for a while, so that a remote that is down is not
/// stormed.
class Deliver {
public:
    struct Parts {
        db::Database& database;
        const Clock& clock;
        Log& log;
        Metrics& metrics;
        std::function<double()> chance;           ///< [0, 1); called from every lane, so thread-safe
        std::function<void(Settled)> on_settled;  ///< called from the lanes' threads; must be quick
        Budgets* budgets = nullptr;               ///< none: nothing is limited
    };
    explicit Deliver(Parts parts);
    ~Deliver();

    /// Before any call is queued. `connector` must outlive this.
    using Doubts = std::map<std::string, config::WhenInDoubt>;
    void add_instance(const std::string& name, plugin::Connector& connector, const config::Retry& retry,
                      Doubts doubts = {});

    /// Takes a job whose call is committed as pending (or in doubt: then it is reconciled first).
    /// Thread-safe.
    void enqueue(Job job);

    /// The job of a call that was found in the store; its instance must exist. What its run alone can tell is
    /// left to the caller: whether it is a replay, and whether it is read again.
    Job job_of(store::CallRow row, std::string order_key) const;
    bool has_instance(const std::string& instance) const { return lanes_.contains(instance); }

    /// Of each lane all jobs but the first `keep`, and of those the ones that wait for long (everything,
    /// where the lane stands still): to make room in memory. The caller puts them into the store.
    /// Thread-safe.
    std::vector<GivenBack> give_back(std::size_t keep);
    /// They could not be stored after all. Thread-safe.
    void take_back(std::vector<GivenBack> jobs);
    /// For each instance that moves how many more jobs it may have in memory, so that it has `keep` of those
    /// that reach a person and `keep` of the others: neither takes the room of the other.
    struct Room {
        std::size_t outbound = 0, others = 0;
    };
    std::map<std::string, Room> room(std::size_t keep) const;

    /// Tries at once what waits for credentials to be mended. Thread-safe.
    void resume(const std::string& instance);

    /// Sends nothing to an instance until it is released; what is under way is finished. Thread-safe.
    void hold(const std::string& instance, std::string reason);
    /// Also tries at once what was refused for its credentials.
    void release(const std::string& instance);
    /// The same for all calls that reach a person, whatever their instance. Thread-safe.
    void hold_outbound(const std::string& reason);
    void release_outbound();
    bool is_outbound_held() const { return outbound_held_; }

    /// The clock was moved by hand: whoever waits for a moment looks again. Thread-safe.
    void look_again();

    std::vector<LaneState> states() const;
    /// Of the call that a run waits for: `call` as it stands in the store, asked for where it is in no queue
    /// here. Null, or of none of our instances: nothing then. Thread-safe.
    std::optional<Delay> delay_of(RunId run, const store::CallRow* call = nullptr) const;

    void start();
    struct Ended {
        std::vector<std::string> left;    ///< a sentence about each connector that did not come back
        std::set<std::string> cancelled;  ///< instances; a connector stays cancelled
    };
    /// Lets the batches under way finish until `patience` is over, then cancels them and waits so much
    /// longer; what is queued stays in the store. Destroying this would wait for those that are left. Blocks.
    Ended stop(std::chrono::milliseconds patience, std::chrono::milliseconds cancel_time = kCancelTime);

private:
    class Lane;
    Parts parts_;
    std::atomic<bool> outbound_held_{false};
    std::map<std::string, std::unique_ptr<Lane>> lanes_;
};

}  // namespace maillon::deliver
