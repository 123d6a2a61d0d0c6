#include "core/store/directory.h"

#include "core/db/batch.h"
#include "core/store/sql.h"

#include <set>
#include <unordered_map>

namespace maillon::store {
namespace {

constexpr std::string_view kSelect = "SELECT id, data, version FROM directory_records ";

/// The records without those that a later one of the same id takes the place of.
std::vector<const DirectoryRecord*> last_of_each(std::span<const DirectoryRecord> records) {
    std::vector<const DirectoryRecord*> last;
    std::unordered_map<std::string_view, std::size_t> at;
    for (const auto& record : records) {
        const auto [place, is_new] = at.emplace(record.id, last.size());
        if (is_new)
            last.push_back(&record);
        else
            last[place->second] = &record;
    }
    return last;
}

/// Runs a statement for each record, or for each key of each.
template <class F>
Result<void> for_each(db::Unit& unit, std::string_view sql, std::span<const DirectoryRecord* const> records,
                      const F& add) {
    db::Batch batch(unit, sql);
    for (const auto* record : records) {
        auto added = add(batch, *record);
        if (!added) return added;
    }
    return kept(batch.finish());
}

Result<void> add_keys(db::Session& session, std::string_view directory,
                      std::vector<DirectoryRecord>& records) {
    for (auto& record : records) {
        auto keys = session.rows<RecordKey>(
            "SELECT field, value FROM directory_keys WHERE directory = :directory AND record = :record"
            " ORDER BY field, value",
            {directory, record.id});
        if (!keys) return keys.error();
        record.keys = std::move(*keys);
    }
    return {};
}

Result<std::int64_t> pass_of(db::Session& session, std::string_view directory) {
    auto row = session.row<std::int64_t>("SELECT pass FROM directory_reads WHERE directory = :directory",
                                         {directory});
    if (!row) return row.error();
    return row->value_or(0);
}

Result<std::vector<DirectoryRecord>> with_keys(db::Session& session, std::string_view directory,
                                               Result<std::vector<DirectoryRecord>> records) {
    if (!records) return records;
    auto added = add_keys(session, directory, *records);
    if (!added) return added.error();
    return records;
}

}  // namespace

auto columns(DirectoryRecord& r) {
    return std::tie(r.id, r.data, r.version);
}
auto columns(ReadProgress& r) {
    return std::tie(r.cursor, r.records, r.started, r.finished, r.pass, r.is_refreshing, r.is_asked,
                    r.is_wanted, r.reads, r.unmet);
}

Result<void> Directory::upsert(db::Unit& unit, std::string_view directory,
                               std::span<const DirectoryRecord> records) {
    const auto each = last_of_each(records);
    const auto pass = pass_of(unit, directory);
    if (!pass) return pass.error();
    auto put = for_each(
        unit,
        "INSERT INTO directory_records (directory, id, data, version, pass)"
        " VALUES (:directory, :id, :data, :version, :pass)"
        " ON CONFLICT (directory, id) DO UPDATE SET data = excluded.data, version = excluded.version,"
        " pass = excluded.pass",
        each, [&](db::Batch& batch, const DirectoryRecord& record) {
            return batch.add({directory, record.id, record.data, record.version, *pass});
        });
    if (!put) return put;
    put = for_each(unit,
                   "DELETE FROM directory_keys WHERE (directory, record) IN (VALUES (:directory, :record))",
                   each, [&](db::Batch& batch, const DirectoryRecord& record) {
                       return batch.add({directory, record.id});
                   });
    if (!put) return put;
    return for_each(unit,
                    "INSERT INTO directory_keys (directory, field, value, record)"
                    " VALUES (:directory, :field, :value, :record) ON CONFLICT DO NOTHING",
                    each, [&](db::Batch& batch, const DirectoryRecord& record) -> Result<void> {
                        for (const auto& key : record.keys) {
                            auto added = batch.add({directory, key.field, key.value, record.id});
                            if (!added) return added;
                        }
                        return {};
                    });
}

Result<bool> Directory::remove(db::Unit& unit, std::string_view directory, std::string_view id) {
    auto keys = unit.exec("DELETE FROM directory_keys WHERE directory = :directory AND record = :record",
                          {directory, id});
    if (!keys) return keys.error();
    return changed_any(unit.exec("DELETE FROM directory_records WHERE directory = :directory AND id = :id",
                                 {directory, id}));
}

Result<std::optional<DirectoryRecord>> Directory::get(db::Session& session, std::string_view directory,
                                                      std::string_view id) {
    auto found =
        with_keys(session, directory,
                  select<DirectoryRecord>(session, kSelect, "WHERE directory = :directory AND id = :id",
                                          {directory, id}));
    if (!found) return found.error();
    if (found->empty()) return std::optional<DirectoryRecord>{};
    return std::optional<DirectoryRecord>{std::move(found->front())};
}

Result<std::vector<DirectoryRecord>> Directory::find(db::Session& session, std::string_view directory,
                                                     std::span<const RecordKey> any_of, std::size_t limit) {
    std::set<std::string> ids;
    for (const auto& key : any_of) {
        auto hits = session.rows<std::string>(
            "SELECT record FROM directory_keys WHERE directory = :directory AND field = :field AND value = "
            ":value"
            " ORDER BY record LIMIT :most",
            {directory, key.field, key.value, limit});
        if (!hits) return hits.error();
        ids.insert(hits->begin(), hits->end());
    }
    std::vector<DirectoryRecord> found;
    for (const auto& id : ids) {
        if (found.size() == limit) break;
        auto record = get(session, directory, id);
        if (!record) return record.error();
        if (*record) found.push_back(std::move(**record));
    }
    return found;
}

Result<std::vector<DirectoryRecord>> Directory::page(db::Session& session, std::string_view directory,
                                                     std::string_view after, std::size_t limit) {
    return with_keys(session, directory, bare_page(session, directory, after, limit));
}

Result<std::vector<DirectoryRecord>> Directory::bare_page(db::Session& session, std::string_view directory,
                                                          std::string_view after, std::size_t limit) {
    return select<DirectoryRecord>(session, kSelect,
                                   "WHERE directory = :directory AND id > :after ORDER BY id LIMIT :most",
                                   {directory, after, limit});
}

Result<std::int64_t> Directory::count(db::Session& session, std::string_view directory) {
    return inserted(session.row<std::int64_t>(
        "SELECT count(*) FROM directory_records WHERE directory = :directory", {directory}));
}

Result<void> Directory::set_progress(db::Unit& unit, std::string_view directory, const ReadProgress& p) {
    return kept(unit.exec(
        "INSERT INTO directory_reads (directory, cursor, records, started, finished, pass, refreshing, asked,"
        " reads, unmet) VALUES (:directory, :cursor, :records, :started, :finished, :pass, :refreshing, "
        ":asked,"
        " :reads, :unmet)"
        " ON CONFLICT (directory) DO UPDATE SET cursor = excluded.cursor, records = excluded.records,"
        " started = excluded.started, finished = excluded.finished, pass = excluded.pass,"
        " refreshing = excluded.refreshing, asked = excluded.asked, reads = excluded.reads,"
        " unmet = excluded.unmet",
        {directory, p.cursor, p.records, p.started, p.finished, p.pass, p.is_refreshing, p.is_asked, p.reads,
         p.unmet}));
}

Result<std::optional<ReadProgress>> Directory::progress(db::Session& session, std::string_view directory) {
    return session.row<ReadProgress>(
        "SELECT cursor, records, started, finished, pass, refreshing, asked, wanted, reads, unmet"
        " FROM directory_reads"
        " WHERE directory = :directory",
        {directory});
}

Result<bool> Directory::want_refresh(db::Unit& unit, std::string_view directory) {
    return changed_any(
        unit.exec("UPDATE directory_reads SET wanted = 1 WHERE directory = :directory", {directory}));
}

Result<bool> Directory::begin_refresh(db::Unit& unit, std::string_view directory, std::string_view reads,
                                      TimePoint now) {
    return changed_any(
        unit.exec("UPDATE directory_reads SET cursor = '', records = 0, started = :now, pass = pass + 1,"
                  " refreshing = 1, asked = wanted, wanted = 0, reads = :reads WHERE directory = :directory",
                  {now, reads, directory}));
}

Result<std::int64_t> Directory::count_not_met(db::Session& session, std::string_view directory) {
    return inserted(session.row<std::int64_t>(
        "SELECT count(*) FROM directory_records WHERE directory = :directory AND pass < (SELECT pass FROM"
        " directory_reads WHERE directory = :same)",
        {directory, directory}));
}

Result<std::vector<std::string>> Directory::not_met(db::Session& session, std::string_view directory,
                                                    std::size_t limit) {
    return session.rows<std::string>(
        "SELECT id FROM directory_records WHERE directory = :directory AND pass < (SELECT pass FROM"
        " directory_reads WHERE directory = :same) ORDER BY id LIMIT :most",
        {directory, directory, limit});
}

}  // namespace maillon::store
