#pragma once

#include "core/match/linkage/model.h"
#include "core/match/linkage/table.h"

#include <optional>
#include <string>
#include <vector>

namespace maillon::match {

/// A column of a table that a field reads. With `second` the two cells are read as one, "x:anne".
struct BoundColumn {
    std::size_t index = 0;
    std::optional<std::size_t> second{};
    std::string part{};
};

/// The columns of `table` that `field` reads, the names for residues included. A column that is not there is
/// a Fault, unless the field is optional.
Result<std::vector<BoundColumn>> bind(const Model& model, const FieldModel& field, Side side,
                                      const Table& table);

}  // namespace maillon::match
