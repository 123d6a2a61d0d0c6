#include "core/match/linkage/linker.h"

#include "core/match/linkage/deciding.h"
#include "core/match/linkage/parallel.h"

#include <algorithm>
#include <cmath>

namespace maillon::match {
namespace {

constexpr std::size_t kRowsOfPiece = 1024;
constexpr std::size_t kKept = 5;    // candidates of one record that are remembered
constexpr double kLeastBits = -10;  // one in a thousand: no rival for anybody

/// The candidates of one record after the other; of one thread.
struct Searching {
    Searching(const Records& records, const BlockIndex& of) : index(of), comparer(records) {}

    void find(const Scorer& scorer, Records::Row right, double prior, std::vector<ScoredPair>& out) {
        index.look_up(right, found);
        comparer.clear();
        for (const auto& one : found) comparer.add(one.left);
        out.clear();
        add_scored(comparer, scorer, right, prior, out);
        std::ranges::stable_sort(out, [](const auto& a, const auto& b) { return a.bits > b.bits; });
    }

    const BlockIndex& index;
    Comparer comparer;
    std::vector<BlockIndex::Found> found{};
};

}  // namespace

double prior_bits(const Model& model, const Records& records) {
    const double overlap = std::clamp(model.overlap.value_or(0.5), 1e-6, 1 - 1e-6);
    const double left =
        std::max(1.0, static_cast<double>(records.present()) / (records.is_one_table() ? 2 : 1));
    return std::log2(overlap / (1 - overlap) / left);
}

std::vector<ScoredPair> score_candidates(const Model& model, const Records& records, const BlockIndex& index,
                                         const Scorer& scorer, Records::Row right, std::uint64_t& compared) {
    Searching searching(records, index);
    std::vector<ScoredPair> out;
    searching.find(scorer, right, prior_bits(model, records), out);
    compared += searching.found.size();
    return out;
}

void add_scored(Comparer& comparer, const Scorer& scorer, Records::Row right, double prior,
                std::vector<ScoredPair>& out) {
    const auto levels = comparer.levels(right);
    const auto weights = comparer.bits(scorer, right);
    const auto lefts = comparer.lefts();
    for (std::size_t at = 0; at < lefts.size(); ++at) {
        const double bits = prior + weights[at];
        if (bits >= kLeastBits) out.push_back({lefts[at], right, bits, levels[at]});
    }
}

Result<Linked> link_records(const Model& model, const Records& records, const BlockIndex& index,
                            const LinkOptions& options, const Watch& watch) {
    const Scorer scorer(model, records);
    const auto rows = records.rows(Side::right);
    const auto pieces = (rows + kRowsOfPiece - 1) / kRowsOfPiece;
    std::vector<std::vector<ScoredPair>> found(pieces);
    std::vector<std::uint64_t> compared(pieces, 0);
    const double prior = prior_bits(model, records);
    const bool is_whole = in_pieces(
        pieces, options.threads,
        [&](std::size_t piece) {
            Searching searching(records, index);
            std::vector<ScoredPair> best;
            for (auto row = piece * kRowsOfPiece; row < std::min(rows, (piece + 1) * kRowsOfPiece); ++row) {
                searching.find(scorer, static_cast<Records::Row>(row), prior, best);
                compared[piece] += searching.found.size();
                if (best.size() > kKept && model.cardinality != Cardinality::many_to_many) best.resize(kKept);
                found[piece].insert(found[piece].end(), best.begin(), best.end());
            }
        },
        [&](std::size_t done) {
            return watch("comparing", static_cast<std::int64_t>(done * kRowsOfPiece),
                         static_cast<std::int64_t>(rows));
        });
    if (!is_whole) return Fault{FaultKind::cancelled, "ended before all was compared", {}};
    Linked out;
    std::vector<ScoredPair> pairs;
    for (std::size_t piece = 0; piece < pieces; ++piece) {
        pairs.insert(pairs.end(), found[piece].begin(), found[piece].end());
        out.compared += compared[piece];
        found[piece] = {};
    }
    out.prior_bits = prior;
    out.decisions = records.is_one_table() ? decide_groups(model, scorer, std::move(pairs), options.keep_all)
                                           : decide(model, scorer, std::move(pairs), options.keep_all);
    return out;
}

}  // namespace maillon::match
