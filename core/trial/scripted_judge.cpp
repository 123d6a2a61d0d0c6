#include "core/trial/scripted_judge.h"

#include <cmath>

namespace maillon::trial {
namespace {

/// How far ahead the first of several is said to be: more than any directory demands of a link.
constexpr double kAhead = 1'000;

}  // namespace

ScriptedJudge::ScriptedJudge(std::string directory, Script& script, std::unique_ptr<match::Judge> model)
    : directory_(std::move(directory)), script_(script), model_(std::move(model)) {}

Result<match::Verdict> ScriptedJudge::judge(db::Session& session, const match::Person& person) const {
    const auto scripted = script_.verdict(directory_, person.json);
    if (!scripted) return model_ ? model_->judge(session, person) : match::Verdict{};
    match::Verdict out{.kind = scripted->kind, .rule = "score", .model = "scripted"};
    for (const auto& record : scripted->records) {
        const bool is_first = out.candidates.empty();
        out.candidates.push_back(
            {.record_id = record,
             .probability = is_first ? scripted->probability : (1 - scripted->probability) / 2,
             .evidence_class = scripted->evidence_class});
    }
    if (out.kind == match::Verdict::Kind::link && out.candidates.size() > 1) out.margin_bits = kAhead;
    if (out.kind == match::Verdict::Kind::none) out.rule.clear();
    return out;
}

void ScriptedJudge::put(std::span<const store::DirectoryRecord> records) {
    if (model_) model_->put(records);
}

void ScriptedJudge::remove(std::span<const std::string> ids) {
    if (model_) model_->remove(ids);
}

}  // namespace maillon::trial
