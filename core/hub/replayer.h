#pragma once

#include "core/hub/events_wish.h"
#include "core/hub/letter_query.h"
#include "core/observe/log.h"
#include "core/route/engine.h"
#include "core/route/replaying.h"

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

namespace maillon::hub {

/// Works off the replays that people have asked for, one after the other, in units of bounded size, each of
/// which leaves in the store how far it came: after a crash it goes on where it was, and nothing is done
/// twice.
///
/// Letters: those of one (route, key) run one after the other in the order of their events; the next one is
/// started when the one before has ended. A letter stays open, held back, when an older one of its key is
/// still open (it failed again, or was not chosen). Events: in the order of the journal. At most `kWindow`
/// runs of a replay are in flight.
///
/// `step` belongs to one thread; the others may be called from any.
class Replayer {
public:
    struct Parts {
        db::Database& database;
        Journal& journal;
        const Clock& clock;
        Log& log;
        std::shared_ptr<const route::Plan> plan;               ///< shared with the engine
        std::function<void(std::vector<route::Run>)> take_in;  ///< hands runs to the engine
    };
    explicit Replayer(Parts parts) : parts_(std::move(parts)) {}
    ~Replayer() { stop(); }

    static constexpr std::size_t kWindow = 256;

    /// Does the next piece; whether there may be more to do at once. Else there is when a run of a replay is
    /// over, or somebody asks for a further one.
    Result<bool> step();

    void start();
    /// Waits for the piece that is being done. Safe to call twice.
    void stop();
    /// Something has changed.
    void wake();

private:
    using Key = std::pair<std::string, std::string>;  ///< route, key

    Result<bool> choose(store::ReplayRow row);
    Result<bool> replay_letters(store::ReplayRow row);
    Result<bool> replay_events(store::ReplayRow row);
    /// The letters whose turn it is.
    Result<std::vector<store::DeadLetterRow>> next_letters(const store::ReplayRow& row);
    /// Starts the run of a letter, or says in `row` why it cannot be started.
    Result<> start_letter(db::Unit& unit, const store::DeadLetterRow& letter, store::ReplayRow& row,
                          std::vector<route::Run>& runs);
    /// The next events of a replay; `row` is told how far that is.
    Result<std::vector<Event>> next_events(const EventsWish& wish, store::ReplayRow& row);
    Result<> finish(store::ReplayRow row);
    Result<> keep(store::ReplayRow& row, const std::function<Result<>(db::Unit&)>& work);
    route::ReplayParts replay_parts() const { return {parts_.journal, *parts_.plan, parts_.clock}; }
    void loop();

    Parts parts_;

    // Of the replay at hand; found again after a restart.
    store::ReplayId at_hand_{};
    std::set<Key> moving_;  ///< in flight when they were last looked at
    EventSeq event_{};      ///< letters up to (event_, letter_) were looked at
    DeadLetterId letter_{};
    bool seen_all_ = false;

    std::mutex mutex_;
    std::condition_variable wake_;
    bool woken_ = false, stopping_ = false;
    std::thread thread_;
};

}  // namespace maillon::hub
