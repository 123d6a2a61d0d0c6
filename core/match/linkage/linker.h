#pragma once

#include "core/match/linkage/block_index.h"
#include "core/match/linkage/comparer.h"
#include "core/match/verdict.h"

namespace maillon::match {

/// A pair that was compared and is worth remembering.
struct ScoredPair {
    Records::Row left = 0, right = 0;
    double bits = 0;  ///< prior and all evidence
    std::uint64_t levels = 0;
};

/// What is to be done about a pair.
struct PairDecision {
    ScoredPair pair{};
    double probability = 0;   ///< against the other candidates and "nobody here", calibrated
    double margin_bits = 0;   ///< ahead of the second; kNoSecond when there is none
    int evidence_class = -1;  ///< index into Model::classes; -1: none
    Verdict::Kind kind = Verdict::Kind::none;
};
inline constexpr double kNoSecond = 999;

struct Linked {
    std::vector<PairDecision> decisions{};  ///< by right, then left; none with kind none unless asked for
    std::uint64_t compared = 0;
    double prior_bits = 0;
};

struct LinkOptions {
    unsigned threads = 1;
    bool keep_all = false;  ///< also what is decided as none: for curves
};

/// Compares all candidates of all right records and decides about them. The result does not depend on the
/// number of threads.
Result<Linked> link_records(const Model& model, const Records& records, const BlockIndex& index,
                            const LinkOptions& options, const Watch& watch);

/// log2 of the odds that a record of the right and one of the left belong together before they are looked at.
double prior_bits(const Model& model, const Records& records);

/// The candidates of one right record, best first, with prior; `index` finds them. What the hub and `explain`
/// use.
std::vector<ScoredPair> score_candidates(const Model& model, const Records& records, const BlockIndex& index,
                                         const Scorer& scorer, Records::Row right, std::uint64_t& compared);

/// Of the candidates that `comparer` holds, with their bits and the prior, those that are worth remembering,
/// in their order.
void add_scored(Comparer& comparer, const Scorer& scorer, Records::Row right, double prior,
                std::vector<ScoredPair>& out);

}  // namespace maillon::match
