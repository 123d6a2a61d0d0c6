#include "core/match/why_changed.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace maillon::match {
namespace {

constexpr double kNotable = 0.05;  // bits: below that, two weights print alike

std::string bits(double value) {
    char out[32];
    std::snprintf(out, sizeof out, "%+.1f bits", value);
    return out;
}

std::string probability(double value) {
    char out[32];
    std::snprintf(out, sizeof out, "%.4f", value);
    return out;
}

const Candidate* candidate(const Permitted& of, const std::string& record) {
    const auto found = std::ranges::find(of.verdict.candidates, record, &Candidate::record_id);
    return found == of.verdict.candidates.end() ? nullptr : &*found;
}

/// The record that the difference is about.
std::string subject(const Permitted& before, const Permitted& after) {
    for (const auto* side : {&after, &before}) {
        if (side->verdict.kind == Verdict::Kind::link) return side->verdict.candidates.front().record_id;
    }
    for (const auto* side : {&after, &before}) {
        if (!side->verdict.candidates.empty()) return side->verdict.candidates.front().record_id;
    }
    return {};
}

struct Bar {
    std::string field{}, was{}, is{};
    double difference = 0;
};

std::string text_of(const Evidence* bar) {
    if (!bar) return "not compared";
    return bits(bar->bits) + " (" + bar->level + ')';
}

/// The field whose weight has changed most between the two.
Bar greatest(const Candidate& before, const Candidate& after) {
    Bar out;
    const auto take = [&](const Evidence* was, const Evidence* is) {
        const double difference = (is ? is->bits : 0) - (was ? was->bits : 0);
        if (std::abs(difference) <= std::abs(out.difference)) return;
        out = {(is ? is : was)->field, text_of(was), text_of(is), difference};
    };
    const auto find = [](const Candidate& in, const Evidence& like) -> const Evidence* {
        const auto found = std::ranges::find(in.waterfall, like.field, &Evidence::field);
        return found == in.waterfall.end() ? nullptr : &*found;
    };
    for (const auto& one : after.waterfall) take(find(before, one), &one);
    for (const auto& one : before.waterfall) {
        if (!find(after, one)) take(&one, nullptr);
    }
    return out;
}

/// The setting that a sentence of Permission is about.
std::string setting_in(const std::string& withheld) {
    for (const auto* name : {"link.at", "link.margin", "link.classes"}) {
        if (withheld.find(name) != std::string::npos) return name;
    }
    return withheld.find("identities") != std::string::npos ? "identities" : "suspended class";
}

/// What keeps the side that does not link from it, or that does not ask from asking.
WhyChanged by_setting(const Permitted& before, const Permitted& after, const config::Matching& was,
                      const config::Matching& is) {
    if (!after.withheld.empty()) return {setting_in(after.withheld), after.withheld};
    if (!before.withheld.empty()) return {setting_in(before.withheld), before.withheld + " before"};
    if (was.review_at != is.review_at)
        return {"review.at", "review.at: " + probability(was.review_at) + " before, " +
                                 probability(is.review_at) + " now"};
    if (before.verdict.rule != after.verdict.rule)
        return {"rule",
                "decided by '" + before.verdict.rule + "' before, by '" + after.verdict.rule + "' now"};
    if (std::abs(before.verdict.margin_bits - after.verdict.margin_bits) >= kNotable)
        return {"rivals", "other candidates: " + bits(before.verdict.margin_bits) + " ahead before, " +
                              bits(after.verdict.margin_bits) + " now"};
    // The same bits, so it is what the model demands of them.
    const auto& side = before.verdict.candidates.empty() ? after : before;
    const auto& best = side.verdict.candidates;
    return {"limits of the model", "what the model demands (link, review, margin_bits) of class '" +
                                       (best.empty() ? std::string() : best.front().evidence_class) +
                                       "' is otherwise"};
}

}  // namespace

WhyChanged why_changed(const Permitted& before, const Permitted& after, const config::Matching& was,
                       const config::Matching& is) {
    const auto record = subject(before, after);
    const auto* old = candidate(before, record);
    const auto* now = candidate(after, record);
    if (!old && !now) return by_setting(before, after, was, is);
    if (!old || !now) {
        // Who is not likely enough to be asked about is no candidate.
        const double said = (old ? old : now)->probability, demanded = old ? is.review_at : was.review_at;
        if (said < demanded && was.review_at != is.review_at)
            return {"review.at", "probability " + probability(said) + " is below review.at " +
                                     probability(demanded) + (old ? "" : " of before")};
        const auto& there = old ? before : after;
        const auto& bars = (old ? old : now)->waterfall;
        const auto most = std::ranges::max_element(bars, {}, &Evidence::bits);
        const auto field = most == bars.end() ? there.verdict.rule : most->field;
        return {field, "record " + record + (old ? " is no candidate any more" : " was no candidate before") +
                           ", by " + field};
    }
    const auto bar = greatest(*old, *now);
    WhyChanged out;
    if (std::abs(bar.difference) >= kNotable)
        out = {bar.field, bar.field + ": " + bar.was + " before, " + bar.is + " now"};
    else if (std::abs(before.verdict.prior_bits - after.verdict.prior_bits) >= kNotable)
        out = {"prior", "prior: " + bits(before.verdict.prior_bits) + " before, " +
                            bits(after.verdict.prior_bits) + " now"};
    else if (old->evidence_class != now->evidence_class)
        out = {"class", "class " + old->evidence_class + " before, " + now->evidence_class + " now"};
    if (out.key.empty()) return by_setting(before, after, was, is);
    if (!after.withheld.empty()) out.sentence += "; " + after.withheld;
    return out;
}

}  // namespace maillon::match
