#pragma once

#include <cstdint>
#include <string>

namespace maillon::cli {

struct PipeQuery {
    std::string file;               ///< the configuration with the routes
    std::string route;              ///< empty: all that take pipe.line
    std::string in, out;            ///< empty or "-": standard input, standard output
    bool stats = false;             ///< tell at the end what was done, how fast and with how much memory
    std::string on_error = "skip";  ///< or "stop"
};

/// Runs the lines of the input through the routes; what is wrong with a line goes to standard error.
int pipe_command(const PipeQuery& query);

}  // namespace maillon::cli
