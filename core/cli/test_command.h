#pragma once

#include "core/cli/commands.h"

#include <string>
#include <vector>

namespace maillon::cli {

struct TestOptions {
    std::vector<std::string> paths;  ///< none: the folder of the configuration
    std::string filter;
    std::string junit;      ///< a file; empty: none is written
    bool coverage = false;  ///< show all that no test reached
    int coverage_min = 0;   ///< percent; less is a failure
    bool update = false;    ///< write what happened where a test expects another value
};

/// Runs tests of routes. 0: all passed; 1: some failed, or too little was reached; 3: files of tests or their
/// configurations are wrong.
int test_command(const Context& context, const TestOptions& options);

}  // namespace maillon::cli
