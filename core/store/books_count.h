#pragma once

#include "core/store/books.h"
#include "core/store/runs.h"

#include <map>
#include <string>

/// Counting the rows behind the books. Not part of the room's face.
namespace maillon::store {

struct EventCount {
    std::int64_t journaled = 0;  ///< ever, also what is forgotten
    std::int64_t pending = 0;    ///< behind the position of the routes
};

/// What the tables say, counted without the books.
struct Counted {
    std::map<std::string, EventCount, std::less<>> events{};
    std::map<std::string, RunBook, std::less<>> runs{};
    std::int64_t missing = 0;  ///< runs that were open when sealed and are not there any more
    std::int64_t strays = 0;   ///< open ones that should be over
};

struct RunCount {
    std::string route{};
    RunState state = RunState::ready;
    std::int64_t number = 0;
};

/// The figure that runs of a state belong to.
std::int64_t& member(RunBook& book, RunState state);
/// started, as the figures tell it.
std::int64_t all_of(const RunBook& book);

/// Everything, from the sealed sums and the rows that are not in them.
Result<Counted> count_all(db::Session& session);

/// Adds a sentence when the two differ.
void expect(Books::Sentences& wrong, const std::string& what, std::int64_t left, std::int64_t right);

inline auto columns(RunCount& r) {
    return std::tie(r.route, r.state, r.number);
}

}  // namespace maillon::store
