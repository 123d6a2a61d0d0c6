#include "core/hub/directories.h"

namespace maillon::hub {
namespace {

constexpr std::uint32_t kPage = 500;

}  // namespace

DirectoryReader::DirectoryReader(Parts parts, std::string name, std::string module,
                                 std::shared_ptr<const match::DirectoryKeys> keys)
    : parts_(std::move(parts)), name_(std::move(name)), module_(std::move(module)), keys_(std::move(keys)) {}

Result<> DirectoryReader::load() {
    auto found =
        parts_.database.read([&](db::Reader& reader) { return store::Directory::progress(reader, name_); });
    if (!found) return found.error();
    progress_ = found->value_or(store::ReadProgress{.started = parts_.clock.now()});
    return {};
}

Result<bool> DirectoryReader::read_page(plugin::Connector& connector, SteadyPoint deadline) {
    auto page = connector.read_directory(module_, keys_->record_fields(), progress_.cursor, kPage, deadline);
    std::vector<std::string> deleted;
    const auto records = records_of(page.records, deleted);
    const bool moves = page.cursor && *page.cursor != progress_.cursor;
    auto next = progress_;
    if (page.cursor) next.cursor = *page.cursor;
    next.records += static_cast<std::int64_t>(records.size());
    const bool completes = page.complete && !page.fault && !next.finished;
    if (completes) next.finished = parts_.clock.now();
    auto stored = parts_.database.run([&](db::Unit& unit) -> Result<> {
        for (const auto& id : deleted) {
            if (auto done = store::Directory::remove(unit, name_, id); !done) return done.error();
        }
        if (auto done = store::Directory::upsert(unit, name_, records); !done) return done;
        return store::Directory::set_progress(unit, name_, next);
    });
    if (!stored) return stored.error();
    progress_ = std::move(next);
    if (parts_.judge != nullptr) {
        parts_.judge->remove(deleted);
        parts_.judge->put(records);
    }
    // A first reading meets each record once; later ones meet again what is there already.
    if (page.complete && !(records.empty() && deleted.empty())) {
        auto count =
            parts_.database.read([&](db::Reader& reader) { return store::Directory::count(reader, name_); });
        if (!count) return count.error();
        progress_.records = *count;
    }
    if (completes) parts_.on_complete();
    if (page.fault) return *page.fault;
    if (!page.complete && !moves)
        return rejected(
            "the connector says that there are more records, but its cursor stays where it was: "
            "asking again would bring the same page for ever");
    return page.complete;
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
