#pragma once

#include "core/trial/coverage.h"
#include "core/trial/verdict.h"

#include <boost/json/array.hpp>

#include <memory>
#include <string>
#include <vector>

namespace maillon::trial {

/// What came of one test.
struct CaseResult {
    std::string file, name;
    config::Place place{};
    config::Diagnostics failures;         ///< none: it passed; places in `Trial::sources`
    std::vector<Correction> corrections;  ///< with which values that differ would be as expected
    std::string
        paste;  ///< the lists of `expect:` that corrections do not mend, as they should be; may be empty
    boost::json::array why;  ///< of a failed test: each event as the admin API's `why` has it
    std::chrono::microseconds took{0};

    bool passed() const { return failures.empty(); }
};

/// What came of all tests.
struct Trial {
    std::shared_ptr<config::Sources> sources;  ///< of the places in it; owned with it
    config::Diagnostics mistakes;              ///< of the test files themselves; then their tests did not run
    std::string wrong_configurations;  ///< rendered: configurations that tests name and that are wrong
    std::vector<CaseResult> cases;
    std::vector<CoverageItem> coverage;
    std::chrono::microseconds took{0};

    std::size_t failed() const;
    bool can_tell() const { return !mistakes.has_errors() && wrong_configurations.empty(); }
};

struct Options {
    std::vector<std::filesystem::path> paths;  ///< files of tests, or folders of them
    std::filesystem::path plugins;  ///< where modules are looked for when `hub.plugins` does not say
    std::string filter;             ///< only tests whose name holds this
};

/// The files of tests at a path: itself, or every `*.test.yaml` in the folder and below, in the order of
/// their names.
std::vector<std::filesystem::path> test_files(const std::filesystem::path& path);

/// Runs tests, one after the other: reads the files, checks each against its configuration, and plays each
/// test on a hub of its own. A Fault (`config`) when a path holds no tests.
Result<Trial> run(const Options& options);

}  // namespace maillon::trial
