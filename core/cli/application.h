#pragma once

namespace maillon::cli {

/// Exit codes of the program; documented in `maillon --help` and docs/cli.md.
enum Exit : int { kDone = 0, kFailed = 1, kUsage = 2, kConfig = 3, kNoHub = 4 };

/// Reads the command line and does what it says.
int run_application(int argc, char** argv);

}  // namespace maillon::cli
