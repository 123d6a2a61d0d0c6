#include "core/match/linkage/deciding.h"

#include "core/match/linkage/assign.h"
#include "core/match/linkage/cluster.h"
#include "core/match/linkage/evidence_class.h"

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace maillon::match {
namespace {

constexpr double kFloor = -10;  // worth of a pair is counted from here

double odds(double bits) {
    return std::exp2(std::clamp(bits, -60.0, 60.0));
}

/// Which pairs have a record in common, in their order.
class Rivals {
public:
    Rivals() = default;
    Rivals(std::span<const ScoredPair> pairs, Records::Row ScoredPair::*of)
        : begin_(pairs.size()), end_(pairs.size()) {
        order_.resize(pairs.size());
        std::iota(order_.begin(), order_.end(), 0U);
        const auto row = [&](std::uint32_t at) { return pairs[at].*of; };
        if (!std::ranges::is_sorted(order_, {}, row)) std::ranges::stable_sort(order_, {}, row);
        for (std::size_t begin = 0, at = 1; at <= order_.size(); ++at) {
            if (at < order_.size() && row(order_[at]) == row(order_[begin])) continue;
            for (auto one = begin; one < at; ++one) {
                begin_[order_[one]] = static_cast<std::uint32_t>(begin);
                end_[order_[one]] = static_cast<std::uint32_t>(at);
            }
            begin = at;
        }
    }
    /// Of one pair, itself among them.
    std::span<const std::uint32_t> of(std::size_t pair) const {
        return std::span(order_).subspan(begin_[pair], end_[pair] - begin_[pair]);
    }

private:
    std::vector<std::uint32_t> order_, begin_, end_;
};

class Deciding {
public:
    Deciding(const Model& model, const Scorer& scorer, std::vector<ScoredPair> pairs)
        : model_(model), classifier_(model, scorer), pairs_(std::move(pairs)) {
        if (model.cardinality != Cardinality::many_to_many) by_right_ = {pairs_, &ScoredPair::right};
        if (model.cardinality == Cardinality::one_to_one) by_left_ = {pairs_, &ScoredPair::left};
    }

    std::vector<PairDecision> run(bool keep_all) {
        std::vector<std::size_t> chosen;
        switch (model_.cardinality) {
            case Cardinality::one_to_one: chosen = one_to_one(); break;
            case Cardinality::many_to_one: chosen = best_of_right(); break;
            case Cardinality::many_to_many: chosen = all(); break;
        }
        std::vector<PairDecision> out;
        for (const auto at : chosen) {
            auto decision = decided(at);
            if (keep_all || decision.kind != Verdict::Kind::none) out.push_back(decision);
        }
        return out;
    }

private:
    std::vector<std::size_t> all() const {
        std::vector<std::size_t> out(pairs_.size());
        for (std::size_t at = 0; at < out.size(); ++at) out[at] = at;
        return out;
    }

    std::vector<std::size_t> best_of_right() const {
        std::vector<std::size_t> out;
        for (std::size_t at = 0; at < pairs_.size(); ++at) {
            if (at == 0 || pairs_[at].right != pairs_[at - 1].right) out.push_back(at);
        }
        return out;
    }

    std::vector<std::size_t> one_to_one() {
        std::vector<Edge> edges;
        for (const auto& pair : pairs_)
            edges.push_back({pair.left, pair.right, std::max(0.0, pair.bits - kFloor)});
        auto chosen = assign(edges);
        for (const auto at : chosen) {
            taken_left_[pairs_[at].left] = static_cast<std::uint32_t>(at);
            taken_right_[pairs_[at].right] = static_cast<std::uint32_t>(at);
        }
        return chosen;
    }

    /// How likely the other end of a rival has nobody better: in one to one its own choice stands against it.
    double freedom(std::size_t rival, bool by_left) const {
        if (model_.cardinality != Cardinality::one_to_one) return 1;
        const auto& taken = by_left ? taken_right_ : taken_left_;
        const auto found = taken.find(by_left ? pairs_[rival].right : pairs_[rival].left);
        if (found == taken.end() || found->second == rival) return 1;
        return 1 / (1 + odds(pairs_[found->second].bits));
    }

    PairDecision decided(std::size_t at) const {
        PairDecision out{pairs_[at], 0, kNoSecond, classifier_.class_of(pairs_[at].levels),
                         Verdict::Kind::none};
        double rivals = 0, strongest = 0;
        const auto weigh = [&](std::span<const std::uint32_t> others, bool by_left) {
            for (const auto rival : others) {
                if (rival == at) continue;
                const double weight = odds(pairs_[rival].bits) * freedom(rival, by_left);
                rivals += weight;
                strongest = std::max(strongest, weight);
            }
        };
        if (model_.cardinality != Cardinality::many_to_many) weigh(by_right_.of(at), false);
        if (model_.cardinality == Cardinality::one_to_one) weigh(by_left_.of(at), true);
        const double own = odds(pairs_[at].bits);
        out.probability = calibrated(model_, own / (1 + own + rivals));
        if (strongest > 0) out.margin_bits = std::min(kNoSecond, pairs_[at].bits - std::log2(strongest));
        out.kind = kind_of(out);
        return out;
    }

    Verdict::Kind kind_of(const PairDecision& decision) const {
        double link = model_.link;
        if (!model_.classes.empty())
            link = decision.evidence_class < 0
                       ? 2
                       : model_.classes[static_cast<std::size_t>(decision.evidence_class)].link;
        if (decision.probability >= link && decision.margin_bits >= model_.margin_bits)
            return Verdict::Kind::link;
        return decision.probability >= model_.review ? Verdict::Kind::review : Verdict::Kind::none;
    }

    const Model& model_;
    Classifier classifier_;
    std::vector<ScoredPair> pairs_;
    Rivals by_left_, by_right_;
    boost::unordered_flat_map<Records::Row, std::uint32_t> taken_left_, taken_right_;
};

}  // namespace

std::vector<PairDecision> decide(const Model& model, const Scorer& scorer, std::vector<ScoredPair> pairs,
                                 bool keep_all) {
    return Deciding(model, scorer, std::move(pairs)).run(keep_all);
}

std::vector<PairDecision> decide_groups(const Model& model, const Scorer& scorer,
                                        std::vector<ScoredPair> pairs, bool keep_all) {
    std::vector<Edge> edges;
    auto out = Deciding(model, scorer, std::move(pairs)).run(true);
    for (const auto& one : out) {
        const bool links = one.kind == Verdict::Kind::link;
        edges.push_back({one.pair.left, one.pair.right,
                         links ? std::max(one.pair.bits, 0.0) : std::min(one.pair.bits, 0.0)});
    }
    boost::unordered_flat_map<Records::Row, std::size_t> group;
    boost::unordered_flat_set<std::uint64_t> known;
    const auto groups = clusters(edges, 1e-9);
    for (std::size_t at = 0; at < groups.size(); ++at) {
        for (const auto row : groups[at]) group.emplace(row, at);
    }
    const auto key = [](Records::Row left, Records::Row right) { return std::uint64_t{right} << 32 | left; };
    for (auto& one : out) {
        const auto a = group.find(one.pair.left), b = group.find(one.pair.right);
        const bool together = a != group.end() && b != group.end() && a->second == b->second;
        if (together) known.insert(key(one.pair.left, one.pair.right));
        if (together)
            one.kind = Verdict::Kind::link;
        else if (one.kind == Verdict::Kind::link)
            one.kind = Verdict::Kind::review;
    }
    for (const auto& members : groups) {
        for (std::size_t j = 1; j < members.size(); ++j) {
            for (std::size_t i = 0; i < j; ++i) {
                if (!known.contains(key(members[i], members[j])))
                    out.push_back({{members[i], members[j], 0, 0}, model.link, 0, -1, Verdict::Kind::link});
            }
        }
    }
    if (!keep_all)
        std::erase_if(out, [](const PairDecision& one) { return one.kind == Verdict::Kind::none; });
    std::ranges::stable_sort(out, {},
                             [&](const PairDecision& one) { return key(one.pair.left, one.pair.right); });
    return out;
}

double calibrated(const Model& model, double probability) {
    const auto& points = model.calibration;
    if (points.empty()) return probability;
    if (probability <= points.front().said) return points.front().was;
    for (std::size_t at = 1; at < points.size(); ++at) {
        if (probability > points[at].said) continue;
        const auto& a = points[at - 1];
        const auto& b = points[at];
        return a.was + (b.was - a.was) * (probability - a.said) / (b.said - a.said);
    }
    return points.back().was;
}

}  // namespace maillon::match
