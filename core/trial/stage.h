#pragma once

#include "core/db/database.h"
#include "core/deliver/deliver.h"
#include "core/hub/closing.h"
#include "core/hub/directories.h"
#include "core/hub/ingest.h"
#include "core/hub/schedules.h"
#include "core/journal/sql_journal.h"
#include "core/route/engine.h"
#include "core/trial/double.h"

namespace maillon::trial {

/// A hub without its plug-ins' outside: the real ingest, engine, deliver, schedules and store (of its own, in
/// a temporary folder that goes with it), doubles for the instances, and a clock that moves only here.
///
/// Each function returns when all has come to rest: every event is routed, and every run has ended or waits
/// for a person, for time or for credentials. Calls that fail for now are tried again at once; the clock goes
/// forward as far as that needs, and whatever else is due by then happens too. Belongs to one thread.
class Stage {
public:
    struct Parts {
        const hub::Prepared& prepared;  ///< must outlive this
        Script& script;                 ///< so must this
        route::StepWatcher* watcher;    ///< and this; may be absent
        TimePoint now{};
    };
    static Result<std::unique_ptr<Stage>> open(const Parts& parts);
    ~Stage();

    /// A record that a directory holds from the beginning. Before `begin`.
    void put(const config::Directory& directory, const std::string& id, const boost::json::object& record);
    /// Reads the directories and starts.
    Result<> begin();

    /// Brings an event of a connector, or of the hub itself ("hub"). Refused ones are Faults.
    Result<> take(const std::string& connector, plugin::RawEvent event);
    Result<> pass(std::chrono::milliseconds time);
    /// Decides the oldest call that waits for the role.
    Result<> decide(const Verdict& verdict);

    /// Answers the oldest question about the people of a directory.
    Result<> answer(const Answered& answered);

    TimePoint now() const { return clock_.now(); }
    db::Database& database() { return *database_; }
    Journal& journal() { return *journal_; }

private:
    explicit Stage(const Parts& parts);
    Result<> open_store();
    /// Reads the directory and makes whoever judges its people: the script, or its model.
    Result<> begin_directory(const std::string& name, const config::Directory& directory);
    void wire();

    /// Until nothing moves at this moment of the clock.
    Result<> come_to_rest();
    bool is_at_rest(route::EngineState& before) const;
    /// Moves the clock to each moment at which something is due up to `target`, and then there.
    Result<> go_to(TimePoint target);
    /// Until no call waits to be tried again.
    Result<> settle();
    /// Whether no run waits for a call any more, but for those that a schedule started after `since`.
    Result<bool> is_settled(TimePoint since);
    Result<> move_clock(TimePoint to);
    /// Until the engine has rested once more, or a lane may have got on.
    void wait_for_rest(std::uint64_t seen);
    std::uint64_t rests();
    std::optional<TimePoint> next_try() const;
    /// When something happens next by itself.
    Result<std::optional<TimePoint>> next_moment();

    struct Folder;
    Parts parts_;
    FakeClock clock_;
    std::unique_ptr<Folder> folder_;
    std::unique_ptr<Log> log_;
    Metrics metrics_;
    Redactor redactor_;
    NoNetwork network_;
    std::unique_ptr<config::Secrets> secrets_;
    std::unique_ptr<db::Database> database_;
    std::unique_ptr<SqlJournal> journal_;
    std::map<std::string, std::unique_ptr<Double>> doubles_;
    std::map<std::string, std::unique_ptr<match::Judge>> judges_;  ///< by directory
    std::unique_ptr<deliver::Deliver> deliver_;
    std::unique_ptr<route::Engine> engine_;
    std::unique_ptr<hub::Ingest> ingest_;
    std::unique_ptr<hub::Schedules> schedules_;
    std::unique_ptr<hub::Closing> closing_;
    std::optional<TimePoint> next_schedule_;
    std::optional<TimePoint> next_closing_;

    // How often the engine has come to rest, for whoever waits for that.
    std::mutex mutex_;
    std::condition_variable rested_;
    std::uint64_t rests_ = 0;
};

}  // namespace maillon::trial
