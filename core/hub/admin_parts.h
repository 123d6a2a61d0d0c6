#pragma once

#include "core/base/clock.h"
#include "core/deliver/deliver.h"
#include "core/hub/prepare.h"
#include "core/hub/source_lane.h"
#include "core/journal/journal.h"
#include "core/route/engine.h"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace maillon::hub {

class CheckedBooks;
class Eraser;
class Erased;
class Replayer;
class Searches;

/// What the administrator's questions are answered from. `live` parts are null when no hub runs and the
/// command line opened the store itself.
struct AdminParts {
    const Prepared& prepared;
    db::Database& database;
    Journal& journal;
    const Clock& clock;
    const std::map<std::string, std::unique_ptr<SourceLane>>* lanes = nullptr;
    route::Engine* engine = nullptr;
    deliver::Deliver* deliver = nullptr;
    TimePoint started{};
    const Health* health = nullptr;
    const deliver::Budgets* budgets = nullptr;
    Replayer* replayer = nullptr;
    Erased* erased = nullptr;
    Eraser* eraser = nullptr;
    Searches* searches = nullptr;
    std::function<const match::Judge*(const std::string& directory)> judge{};  ///< may be empty
    /// People have answered something about this directory; may be empty.
    std::function<void(const std::string& directory)> taught{};
    /// Where no hub runs: told how far a search through the journal is; false ends it. May be empty.
    std::function<bool(std::int64_t done, std::int64_t all)> progress{};
    Log* log = nullptr;
    CheckedBooks* books = nullptr;  ///< none: they are checked each time
};

/// Keeps what a person decided about `id` and lets the run that waited for it go on: at once when a hub runs,
/// else when one is started.
template <class Id, class Word>
Result<> decide(const AdminParts& parts, Id id, const Word& word) {
    if (parts.engine) return parts.engine->decide(id, word);
    return parts.database.run([&](db::Unit& unit) -> Result<> {
        auto run = route::decide(unit, id, word, parts.clock.now());
        if (!run) return run.error();
        return {};
    });
}

}  // namespace maillon::hub
