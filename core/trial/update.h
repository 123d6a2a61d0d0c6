#pragma once

#include "core/trial/trial.h"

namespace maillon::trial {

/// Writes the corrections of all failed tests into their files; all else in them stays byte for byte. How
/// many values were written, by file; files without a correction are not touched. A Fault when a file cannot
/// be written, or is no longer what was played.
Result<std::map<std::string, std::size_t>> update(const Trial& trial);

/// The text with each of the corrections (of one file) in its place. Of two at one place the first counts.
std::string corrected(std::string text, std::vector<Correction> corrections);

}  // namespace maillon::trial
