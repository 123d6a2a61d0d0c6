#include "core/hub/directories.h"

#include "core/route/linking.h"

namespace maillon::hub {
namespace {

constexpr std::uint32_t kPage = 500;
/// So many may go by themselves, or one of so many; but of a few records no more than half.
constexpr std::int64_t kMostGone = 20, kShareGone = 10;

bool may_go_unasked(std::int64_t gone, std::int64_t all) {
    return gone * kShareGone <= all || (gone <= kMostGone && gone * 2 <= all);
}

}  // namespace

DirectoryReader::DirectoryReader(Parts parts, std::string name, std::string module,
                                 std::shared_ptr<const match::DirectoryKeys> keys)
    : parts_(std::move(parts)), name_(std::move(name)), module_(std::move(module)), keys_(std::move(keys)) {}

Result<> DirectoryReader::load() {
    auto found =
        parts_.database.read([&](db::Reader& reader) { return store::Directory::progress(reader, name_); });
    if (!found) return found.error();
    progress_ = found->value_or(store::ReadProgress{.started = parts_.clock.now(), .reads = keys_->reads()});
    return {};
}

Result<bool> DirectoryReader::read_page(plugin::Connector& connector, SteadyPoint deadline) {
    auto page = connector.read_directory(module_, keys_->record_fields(), progress_.cursor, kPage, deadline);
    std::vector<std::string> deleted;
    auto records = records_of(page.records, deleted);
    const bool moves = page.cursor && *page.cursor != progress_.cursor;
    auto next = progress_;
    if (page.cursor) next.cursor = *page.cursor;
    // Changes, which come when all is read, are no part of a reading.
    if (!next.finished || next.is_refreshing) next.records += static_cast<std::int64_t>(records.size());
    const bool completes = page.complete && !page.fault && !next.finished;
    if (completes) next.finished = parts_.clock.now();
    bool has_told = false;
    auto stored = parts_.database.run([&](db::Unit& unit) -> Result<> {
        has_told = false;
        for (const auto& [erasure, more] : keep_out(records)) {
            if (auto done = store::Erasures::note_kept_out(unit, erasure, more, parts_.clock.now()); !done)
                return done;
        }
        for (const auto& id : deleted) {
            if (auto done = remove(unit, id, has_told); !done) return done;
        }
        if (auto done = store::Directory::upsert(unit, name_, records); !done) return done;
        return store::Directory::set_progress(unit, name_, next);
    });
    if (!stored) return stored.error();
    progress_ = std::move(next);
    tell_judge(records, deleted);
    if (has_told && parts_.on_told) parts_.on_told();
    // Before anything that may fail: it is on disk, and no later page completes it again.
    if (completes) parts_.on_complete();
    if (progress_.is_refreshing && page.complete && !page.fault) {
        if (auto done = sweep(); !done) return done.error();
    }
    // A first reading meets each record once; later ones meet again what is there already. It is a figure
    // for people: when it cannot be had, the one before stays until there are changes again.
    if (page.complete && !(records.empty() && deleted.empty())) {
        if (const auto count = records_now()) progress_.records = *count;
    }
    if (page.fault) return *page.fault;
    if (!page.complete && !moves)
        return rejected(
            "the connector says that there are more records, but its cursor stays where it was: "
            "asking again would bring the same page for ever");
    return page.complete;
}

void DirectoryReader::tell_judge(std::span<const store::DirectoryRecord> records,
                                 std::span<const std::string> gone) const {
    if (parts_.judge == nullptr) return;
    parts_.judge->remove(gone);
    parts_.judge->put(records);
}

Result<> DirectoryReader::want_refresh() {
    auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
        auto wanted = store::Directory::want_refresh(unit, name_);
        if (!wanted) return wanted.error();
        return {};
    });
    if (done) is_wanted_ = true;
    return done;
}

Result<bool> DirectoryReader::is_refresh_due() {
    if (is_wanted_.exchange(false)) {
        auto found = parts_.database.read(
            [&](db::Reader& reader) { return store::Directory::progress(reader, name_); });
        if (!found) {
            is_wanted_ = true;  // nobody says it again
            return found.error();
        }
        progress_.is_wanted = *found && (*found)->is_wanted;
    }
    if (progress_.is_wanted || progress_.reads != keys_->reads()) return true;
    if (parts_.refresh_every.count() == 0 || !progress_.finished || progress_.is_refreshing) return false;
    const auto since = parts_.clock.now() - progress_.started;
    // A beginning that is still to come was told by a clock that was ahead: nobody knows how long ago it was.
    return since.count() < 0 || since >= parts_.refresh_every;
}

Result<> DirectoryReader::refresh() {
    auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
        auto begun = store::Directory::begin_refresh(unit, name_, keys_->reads(), parts_.clock.now());
        if (!begun) return begun.error();
        return {};
    });
    if (!done) return done;
    return load();
}

Result<> DirectoryReader::remove(db::Unit& unit, const std::string& id, bool& has_told) const {
    if (parts_.journal) {
        route::Linking linking({unit, *parts_.journal, nullptr, parts_.clock.now()});
        if (auto done = linking.gone(name_, id); !done) return done;
        has_told |= linking.has_told;
    }
    auto removed = store::Directory::remove(unit, name_, id);
    if (!removed) return removed.error();
    return {};
}

Result<> DirectoryReader::sweep() {
    auto reason = reason_to_leave();
    if (!reason) return reason.error();
    auto progress = progress_;
    progress.is_refreshing = progress.is_asked = false;
    progress.unmet = std::move(*reason);
    Refreshed came{.records = progress.records, .unmet = progress.unmet};
    if (!progress.unmet.empty()) {
        auto done = parts_.database.run(
            [&](db::Unit& unit) { return store::Directory::set_progress(unit, name_, progress); });
        if (!done) return done;
        progress_ = std::move(progress);
        refreshed_ = std::move(came);
        return {};
    }
    for (;;) {
        std::vector<std::string> gone;
        bool has_told = false;
        auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
            auto ids = store::Directory::not_met(unit, name_, kPage);
            if (!ids) return ids.error();
            gone = std::move(*ids);
            has_told = false;
            for (const auto& id : gone) {
                if (auto removed = remove(unit, id, has_told); !removed) return removed;
            }
            if (!gone.empty()) return {};
            return store::Directory::set_progress(unit, name_, progress);
        });
        if (!done) return done;
        tell_judge({}, gone);
        if (has_told && parts_.on_told) parts_.on_told();
        if (gone.empty()) break;
        came.gone += static_cast<std::int64_t>(gone.size());
    }
    progress_ = std::move(progress);
    refreshed_ = std::move(came);
    return {};
}

Result<std::string> DirectoryReader::reason_to_leave() const {
    const auto all = records_now();
    if (!all) return all.error();
    if (progress_.records == 0 && *all > 0)
        return "the connector gave no record at all, so all " + std::to_string(*all) +
               " that are known stay; see whether its user may still read " + module_;
    const auto gone = parts_.database.read(
        [&](db::Reader& reader) { return store::Directory::count_not_met(reader, name_); });
    if (!gone) return gone.error();
    if (progress_.is_asked || may_go_unasked(*gone, *all)) return std::string();
    return std::to_string(*gone) + " of " + std::to_string(*all) +
           " records were not met again and stay; if they are gone: maillon directory refresh " + name_;
}

Result<std::int64_t> DirectoryReader::records_now() const {
    return parts_.database.read([&](db::Reader& reader) { return store::Directory::count(reader, name_); });
}

std::map<store::ErasureId, store::KeptOut> DirectoryReader::keep_out(
    std::vector<store::DirectoryRecord>& records) const {
    std::map<store::ErasureId, store::KeptOut> out;
    if (!parts_.erased || parts_.erased->is_empty()) return out;
    std::erase_if(records, [&](const store::DirectoryRecord& record) {
        auto group = record.keys;
        group.push_back({"record_" + name_, record.id});
        const auto erasure = parts_.erased->whose(group);
        if (erasure) ++out[*erasure].records_refused;
        return erasure.has_value();
    });
    return out;
}

std::vector<store::DirectoryRecord> DirectoryReader::records_of(const std::vector<plugin::RawEvent>& page,
                                                                std::vector<std::string>& deleted) const {
    std::vector<store::DirectoryRecord> out;
    for (const auto& raw : page) {
        if (raw.type == "record.deleted") {
            // The last word of a page counts: a record may be deleted after it was read, and come back later.
            std::erase_if(out, [&](const store::DirectoryRecord& record) { return record.id == raw.key; });
            deleted.push_back(raw.key);
            continue;
        }
        const auto record = Json::parse(raw.data);
        if (!record || raw.key.empty()) continue;
        out.push_back({raw.key, raw.data, {}, keys_->of_record(*record)});
    }
    return out;
}

}  // namespace maillon::hub
