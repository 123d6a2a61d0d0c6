#pragma once

#include "core/base/clock.h"
#include "core/deliver/deliver.h"
#include "core/journal/journal.h"
#include "core/observe/log.h"
#include "core/observe/metrics.h"
#include "core/route/linking.h"
#include "core/route/machine.h"
#include "core/route/waiting.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>
#include <vector>

namespace maillon::route {

/// What the engine is doing, for status.
struct EngineState {
    std::size_t runs = 0;  ///< in memory
    std::size_t waiting_claims = 0;
    EventSeq routed{};                ///< every event up to here has been put to the routes
    std::optional<TimePoint> oldest;  ///< creation of the oldest run that is not over
    std::string trouble;              ///< why nothing moves (a full disk), or empty
    bool is_paging = false;           ///< there are more runs in flight than are in memory
    bool idle = false;                ///< nothing to do until something comes or a moment is there
    std::uint64_t turns = 0;  ///< tasks done so far: idle twice with the same figure is idle all along
};

/// Puts events to routes and moves runs: which run may go now, and in which order.
///
/// One thread owns all state. It evaluates triggers, keeps the runs of one (route, key) in order, and submits
/// units in which the Machine moves runs; calls that come out of them go to Deliver, whose outcomes come back
/// through `on_settled`. A unit that could not be committed (disk full) changes nothing and is submitted
/// again after a pause; a run whose unit the store keeps refusing for another reason becomes a dead letter.
///
/// Memory: about `Plan::max_runs` runs are held. When that is reached, runs that cannot move soon leave
/// memory and lie in the store alone, so that a connector that is down or slow, or a key with very many
/// events, does not keep the others waiting: those behind the first run of their key, those whose call waits
/// for long or beyond the share of its connector, those that wait for a claim. They come back as there is
/// room for them, in the order of their key. Runs that wait for a person or for time lie in the store alone
/// from the start.
class Engine {
public:
    struct Parts {
        db::Database& database;
        Journal& journal;
        const Clock& clock;
        Log& log;
        Metrics& metrics;
        deliver::Deliver& deliver;
        std::shared_ptr<const Plan> plan;  ///< shared with `why` and the admin API
        /// The plan of an older configuration that runs still need.
        std::function<Result<std::shared_ptr<const Plan>>(const std::string& hash)> older_plan;
        StepWatcher* watcher = nullptr;  ///< may be absent
        /// Called when there is nothing more to do until something comes; may be absent. With the engine's
        /// lock held: it must be quick and ask the engine nothing.
        std::function<void()> on_rest{};
        /// A run that a replay started is over, or waits. From the engine's thread; must be quick. May be
        /// absent.
        std::function<void()> on_replayed{};
        /// How long events that start no run may wait, put to the routes, for others to be put into the books
        /// together with; after a crash they are put to the routes again.
        std::chrono::milliseconds linger{0};
        /// See Machine::Parts; and whoever keeps records in memory is told of new ones when they are on disk.
        std::function<const match::Judge*(const std::string& directory)> judge{};
        std::function<void(const std::string& directory, const store::DirectoryRecord&)> on_record{};
        std::function<Result<bool>(db::Unit&, Event&)> admit{};  ///< see Machine::Parts
    };
    explicit Engine(Parts parts);
    ~Engine();

    /// Brings back runs and calls from the store: runs that can move are queued, calls that were under way go
    /// through reconcile. Before `start`.
    Result<> recover();
    void start();
    /// Takes no new event and moves no further run, but keeps the outcomes that were handed over; waits for
    /// the units under way.
    void stop();

    /// There may be new events in the journal. Thread-safe, cheap.
    void wake();
    /// These events are new in the journal, in their order. Thread-safe, cheap. Spares reading them again.
    void take_events(std::vector<Event> events);
    /// From Deliver's threads.
    void on_settled(deliver::Settled settled);
    /// The first reading of a directory is complete. Thread-safe.
    void directory_ready(const std::string& name);
    /// Runs that a replay has put into the store (`replaying.h`): each moves behind those of its key that are
    /// here already. Thread-safe.
    void take_in(std::vector<Run> runs);
    /// Keeps what a person decided about a call, and lets its run go on. Blocks until it is on disk.
    Result<> decide(ApprovalId id, const Decision& decision);
    /// Takes a call out of doubt as a person decided, and lets its run go on. Blocks until it is on disk.
    Result<> decide(CallId id, const store::Verdict& verdict);
    /// Does something about people in a unit, lets those runs go on that waited for it, and tells routes.
    /// Blocks until it is on disk.
    Result<> relink(const std::function<Result<>(Linking&)>& work);
    /// A conversation was changed by other hands than a run's: whoever watches it looks again. Thread-safe.
    void conversation_changed(ConversationId talk);

    EngineState state() const;

private:
    using Task = std::function<void()>;
    using OrderKey = std::pair<std::string, std::string>;  ///< route, key
    struct Timer {
        SteadyPoint due;
        Task task;
    };

    void post(Task task);
    void after(std::chrono::milliseconds pause, Task task);
    void loop();
    std::optional<Task> next_task();

    bool is_stopping() const;
    /// How long the thread may sleep.
    std::chrono::milliseconds pause() const;
    /// A run that an event starts; also one that is dead from the start, since its `when` failed.
    struct Started {
        Run run;
        std::string frame;  ///< as text
        std::optional<Fault> fault;
        std::optional<Stopped> stopped{};  ///< for that fault, once it is recorded
    };
    void route_more();
    /// The next events that were not put to the routes: those that were handed over, else the journal's.
    Result<std::vector<std::shared_ptr<const Event>>> next_events();
    std::vector<std::shared_ptr<const Event>> handed_over();
    /// Events that started no run and are in no book yet.
    struct Unmatched {
        std::map<std::string, std::int64_t> by_connector{};
        std::int64_t count = 0;
        SteadyPoint since{};
        void add(const Unmatched& other);
    };
    /// What one unit puts into the books.
    struct Routing {
        std::vector<std::shared_ptr<const Event>> events{};
        std::vector<Started> started{};
        Unmatched unmatched{};  ///< before these
        EventSeq up_to{};
    };
    void leave_unmatched(const std::vector<std::shared_ptr<const Event>>& events);
    bool is_unmatched_due() const;
    void submit_routing(std::shared_ptr<Routing> routing);
    void routing_failed(Routing& routing, const Fault& fault);
    void start_routes(const std::shared_ptr<const Event>& event, std::vector<Started>& out);
    Result<> record(db::Unit& unit, Routing& routing);
    void routed(Routing routing);

    /// Takes a run in that stands in the store as ready, unless it is not its turn.
    void admit(Run run);
    void advance(RunId id);

    /// The runs of one (route, key) in memory, in order; only the first one moves.
    struct Queue {
        std::deque<RunId> ids{};
        bool has_more = false;  ///< behind them in the store
    };
    // Paging: engine_paging.cpp.
    bool is_held_back(const Run& run);
    /// Puts a run into memory, at the front or the end of its key's queue.
    RunId enter(Run run, bool in_front = false);
    /// The next runs of a key whose runs in memory are over.
    void fetch_next(const OrderKey& key);
    bool is_full() const { return runs_.size() >= parts_.plan->max_runs; }
    /// So far runs of the store are looked for and taken in.
    bool is_half_full() const { return runs_.size() > parts_.plan->max_runs / 2; }
    /// What each connector may have in memory when there is no room for all.
    std::size_t share() const;
    void make_room();
    void drop_those_behind();
    void drop_claimers();
    void put_down(std::vector<deliver::GivenBack> jobs);
    /// A run leaves memory with all that are behind it; its call is in the store.
    void drop(RunId id);
    void begin_paging();
    /// Now and again while there are runs in flight that are not in memory.
    void page();
    /// Looks at all runs in the store once more.
    void scan_again();
    /// Brings calls back that are due, and runs that can go on by themselves. A Fault is the store's.
    Result<> bring_back();
    Result<> bring_back_calls(const std::string& instance, bool outbound, std::size_t room);
    Result<> bring_back_runs();
    /// Whether all runs in flight are in memory again.
    void end_paging();
    /// The run behind a row. Where it cannot be made, the run becomes a dead letter; at the start a Fault.
    Result<std::optional<Run>> run_or_abandon(const store::RunRow& row);
    /// One move of a run: on from where it stands, or with the outcome of the call that it waited for.
    struct Move {
        RunId id{};
        std::shared_ptr<const deliver::Settled> settled{};
        int failures = 0;              ///< units of it that the store refused for a lasting reason
        std::optional<Fault> fault{};  ///< it has failed so often that the run is ended with this
    };
    /// Moves a copy of the run in a unit of its own; the copy replaces the run once it is committed.
    void submit(const Move& move);
    Result<> perform(db::Unit& unit, const Move& move, Run& run, Effects& effects);
    void not_committed(Move move, const Fault& fault);
    void committed(RunId id, Run run, Effects effects);
    void over(RunId id);
    void wait_for(RunId id, const Frame::Claim& claim);
    void wake_waiters(const Frame::Claim& claim);
    /// Whether a run that waits for time is due, and there is room for it or room can be made.
    bool is_wake_due() const;
    void wake_due();
    using Wake = std::function<Result<std::vector<store::RunRow>>(db::Unit&)>;
    /// Runs `wake` in a unit and takes the runs in that it made ready; `then` is called on the engine's
    /// thread.
    void submit_wake(Wake wake, std::function<void(Result<>)> then);
    /// Keeps what a person decided about `id`, and takes in the run that waited for it.
    template <class Id, class Word>
    Result<> take_word(Id id, const Word& word);
    /// Takes in runs that a unit of another thread has made ready.
    void take_over(std::vector<RunId> ids);
    /// The run's row where it is still to be taken in. Between a unit of another thread and its word about
    /// it, whoever looks for runs in the store may have moved the run, laid it down or ended it.
    std::optional<store::RunRow> ready_row(RunId id);
    /// Takes in runs that are ready again.
    void revive(const std::vector<store::RunRow>& rows);
    void abandon(const store::RunRow& row, const Fault& fault);
    /// A run that cannot be made from what the store holds: for now, or for good.
    void give_up(const store::RunRow& row, const Fault& fault);
    void trouble(const Fault& fault);

    /// The run behind a row, with its event and its route.
    Result<Run> run_of(const store::RunRow& row);
    Result<std::shared_ptr<const Plan>> plan_of(const std::string& hash);

    Parts parts_;
    Machine machine_;
    Counter routed_count_, run_count_;

    // The engine thread's own (before `start`: the starter's).
    StoppedLog stopped_;
    std::unordered_map<RunId, Run> runs_;
    std::map<OrderKey, Queue> order_;
    std::map<Frame::Claim, std::vector<RunId>> waiters_;
    std::map<std::string, std::shared_ptr<const Plan>> plans_;
    EventSeq read_{};                     ///< position of the last event that was put to the routes
    std::deque<Event> fresh_;             ///< handed over and not put to the routes yet
    std::size_t fresh_bytes_ = 0;         ///< of their bodies' texts
    Unmatched unmatched_;                 ///< up to `read_`
    bool routing_ = false;                ///< a unit with new runs or unmatched events is under way
    bool more_ = true;                    ///< the journal may hold more
    std::size_t in_flight_ = 0;           ///< units under way
    std::optional<TimePoint> next_wake_;  ///< not after the first waiting run is due; those wait in the store
    bool waking_ = false;                 ///< a unit that wakes them is under way
    bool paging_ = false;                 ///< there may be runs in flight that are not in memory
    bool making_room_ = false;            ///< a unit that puts calls down is under way, or it was in vain
    std::set<RunId> abandoned_;           ///< whose end is being written
    bool claimers_dropped_ = false;       ///< some runs that wait for a claim are not in memory
    std::optional<SteadyPoint> page_due_;
    std::optional<RunId> scanned_;  ///< runs up to here have been looked at; none: no scan is under way
    bool scan_again_ = false;       ///< from the beginning, when it is through

    mutable std::mutex mutex_;
    std::shared_ptr<std::condition_variable> wake_ = std::make_shared<std::condition_variable>();
    std::deque<Task> tasks_;
    std::vector<Timer> timers_;
    bool stopping_ = false;
    EngineState state_;
    std::thread thread_;
};

}  // namespace maillon::route
