#include "core/match/linkage/explain.h"

#include "core/match/linkage/deciding.h"
#include "core/match/linkage/evidence_class.h"
#include "core/match/linkage/waterfall.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace maillon::match {
namespace {

constexpr std::size_t kMostCandidates = 5;

double probability_of(double bits, double all) {
    const double own = std::exp2(std::clamp(bits, -60.0, 60.0));
    return own / (1 + std::max(all, own));
}

/// The rivals of one to one stand all over the tables, so all of them are decided.
Result<std::vector<PairDecision>> decisions_of(const LinkTask& task, const Scorer& scorer,
                                               std::vector<ScoredPair> pairs, const Watch& watch) {
    if (task.model.cardinality != Cardinality::one_to_one)
        return decide(task.model, scorer, std::move(pairs), true);
    auto linked =
        link_records(task.model, *task.records, *task.index, {.threads = 1, .keep_all = true}, watch);
    if (!linked) return linked.error();
    return std::move(linked->decisions);
}

std::string class_name(const Model& model, int evidence_class) {
    if (evidence_class >= 0) return model.classes[static_cast<std::size_t>(evidence_class)].name;
    return model.classes.empty() ? "score" : "other";
}

void conclude(Verdict& verdict, const LinkTask& task, const std::vector<PairDecision>& decisions,
              Records::Row right) {
    verdict.rule = "no candidate is likely enough";
    for (const auto& decision : decisions) {
        if (decision.pair.right != right) continue;
        const auto& name = task.left_ids.name(decision.pair.left);
        for (auto& candidate : verdict.candidates) {
            if (candidate.record_id == name) candidate.probability = decision.probability;
        }
        if (verdict.kind != Verdict::Kind::none || decision.kind == Verdict::Kind::none) continue;
        verdict.kind = decision.kind;
        verdict.rule = "class '" + class_name(task.model, decision.evidence_class) + "'";
    }
}

/// The decisions about one record of a table that is searched for doubles, likeliest first. Its partners
/// stand before and behind it, and groups form over the whole table, so all of it is decided.
Result<std::vector<PairDecision>> decisions_about(const LinkTask& task, const Scorer& scorer,
                                                  Records::Row row, std::optional<Records::Row> asked,
                                                  const Watch& watch) {
    auto linked =
        link_records(task.model, *task.records, *task.index, {.threads = 1, .keep_all = true}, watch);
    if (!linked) return linked.error();
    auto& out = linked->decisions;
    std::erase_if(out,
                  [&](const PairDecision& one) { return one.pair.left != row && one.pair.right != row; });
    const auto is_asked = [&](const PairDecision& one) {
        return one.pair.left == *asked || one.pair.right == *asked;
    };
    if (asked && std::ranges::none_of(out, is_asked))
        out.push_back({.pair = {std::min(row, *asked), std::max(row, *asked)}});
    for (auto& one : out) {
        auto& [left, right, bits, levels] = one.pair;
        if (levels != 0) continue;  // else of one group, or asked for, without a key in common
        levels = task.records->levels(left, right);
        bits = linked->prior_bits + scorer.bits(levels, left, right);
        one.probability = calibrated(task.model, probability_of(bits, 0));
    }
    std::ranges::stable_sort(out, std::greater(), [](const PairDecision& one) { return one.pair.bits; });
    return std::move(out);
}

Result<Verdict> explain_double(const LinkTask& task, Records::Row row, std::optional<Records::Row> asked,
                               const Watch& watch) {
    const auto& name = task.left_ids.name(row);
    if (asked == row) return rejected("a record is not compared with itself: both are '" + name + "'");
    const Scorer scorer(task.model, *task.records);
    const Classifier classifier(task.model, scorer);
    const auto decisions = decisions_about(task, scorer, row, asked, watch);
    if (!decisions) return decisions.error();
    Verdict out{.rule = "no candidate is likely enough"};
    out.prior_bits = prior_bits(task.model, *task.records);
    out.model = task.model.label();
    for (const auto& [pair, probability, margin, evidence_class, kind] : *decisions) {
        const auto other = pair.left == row ? pair.right : pair.left;
        if (kind != Verdict::Kind::none && out.kind != Verdict::Kind::link && out.kind != kind) {
            out.kind = kind;
            out.rule = "class '" + class_name(task.model, evidence_class) + "'";
        }
        if (out.candidates.size() >= kMostCandidates && asked != other && kind != Verdict::Kind::link)
            continue;
        out.candidates.push_back({task.left_ids.name(other), pair.bits, probability,
                                  class_name(task.model, classifier.class_of(pair.levels)),
                                  waterfall(task.model, *task.records, scorer, pair)});
        if (pair.left != row) continue;
        for (auto& bar : out.candidates.back().waterfall) std::swap(bar.left, bar.right);
    }
    return out;
}

}  // namespace

Result<Verdict> explain(const LinkTask& task, Records::Row right, std::optional<Records::Row> asked,
                        const Watch& watch) {
    if (task.records->is_one_table()) return explain_double(task, right, asked, watch);
    const Scorer scorer(task.model, *task.records);
    const Classifier classifier(task.model, scorer);
    std::uint64_t compared = 0;
    auto pairs = score_candidates(task.model, *task.records, *task.index, scorer, right, compared);
    const double prior = prior_bits(task.model, *task.records);
    double all = 0;
    for (const auto& pair : pairs) all += std::exp2(std::clamp(pair.bits, -60.0, 60.0));
    auto decisions = decisions_of(task, scorer, pairs, watch);
    if (!decisions) return decisions.error();
    if (asked && std::ranges::find(pairs, *asked, &ScoredPair::left) == pairs.end()) {
        const auto levels = task.records->levels(*asked, right);
        pairs.push_back({*asked, right, prior + scorer.bits(levels, *asked, right), levels});
    }
    Verdict out;
    out.prior_bits = prior;
    out.model = task.model.label();
    if (pairs.size() > 1) out.margin_bits = pairs[0].bits - pairs[1].bits;
    for (const auto& pair : pairs) {
        if (out.candidates.size() == kMostCandidates && asked != pair.left) continue;
        out.candidates.push_back({task.left_ids.name(pair.left), pair.bits, probability_of(pair.bits, all),
                                  class_name(task.model, classifier.class_of(pair.levels)),
                                  waterfall(task.model, *task.records, scorer, pair)});
    }
    conclude(out, task, *decisions, right);
    return out;
}

}  // namespace maillon::match
