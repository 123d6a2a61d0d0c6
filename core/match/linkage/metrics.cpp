#include "core/match/linkage/metrics.h"

#include "core/match/linkage/parallel.h"

#include <algorithm>
#include <atomic>

namespace maillon::match {
namespace {

constexpr std::size_t kPairsOfPiece = 4096;

double share(std::size_t part, std::size_t whole) {
    return whole == 0 ? 1 : static_cast<double>(part) / static_cast<double>(whole);
}

double recall_of_blocking(const Truth& truth, const BlockIndex& index, unsigned threads) {
    const auto& pairs = truth.pairs();
    std::atomic<std::size_t> count{0};
    in_pieces((pairs.size() + kPairsOfPiece - 1) / kPairsOfPiece, threads, [&](std::size_t piece) {
        std::vector<BlockIndex::Found> found;
        std::size_t here = 0;
        const auto begin = piece * kPairsOfPiece, end = std::min(pairs.size(), begin + kPairsOfPiece);
        for (auto at = begin; at < end; ++at) {
            if (at == begin || pairs[at].right != pairs[at - 1].right) index.look_up(pairs[at].right, found);
            here += std::ranges::binary_search(found, pairs[at].left, {}, &BlockIndex::Found::left) ? 1 : 0;
        }
        count += here;
    });
    return share(count, pairs.size());
}

std::vector<CurvePoint> curve_of(const Linked& linked, const Truth& truth) {
    struct Told {
        double probability;
        bool is_right;
    };
    std::vector<Told> all;
    for (const auto& one : linked.decisions)
        all.push_back({one.probability, truth.has(one.pair.left, one.pair.right)});
    std::ranges::stable_sort(all, [](const Told& a, const Told& b) { return a.probability > b.probability; });
    std::vector<CurvePoint> out;
    std::size_t right = 0;
    for (std::size_t at = 0; at < all.size(); ++at) {
        right += all[at].is_right ? 1 : 0;
        if (at + 1 < all.size() && all[at + 1].probability == all[at].probability) continue;
        out.push_back({all[at].probability, share(right, at + 1), share(right, truth.pairs().size())});
    }
    return out;
}

void count(Score& score, bool is_right) {
    ++score.told;
    score.right += is_right ? 1 : 0;
}

}  // namespace

double Score::precision() const {
    return share(right, told);
}

double Score::recall() const {
    return share(right, all);
}

double Score::f1() const {
    const double p = precision(), r = recall();
    return p + r > 0 ? 2 * p * r / (p + r) : 0;
}

Metrics measure(const Model& model, const Linked& linked, const Truth& truth, const BlockIndex& index,
                unsigned threads) {
    Metrics out;
    for (const auto& one : model.classes) out.classes.push_back({one.name, {}, {}});
    out.classes.push_back({model.classes.empty() ? "score" : "other", {}, {}});
    for (const auto& label : truth.labels()) out.labels.push_back({label, {}, {}});
    for (const auto& pair : truth.pairs()) {
        ++out.labels[pair.label].links.all;
        ++out.labels[pair.label].reviews.all;
    }
    const auto key = [](const Truth::Pair& pair) { return std::pair(pair.right, pair.left); };
    for (const auto& one : linked.decisions) {
        if (one.kind == Verdict::Kind::none) continue;
        const auto found =
            std::ranges::lower_bound(truth.pairs(), std::pair(one.pair.right, one.pair.left), {}, key);
        const bool is_right =
            found != truth.pairs().end() && found->right == one.pair.right && found->left == one.pair.left;
        auto& of_class = one.evidence_class < 0 ? out.classes.back()
                                                : out.classes[static_cast<std::size_t>(one.evidence_class)];
        const bool is_link = one.kind == Verdict::Kind::link;
        count(is_link ? of_class.links : of_class.reviews, is_right);
        if (is_link) count(out.links, is_right);
        count(out.with_reviews, is_right);
        if (is_right)
            count(is_link ? out.labels[found->label].links : out.labels[found->label].reviews, true);
    }
    out.links.all = out.with_reviews.all = truth.pairs().size();
    out.blocking_recall = recall_of_blocking(truth, index, threads);
    out.curve = curve_of(linked, truth);
    return out;
}

}  // namespace maillon::match
