#pragma once

#include "core/cli/match_command.h"
#include "core/cli/progress.h"
#include "core/match/tables.h"

#include <cstdio>
#include <optional>
#include <string>

namespace maillon::cli {

/// Reads model and tables, with a bar on a terminal. Prints what is wrong and gives nothing then; `exit_code`
/// tells which kind it was.
std::optional<match::LinkTask> begin(const MatchTables& tables, Progress& progress, int& exit_code);

/// `progress` as the engine wants it.
match::Watch watch(Progress& progress);

unsigned threads_of(const MatchTables& tables);

/// Whether a result could be written there, and is none of the tables that are read: asked before the work is
/// done, since it may take long. Prints why not. An empty path is none, and "-" standard output.
bool is_writable(const std::string& path, const MatchTables& tables, const std::string& truth = {});
/// Writes a file, or standard output for "-"; prints why when it cannot.
bool write_file(const std::string& path, const std::string& text);
/// Where to tell what was done: standard error when the result itself goes to standard output.
std::FILE* told_beside(const std::string& output);

/// The most memory that this process has held, in bytes.
std::int64_t peak_memory();

}  // namespace maillon::cli
