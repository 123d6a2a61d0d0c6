#pragma once

#include "core/match/person.h"
#include "core/match/verdict.h"

#include <chrono>
#include <span>

namespace maillon::match {

/// A number that nobody was seen with for so long may be somebody else's by now.
inline constexpr std::chrono::hours kRecycled{24 * 365};

/// Says who of a directory somebody may be. What was decided before about the same person is no matter of a
/// judge (see Decider), nor is what a directory's configuration permits.
///
/// A judge that keeps records in memory is loaded from the store before the hub moves, and is told of changes
/// only after the unit that made them was committed: a unit that is rolled back has changed nothing. Between
/// the commit and `put` it may miss a record; exact keys are looked up in the store all the same.
///
/// Thread-safe: runs ask on the writer's thread, people on any.
class Judge {
public:
    virtual ~Judge() = default;

    virtual Result<Verdict> judge(db::Session& session, const Person& person) const = 0;
    /// These records are as given from now on.
    virtual void put(std::span<const store::DirectoryRecord> records) = 0;
    /// These are gone.
    virtual void remove(std::span<const std::string> ids) = 0;
};

}  // namespace maillon::match
