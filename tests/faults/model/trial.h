#pragma once

#include "tests/faults/model/story.h"

#include <string>
#include <utility>
#include <vector>

namespace maillon::faults {

/// Plays a story with the real journal, deliver, engine and store, and compares what came of it with what
/// the simple model says must come of it. Complaints in sentences; none = all is well.
std::vector<std::string> play(const std::vector<Op>& story);

/// The shortest story found that still makes complaints, and these: the shortest beginning, then without
/// whatever may be left out. Threads are no part of a seed, so each candidate is played `plays` times.
std::pair<std::vector<Op>, std::vector<std::string>> shrunk(std::vector<Op> story, int plays = 5);

}  // namespace maillon::faults
