#pragma once

#include "core/db/session.h"

#include <span>

namespace maillon::store {

/// One item of a list that a run goes through, as it was when the run came to the loop.
struct RunItem {
    std::string key{};   ///< what the round is remembered by
    std::string item{};  ///< JSON
};

/// The lists of the loops that runs are in: written once when a loop begins, read an item at a time, gone
/// when the loop is over. `loop` is the full name of the loop's step, with the keys of the loops around it.
struct RunItems {
    /// Takes the place of what an earlier, cut off attempt has left.
    static Result<void> put(db::Unit& unit, RunId run, std::string_view loop, std::span<const RunItem> items);
    /// The item at a position from 0; nothing behind the last one.
    static Result<std::optional<RunItem>> at(db::Session& session, RunId run, std::string_view loop,
                                             std::size_t position);
    static Result<void> drop(db::Unit& unit, RunId run, std::string_view loop);
    /// Of all loops of the run.
    static Result<void> drop_all(db::Unit& unit, RunId run);
};

}  // namespace maillon::store
