#pragma once

#include "core/match/linkage/linker.h"

namespace maillon::match {

/// What each field of a compared pair said, in the order of the model; behind them "namesakes", where name
/// and town say so much that relatives have to be allowed for.
std::vector<Evidence> waterfall(const Model& model, const Records& records, const Scorer& scorer,
                                const ScoredPair& pair);

}  // namespace maillon::match
