#pragma once

#include "core/match/linkage/linker.h"

namespace maillon::match {

/// Turns scored pairs into decisions: who is weighed against whom depends on the cardinality.
///
/// The probability of a pair is its odds against all its rivals and "nobody". A rival that has found a better
/// partner hardly counts. `pairs` stand by right record.
std::vector<Decision> decide(const Model& model, const Scorer& scorer, std::vector<ScoredPair> pairs,
                             bool keep_all);

/// What a probability is worth by the model's calibration; itself without one.
double calibrated(const Model& model, double probability);

}  // namespace maillon::match
