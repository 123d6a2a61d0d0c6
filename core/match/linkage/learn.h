#pragma once

#include "core/match/linkage/block_index.h"
#include "core/match/linkage/em.h"

namespace maillon::match {

/// Learns what the levels of a model weigh from two tables, without any labels:
///
/// 1. u from random pairs, of which nearly none belong together; where equal values can be counted, by
///    counting; what true pairs add to either is taken off again.
/// 2. m by EM, once for each blocking rule over the pairs that the rule finds. The rule's own fields, and
/// those
///    that read the same columns, are masked there: the pairs agree in them because they were chosen so.
/// 3. The overlap, as the share of right records that have somebody on the left, "nobody" being a hypothesis
///    of its own beside the candidates.
///
/// The same tables and seed give the same weights to the last bit, on any number of threads. A model that is
/// learned already stays.
Result<void> learn(Model& model, const Records& records, const BlockIndex& index, const Watch& watch,
                   unsigned threads = 1);

}  // namespace maillon::match
