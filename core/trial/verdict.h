#pragma once

#include "core/trial/outcome.h"

#include <set>
#include <string>
#include <vector>

namespace maillon::trial {

/// A text that stands in a file of tests, and what should stand there for the test to pass.
struct Correction {
    config::Place place{};
    std::string text;
};

/// What is not as expected.
struct Judgement {
    config::Diagnostics failures;
    std::vector<Correction> corrections;  ///< of values that differ
    std::set<std::string> lists;          ///< "calls", "runs", …: those with too much or too little in them
};

/// Holds what came of a test against what it expects; one diagnostic for each thing that is not so, at the
/// place of the expectation and with the differing members in its hint. Calls of one key must have been made
/// in the order in which they are listed, with others between them; calls of different keys in any order.
void judge(const TestCase& test, const Outcome& outcome, Judgement& judgement);

/// What came of the test in these lists, as YAML to be pasted under `expect:`.
std::string as_expected(const Outcome& outcome, const std::set<std::string>& lists);

}  // namespace maillon::trial
