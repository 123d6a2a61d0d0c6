#pragma once

#include "core/match/linkage/field_data.h"

#include <string>
#include <vector>

namespace maillon::match {

/// What handles, mailboxes and birth dates say beyond the name.
///
/// A mailbox jean.dupont83@ and a handle jeandupont both follow from the name: that they resemble each other
/// is no second witness. Taken off are the names (cells of part "name"), their initials and their short
/// forms; left are numbers, of which years of birth count by their last two digits, and words such as pet
/// names. A cell of part "year" gives its year.
std::vector<std::string> residues(std::span<const Cell> cells);

}  // namespace maillon::match
