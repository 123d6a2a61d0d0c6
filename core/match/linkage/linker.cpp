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

}  // namespace

double prior_bits(const Model& model, const Records& records) {
    const double overlap = std::clamp(model.overlap.value_or(0.5), 1e-6, 1 - 1e-6);
    const double left =
        std::max(1.0, static_cast<double>(records.rows(Side::left)) / (records.is_one_table() ? 2 : 1));
    return std::log2(overlap / (1 - overlap) / left);
}

std::vector<ScoredPair> score_candidates(const Model& model, const Records& records, const BlockIndex& index,
                                         const Scorer& scorer, Records::Row right, std::uint64_t& compared) {
    std::vector<BlockIndex::Found> found;
    index.look_up(right, found);
    compared += found.size();
    const double prior = prior_bits(model, records);
    std::vector<ScoredPair> out;
    for (const auto& one : found) {
        const auto levels = records.levels(one.left, right);
        const double bits = prior + scorer.bits(levels, one.left, right);
        if (bits >= kLeastBits) out.push_back({one.left, right, bits, levels});
    }
    std::ranges::stable_sort(out, [](const auto& a, const auto& b) { return a.bits > b.bits; });
    return out;
}

Result<Linked> link_records(const Model& model, const Records& records, const BlockIndex& index,
                            const LinkOptions& options, const Watch& watch) {
    const Scorer scorer(model, records);
    const auto rows = records.rows(Side::right);
    const auto pieces = (rows + kRowsOfPiece - 1) / kRowsOfPiece;
    std::vector<std::vector<ScoredPair>> found(pieces);
    std::vector<std::uint64_t> compared(pieces, 0);
    const bool is_whole = in_pieces(
        pieces, options.threads,
        [&](std::size_t piece) {
            for (auto row = piece * kRowsOfPiece; row < std::min(rows, (piece + 1) * kRowsOfPiece); ++row) {
                auto best = score_candidates(model, records, index, scorer, static_cast<Records::Row>(row),
                                             compared[piece]);
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
    out.prior_bits = prior_bits(model, records);
    out.decisions = records.is_one_table() ? decide_groups(model, scorer, std::move(pairs), options.keep_all)
                                           : decide(model, scorer, std::move(pairs), options.keep_all);
    return out;
}

}  // namespace maillon::match
