#pragma once

#include <CLI/CLI.hpp>

namespace maillon::cli {

/// An empty name would ask for the list, and an empty filter for everything.
inline CLI::Validator something() {
    return {[](std::string& text) { return text.empty() ? std::string("must not be empty") : std::string(); },
            ""};
}

}  // namespace maillon::cli
