#pragma once

#include "core/base/clock.h"
#include "core/config/config.h"
#include "core/db/database.h"
#include "core/hub/erased.h"
#include "core/journal/journal.h"
#include "core/observe/log.h"
#include "core/observe/metrics.h"
#include "core/plugin/connector.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace maillon::hub {

/// The way of events into the journal: checked, stamped, doubles dropped by (source, id), written together
/// with the cursor and the book of their connector.
///
/// Thread-safe once the instances are added.
class Ingest {
public:
    struct Parts {
        db::Database& database;
        Journal& journal;
        const Clock& clock;
        Log& log;
        Metrics& metrics;
        /// These events are new in the journal, and on disk. On the thread that wrote them; quick.
        std::function<void(std::vector<Event>)> on_new;
        const Erased* erased = nullptr;  ///< who is kept out; may be absent
        const People* people = nullptr;  ///< of the configuration; with `erased`
    };
    explicit Ingest(Parts parts) : parts_(std::move(parts)) {}

    /// Fixes from when on the source counts: at the very first start by `since`, afterwards as it was then.
    Result<> add_source(const std::string& instance, const config::Since& since);

    /// How events came: `since` is about what a source finds when it is asked, never about what a service
    /// tells by itself (a webhook brings what happens now, and what it could not deliver earlier).
    enum class Way { asked, told };

    using Done = std::function<void(Result<>)>;
    /// `done` is called once all of it is on disk, or nothing: on this thread, before take() returns, when
    /// nothing else is to be written; otherwise later, on the writer's (always, where several requests are
    /// told at once: while they are written this thread may look at the next ones). Events that are no good
    /// are refused (counted, logged), never the reason for losing the others. What several bring while the
    /// writer is busy is written together.
    void take(const std::string& instance, Way way, std::vector<plugin::RawEvent> events,
              std::optional<std::string> cursor, Done done);
    /// What a service told in one request.
    struct Told {
        std::vector<plugin::RawEvent> events;
        Done done;
    };
    /// The same for several requests, none of which is begun to be written before the others.
    void take(const std::string& instance, std::vector<Told> told);
    /// The first of them, blocking.
    Result<> take(const std::string& instance, Way way, std::vector<plugin::RawEvent> events,
                  std::optional<std::string> cursor);

    Result<std::string> cursor(const std::string& instance) const;

    /// Whether all that was taken was written or refused, and told, by then. Once nothing more is taken and
    /// this is true, the object and whoever is told may go.
    bool is_idle_by(std::chrono::steady_clock::time_point until) const;

private:
    /// Units that were submitted and not told yet; outlives this object.
    struct UnderWay {
        std::mutex mutex;
        std::condition_variable none;
        std::size_t units = 0;
    };
    struct Checked {
        std::vector<Event> events;
        std::int64_t refused = 0;
        std::map<store::ErasureId, store::KeptOut> kept_out{};  ///< of erased persons; part of `refused`
        std::uint64_t judged_by = 0;                            ///< version of Erased
    };
    /// What one call of take() brought.
    struct Brought {
        Checked checked;
        std::optional<std::string> cursor;
        Done done;
        std::vector<Appended> appended{};  ///< what the journal says to each event
    };
    using Batch = std::vector<Brought>;
    /// What waits to be written together with what else comes until the writer has time for it.
    struct Queue {
        std::mutex mutex;
        Batch waiting;
    };
    struct Source {
        TimePoint since{};
        Counter received, refused, kept_out;
        std::shared_ptr<Queue> queue = std::make_shared<Queue>();  ///< shared with the units under way
    };
    /// Lets them wait for the writer, which is called unless it is on its way.
    void hand_on(const std::string& instance, Batch brought);
    /// Puts all that waits into one unit, or each into its own. `waits`: on this thread, if it can be.
    void submit(const std::string& instance, std::shared_ptr<Batch> batch, bool waits);
    /// Keeps out whom somebody has erased, and masks where others mention them.
    void keep_out(Checked& checked) const;
    Result<> write(db::Unit& unit, const std::string& instance, Batch& batch);
    void written(const std::string& instance, Batch& batch, const Result<>& result);
    Checked check(const std::string& instance, Way way, std::vector<plugin::RawEvent> events) const;
    Result<Event> event_of(const std::string& instance, Way way, plugin::RawEvent raw, TimePoint now) const;

    Parts parts_;
    std::map<std::string, Source> sources_;
    std::shared_ptr<UnderWay> under_way_ = std::make_shared<UnderWay>();
};

}  // namespace maillon::hub
