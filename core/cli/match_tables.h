#pragma once

#include "core/cli/match_command.h"
#include "core/cli/progress.h"
#include "core/match/tables.h"

#include <optional>
#include <string>

namespace maillon::cli {

/// Reads model and tables, with a bar on a terminal. Prints what is wrong and gives nothing then; `exit_code`
/// tells which kind it was.
std::optional<match::LinkTask> begin(const MatchTables& tables, Progress& progress, int& exit_code);

/// `progress` as the engine wants it.
match::Watch watch(Progress& progress);

unsigned threads_of(const MatchTables& tables);

/// Writes a file; prints why when it cannot.
bool write_file(const std::string& path, const std::string& text);

/// The most memory that this process has held, in bytes.
std::int64_t peak_memory();

}  // namespace maillon::cli
