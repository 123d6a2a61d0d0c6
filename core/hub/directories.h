#pragma once

#include "core/db/database.h"
#include "core/match/judge.h"
#include "core/plugin/connector.h"

#include <functional>
#include <memory>
#include <string>

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
    };
    DirectoryReader(Parts parts, std::string name, std::string module,
                    std::shared_ptr<const match::DirectoryKeys> keys);

    /// Where the last run of the hub left off.
    Result<> load();
    /// Reads one page and stores it with its cursor. True when there is nothing more for now.
    Result<bool> read_page(plugin::Connector& connector, SteadyPoint deadline);

    const std::string& name() const { return name_; }
    bool is_complete() const { return progress_.finished.has_value(); }
    /// In the copy; while records are being read, as far as that has come.
    std::int64_t records() const { return progress_.records; }

private:
    std::vector<store::DirectoryRecord> records_of(const std::vector<plugin::RawEvent>& page,
                                                   std::vector<std::string>& deleted) const;

    Parts parts_;
    std::string name_, module_;
    std::shared_ptr<const match::DirectoryKeys> keys_;  ///< shared with the plan
    store::ReadProgress progress_;
};

}  // namespace maillon::hub
