#include "core/trial/script.h"

#include "core/event/json.h"
#include "core/event/json_text.h"

#include <algorithm>

namespace maillon::trial {
namespace {

namespace json = boost::json;

plugin::CallReport returned(const Answer& answer) {
    plugin::CallReport out;
    out.value = json_text(answer.value);
    if (const auto* id = answer.value.if_contains("id"); id && id->is_string())
        out.remote_id = id->get_string();
    return out;
}

plugin::CallReport failed(const Failing& how) {
    return {Fault{how.kind, how.message, how.retry_after}, {}, {}, {}};
}

std::string outcome_of(const plugin::CallReport& report) {
    if (!report.fault) return "returned " + (report.value.empty() ? "nothing" : report.value);
    return "failed: " + std::string(name_of(report.fault->kind)) + ", " + report.fault->what;
}

}  // namespace

Script::Script(const std::vector<Answer>& answers) : answers_(answers), given_(answers.size(), 0) {}

MadeCall& Script::made(const std::string& instance, bool is_processor, const plugin::OutCall& call) {
    const auto [found, is_new] = by_key_.try_emplace(call.idempotency_key, calls_.size());
    if (is_new) {
        const auto arguments = Json::parse(call.arguments);
        auto value = arguments ? arguments->to_boost() : json::value(json::object{});
        calls_.push_back({instance,
                          call.operation,
                          call.idempotency_key,
                          is_processor,
                          value.is_object() ? std::move(value.get_object()) : json::object{},
                          0,
                          {},
                          true});
    }
    return calls_[found->second];
}

std::optional<ScriptedVerdict> Script::verdict(const std::string& directory, const Json& person) {
    const auto value = person.to_boost();
    const std::scoped_lock lock(mutex_);
    for (std::size_t i = 0; i < answers_.size(); ++i) {
        const auto& one = answers_[i];
        if (!one.verdict || one.instance != directory || (one.times != 0 && given_[i] >= one.times)) continue;
        if (!value.is_object() || !differences(one.with, value.get_object()).empty()) continue;
        ++given_[i];
        return one.verdict;
    }
    return std::nullopt;
}

bool Script::has_verdicts(const std::string& directory) const {
    return std::ranges::any_of(answers_,
                               [&](const Answer& one) { return one.verdict && one.instance == directory; });
}

bool Script::fits(const Answer& answer, const MadeCall& call) const {
    if (answer.verdict) return false;
    if (answer.instance != call.instance || answer.operation.empty() != call.is_processor) return false;
    if (!call.is_processor && answer.operation != call.operation) return false;
    return differences(answer.with, call.arguments).empty();
}

std::optional<plugin::CallReport> Script::answer(const std::string& instance, bool is_processor,
                                                 const plugin::OutCall& call) {
    const std::scoped_lock lock(mutex_);
    auto& mine = made(instance, is_processor, call);
    ++mine.tries;
    for (std::size_t i = 0; i < answers_.size(); ++i) {
        const auto& one = answers_[i];
        if (!fits(one, mine) || (one.times != 0 && given_[i] >= one.times)) continue;
        ++given_[i];
        if (one.fails && one.fails->kind == FaultKind::in_doubt) doubts_[call.idempotency_key] = &one;
        auto report = one.fails ? failed(*one.fails) : returned(one);
        mine.outcome = outcome_of(report);
        return report;
    }
    mine.is_answered = false;
    return std::nullopt;
}

plugin::CallReport Script::reconcile(const plugin::OutCall& call) {
    const std::scoped_lock lock(mutex_);
    const auto found = doubts_.find(call.idempotency_key);
    if (found == doubts_.end() || !found->second->fails->arrived)
        return {Fault{FaultKind::in_doubt, "scripted: nobody can tell whether it arrived", {}}, {}, {}, {}};
    if (!*found->second->fails->arrived) return {retry("scripted: it did not arrive"), {}, {}, {}};
    auto report = returned(*found->second);
    calls_[by_key_.at(call.idempotency_key)].outcome = "arrived after all, " + outcome_of(report);
    return report;
}

void Script::note(const plugin::OutCall& call, const plugin::CallReport& report) {
    const std::scoped_lock lock(mutex_);
    auto& mine = calls_[by_key_.at(call.idempotency_key)];
    mine.is_answered = true;
    mine.outcome = outcome_of(report);
}

std::vector<MadeCall> Script::calls() const {
    const std::scoped_lock lock(mutex_);
    return calls_;
}

std::vector<const Answer*> Script::unused() const {
    const std::scoped_lock lock(mutex_);
    std::vector<const Answer*> out;
    for (std::size_t i = 0; i < answers_.size(); ++i) {
        if (given_[i] == 0) out.push_back(&answers_[i]);
    }
    return out;
}

}  // namespace maillon::trial
