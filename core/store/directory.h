#pragma once

#include "core/db/session.h"

#include <span>

namespace maillon::store {

/// A value by which a record can be found: ("email", "anne@example.com"), normalised by the caller.
struct RecordKey {
    std::string field{}, value{};
    friend auto operator<=>(const RecordKey&, const RecordKey&) = default;
};
inline auto columns(RecordKey& r) {
    return std::tie(r.field, r.value);
}

struct DirectoryRecord {
    std::string id{};
    std::string data{};     ///< JSON
    std::string version{};  ///< the remote's revision, may be empty
    std::vector<RecordKey> keys{};
};

/// How far the full read of a directory has come.
struct ReadProgress {
    std::string cursor{};  ///< where to go on; the connector's own text
    std::int64_t records = 0;
    TimePoint started{};
    std::optional<TimePoint> finished{};  ///< the first reading; the directory is of use from then on
    std::int64_t pass = 0;                ///< how often it has been begun anew
    bool is_refreshing = false;           ///< all is being read again; what is not met again is gone
    bool is_asked = false;                ///< … since a person wants it
    /// A person wants all read again, and that has not begun. Only `want_refresh` and `begin_refresh` write
    /// it.
    bool is_wanted = false;
    std::string reads{};  ///< what is read of what; where the configuration says otherwise, all is read anew
    std::string unmet{};  ///< why records that the last reading anew did not meet are there nevertheless
};

/// The hub's copy of the records of a CRM, one directory per configured name.
struct Directory {
    /// Puts records in place of those with the same ids, keys and all. Callers with many hand them over in
    /// chunks of some hundreds, each in its own unit, so that webhooks are not kept waiting.
    static Result<void> upsert(db::Unit& unit, std::string_view directory,
                               std::span<const DirectoryRecord> records);
    static Result<bool> remove(db::Unit& unit, std::string_view directory, std::string_view id);
    /// A person wants all read again. False where nothing has been read yet.
    static Result<bool> want_refresh(db::Unit& unit, std::string_view directory);
    /// All is read again from the next page on, while the records stay in use; it counts as asked for where
    /// it was wanted.
    static Result<bool> begin_refresh(db::Unit& unit, std::string_view directory, std::string_view reads,
                                      TimePoint now);
    /// Up to `limit` records that were not met since the last begin_refresh, by id.
    static Result<std::vector<std::string>> not_met(db::Session& session, std::string_view directory,
                                                    std::size_t limit);
    static Result<std::int64_t> count_not_met(db::Session& session, std::string_view directory);

    static Result<std::optional<DirectoryRecord>> get(db::Session& session, std::string_view directory,
                                                      std::string_view id);
    /// Records that have any of the keys, each once, in the order of their ids.
    static Result<std::vector<DirectoryRecord>> find(db::Session& session, std::string_view directory,
                                                     std::span<const RecordKey> any_of, std::size_t limit);
    /// By id, after `after` (empty: from the start).
    static Result<std::vector<DirectoryRecord>> page(db::Session& session, std::string_view directory,
                                                     std::string_view after, std::size_t limit);
    /// The same without their keys, of which each record takes a statement: for building an index.
    static Result<std::vector<DirectoryRecord>> bare_page(db::Session& session, std::string_view directory,
                                                          std::string_view after, std::size_t limit);
    static Result<std::int64_t> count(db::Session& session, std::string_view directory);

    static Result<void> set_progress(db::Unit& unit, std::string_view directory,
                                     const ReadProgress& progress);
    static Result<std::optional<ReadProgress>> progress(db::Session& session, std::string_view directory);
};

}  // namespace maillon::store
