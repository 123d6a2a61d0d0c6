#include "core/match/calibration.h"

#include "core/event/json.h"
#include "core/match/precision.h"
#include "core/store/reviews.h"

#include <algorithm>

namespace maillon::match {
namespace {

using Step = Calibration::Step;

constexpr std::size_t kMostAnswers = 5'000;

/// Groups of answers, each of kGroup at least; equal probabilities stay together.
std::vector<Step> grouped(const std::vector<Judged>& answers) {
    std::vector<Step> out;
    for (const auto& one : answers) {
        const bool is_full = !out.empty() && out.back().all >= static_cast<std::int64_t>(Calibration::kGroup);
        if (out.empty() || (is_full && one.said > out.back().to)) out.push_back({.from = one.said});
        auto& group = out.back();
        group.to = one.said;
        group.right += one.was_right ? 1 : 0;
        ++group.all;
    }
    // A last one that is too small goes with its neighbour.
    if (out.size() > 1 && out.back().all < static_cast<std::int64_t>(Calibration::kGroup)) {
        const auto rest = out.back();
        out.pop_back();
        out.back().to = rest.to;
        out.back().right += rest.right;
        out.back().all += rest.all;
    }
    return out;
}

/// Pool adjacent violators: afterwards the shares grow with the probability.
std::vector<Step> pooled(const std::vector<Step>& groups) {
    std::vector<Step> out;
    for (const auto& group : groups) {
        out.push_back(group);
        while (out.size() > 1) {
            auto& before = out[out.size() - 2];
            const auto& last = out.back();
            // right/all of the one against that of the other, without dividing
            if (before.right * last.all < last.right * before.all) break;
            before.to = last.to;
            before.right += last.right;
            before.all += last.all;
            out.pop_back();
        }
    }
    return out;
}

/// The bounds grow with the probability, too: what a step is at least, the next one is at least.
void bound(std::vector<Step>& steps) {
    for (auto& step : steps) {
        const auto interval = wilson(step.right, step.all);
        step.least = interval.lower;
        step.most = interval.upper;
    }
    for (std::size_t i = 1; i < steps.size(); ++i)
        steps[i].least = std::max(steps[i].least, steps[i - 1].least);
    for (std::size_t i = steps.size(); i > 1; --i)
        steps[i - 2].most = std::min(steps[i - 2].most, steps[i - 1].most);
}

/// The answer to a question about what `model` has scored; nothing of others.
std::optional<Judged> judged_by(const store::Review& review, std::string_view model) {
    const bool counts = review.kind == store::ReviewKind::unsure || review.kind == store::ReviewKind::sample;
    const auto verdict = counts ? Json::parse(review.verdict) : Result<Json>(Json());
    const auto label = verdict ? verdict->at("model") : std::nullopt;
    if (!label || label->string() != model) return std::nullopt;
    const auto candidates = verdict->at("candidates");
    if (!candidates || !candidates->element().is_array()) return std::nullopt;
    const auto first = candidates->element().at(0);
    double said = 0;
    std::string_view record;
    // What was kept before there were calibrations is what the model said.
    if (first["scored"].get(said) != simdjson::SUCCESS && first["probability"].get(said) != simdjson::SUCCESS)
        return std::nullopt;
    if (first["record"].get(record) != simdjson::SUCCESS) return std::nullopt;
    const bool is_accepted = review.state == store::ReviewState::accepted;
    return Judged{said, is_accepted && (review.record == record || review.record.empty())};
}

}  // namespace

Calibration Calibration::from(std::vector<Judged> answers) {
    Calibration out;
    out.answers_ = static_cast<std::int64_t>(answers.size());
    std::ranges::sort(answers, {}, &Judged::said);
    out.steps_ = pooled(grouped(answers));
    bound(out.steps_);
    return out;
}

double Calibration::operator()(double said) const {
    if (!is_in_use()) return said;
    if (said < steps_.front().from) return std::min(said, steps_.front().most);
    if (said > steps_.back().to) return std::max(said, steps_.back().least);
    const auto step = std::ranges::lower_bound(steps_, said, {}, &Step::to);
    return std::clamp(said, step->least, step->most);
}

Result<Calibration> read_calibration(db::Session& session, std::string_view directory,
                                     std::string_view model) {
    const auto reviews = store::Reviews::answered(session, directory, kMostAnswers);
    if (!reviews) return reviews.error();
    std::vector<Judged> answers;
    for (const auto& review : *reviews) {
        if (const auto one = judged_by(review, model)) answers.push_back(*one);
    }
    return Calibration::from(std::move(answers));
}

}  // namespace maillon::match
