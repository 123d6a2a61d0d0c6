#pragma once

#include "core/match/linkage/linker.h"
#include "core/match/linkage/truth.h"

#include <filesystem>
#include <memory>

namespace maillon::match {

/// Two tables and a model, ready to be compared: what evaluate, train and explain begin with.
struct LinkTask {
    Model model;
    std::unique_ptr<Records> records;  ///< behind a pointer, since the index refers to it
    std::unique_ptr<BlockIndex> index;
    Ids left_ids;
    std::optional<Ids> right_ids;  ///< nothing when one table is searched for doubles
    bool is_exchanged = false;     ///< the tables stood the other way round than the model has them

    const Ids& ids(Side side) const { return side == Side::left || !right_ids ? left_ids : *right_ids; }
};

struct TaskFiles {
    std::filesystem::path left{}, right{};  ///< `right` empty: doubles are searched in `left`
};

/// Reads the tables, prepares them, builds the index, and learns what the model has not learned yet,
/// on so many threads. The result does not depend on their number.
Result<LinkTask> begin_task(Model model, const TaskFiles& files, const Watch& watch, unsigned threads = 1);

}  // namespace maillon::match
