#pragma once

#include "core/match/linkage/linker.h"

namespace maillon::match {

/// Turns scored pairs into decisions: who is weighed against whom depends on the cardinality.
///
/// The probability of a pair is its odds against all its rivals and "nobody". A rival that has found a better
/// partner hardly counts. `pairs` stand by right record.
std::vector<PairDecision> decide(const Model& model, const Scorer& scorer, std::vector<ScoredPair> pairs,
                                 bool keep_all);

/// The same in one table: records that belong together form groups (cluster.h), and all pairs of a group are
/// linked, those too that were not compared. Likely pairs across groups are for a person to decide.
std::vector<PairDecision> decide_groups(const Model& model, const Scorer& scorer,
                                        std::vector<ScoredPair> pairs, bool keep_all);

/// What a probability is worth by the model's calibration; itself without one.
double calibrated(const Model& model, double probability);

}  // namespace maillon::match
