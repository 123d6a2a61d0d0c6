#pragma once

#include "core/db/database.h"
#include "core/hub/erased.h"
#include "core/journal/journal.h"
#include "core/match/judge.h"
#include "core/plugin/connector.h"

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace maillon::hub {

/// Keeps the store's copy of one directory: reads it in full at the first start, then what has changed.
/// Belongs to the source lane of the connector that holds the records.
class DirectoryReader {
public:
    struct Parts {
        db::Database& database;
        const Clock& clock;
        std::function<void()> on_complete;  ///< the first full reading is on disk
        match::Judge* judge = nullptr;      ///< is told of what has changed on disk; may be absent
        /// Where routes are told whose record is gone; null: nobody is told.
        Journal* journal = nullptr;
        std::function<void()> on_told{};            ///< there are new events in the journal; may be empty
        const Erased* erased = nullptr;             ///< whose records are not copied; may be absent
        const People* people = nullptr;             ///< of the configuration; with `erased`
        std::chrono::milliseconds refresh_every{};  ///< all is read anew after so long; 0: never by itself
    };
    DirectoryReader(Parts parts, std::string name, std::string module,
                    std::shared_ptr<const match::DirectoryKeys> keys);

    /// Where the last run of the hub left off.
    Result<> load();
    /// Reads one page and stores it with its cursor. True when there is nothing more for now.
    Result<bool> read_page(plugin::Connector& connector, SteadyPoint deadline);

    /// A person wants everything read again. On disk when it returns. Thread-safe.
    Result<> want_refresh();
    bool is_refresh_wanted() const { return is_wanted_; }
    /// Whether a person wants it, it is time, or the configuration names other fields or records than were
    /// read.
    Result<bool> is_refresh_due();
    /// Everything is read again from the next page on; records that are not met again go. They stay in use
    /// meanwhile. Unless a person wants it, many do not go at once: that may be a matter of rights.
    Result<> refresh();
    /// What came of a reading anew, once.
    struct Refreshed {
        std::int64_t records = 0, gone = 0;
        std::string unmet;  ///< why some stay that were not met
    };
    std::optional<Refreshed> take_refreshed() { return std::exchange(refreshed_, {}); }

    const std::string& name() const { return name_; }
    bool is_refreshing() const { return progress_.is_refreshing; }
    bool is_complete() const { return progress_.finished.has_value(); }
    /// In the copy; while records are being read, as far as that has come.
    std::int64_t records() const { return progress_.records; }
    /// Why records that the last reading anew did not meet are there nevertheless, and what to do; or empty.
    const std::string& unmet() const { return progress_.unmet; }

private:
    Result<> remove(db::Unit& unit, const std::string& id, bool& has_told) const;
    void tell_judge(std::span<const store::DirectoryRecord> records, std::span<const std::string> gone) const;
    Result<std::int64_t> records_now() const;
    /// Takes away what a refresh has not met.
    Result<> sweep();
    /// Why what was not met stays nevertheless, or empty.
    Result<std::string> reason_to_leave() const;
    std::vector<store::DirectoryRecord> records_of(const std::vector<plugin::RawEvent>& page,
                                                   std::vector<std::string>& deleted) const;

    /// Takes out the records of those who were erased.
    std::map<store::ErasureId, store::KeptOut> keep_out(std::vector<store::DirectoryRecord>& records) const;

    Parts parts_;
    std::string name_, module_;
    std::shared_ptr<const match::DirectoryKeys> keys_;  ///< shared with the plan
    store::ReadProgress progress_;
    std::optional<Refreshed> refreshed_;
    std::atomic<bool> is_wanted_{false};  ///< the store is to be looked at
};

}  // namespace maillon::hub
