#include "core/base/time.h"
#include "core/expression/output.h"
#include "core/route/retelling.h"
#include "core/route/why_json.h"

namespace maillon::route {

namespace json = boost::json;

void Retelling::tell(const StepPlan&, const EnterPlan& action, json::object one, const store::StepRow*) {
    one["status"] = "ok";
    one["at"] = to_rfc3339(now_);
    add(std::move(one));
    at_ = action.inside;
}

void Retelling::tell(const StepPlan& plan, const LetPlan& action, json::object one, const store::StepRow*) {
    json::object values;
    for (const auto& [as, from] : action.values) {
        auto value = this->value(from);
        if (!value) return stop_at(plan, std::move(one));
        values[as.name] = value->to_boost();
        walk_.bind(as, std::move(*value));
    }
    one["status"] = "ok";
    one["at"] = to_rfc3339(now_);
    one["result"] = std::move(values);
    add(std::move(one));
    at_ = plan.next;
}

void Retelling::bind_and_go_on(const StepPlan& plan, const Variable* as, json::object one,
                               const store::StepRow* row) {
    if (!row) return stop_at(plan, std::move(one));
    if (as && row->status == store::StepStatus::ok) {
        auto value = Json::parse(row->result);
        if (value) walk_.bind(*as, std::move(*value));
    }
    add(std::move(one));
    at_ = plan.next;
}

void Retelling::tell(const StepPlan& plan, const UsePlan& action, json::object one,
                     const store::StepRow* row) {
    bind_and_go_on(plan, &action.as, std::move(one), row);
}

void Retelling::tell(const StepPlan& plan, const MatchPlan& action, json::object one,
                     const store::StepRow* row) {
    bind_and_go_on(plan, &action.as, std::move(one), row);
    // Several records fit, and the route gives such an event up.
    const auto* person = walk_.value(action.as.name);
    const bool is_unsure = person && person->at("candidates");
    if (is_unsure && action.unsure == config::Unsure::skip) is_over_ = true;
}

void Retelling::tell(const StepPlan& plan, const ConversationPlan& action, json::object one,
                     const store::StepRow* row) {
    bind_and_go_on(plan, &action.as, std::move(one), row);
}

void Retelling::tell(const StepPlan& plan, const CallPlan& action, json::object one,
                     const store::StepRow* row) {
    bind_and_go_on(plan, action.as ? &*action.as : nullptr, std::move(one), row);
}

void Retelling::tell(const StepPlan& plan, const AnswerPlan&, json::object one, const store::StepRow* row) {
    bind_and_go_on(plan, nullptr, std::move(one), row);
}

void Retelling::tell(const StepPlan& plan, const EmitPlan&, json::object one, const store::StepRow* row) {
    bind_and_go_on(plan, nullptr, std::move(one), row);
}

void Retelling::tell(const StepPlan&, const DropPlan&, json::object one, const store::StepRow*) {
    one["status"] = "ok";
    one["at"] = to_rfc3339(record_.run.updated);
    one["detail"] = record_.run.reason;
    add(std::move(one));
    is_over_ = true;
}

json::array Retelling::branches(const StepPlan& plan, const ChoosePlan& action, std::size_t& taken) {
    json::array out;
    taken = plan.next;
    for (const auto& branch : action.branches) {
        json::object one{{"branch", branch.label}};
        if (branch.when) one["when"] = explain(*branch.when);
        const bool failed = branch.when && one.at("when").at("failed").as_bool();
        const bool is_taken = !branch.when || (!failed && one.at("when").at("outcome") == "true");
        one["taken"] = is_taken;
        out.push_back(std::move(one));
        if (is_taken) taken = branch.inside;
        if (is_taken || failed) break;
    }
    return out;
}

void Retelling::tell(const StepPlan& plan, const ChoosePlan& action, json::object one,
                     const store::StepRow* row) {
    if (!row) return stop_at(plan, std::move(one));
    std::size_t taken = kEnd;
    one["branches"] = branches(plan, action, taken);
    add(std::move(one));
    at_ = taken;
}

void Retelling::tell(const StepPlan& plan, const EachPlan& action, json::object one,
                     const store::StepRow* row) {
    const auto size = walk_.enter(at_, action, max_items_);
    if (!size) return stop_at(plan, std::move(one));
    one["items"] = *size;
    if (!row) one["status"] = store::is_final(record_.run.state) ? "left" : "under_way";
    add(std::move(one));
    round(plan, action);
}

void Retelling::round(const StepPlan& plan, const EachPlan& action) {
    const auto next = walk_.round(plan, action);
    is_over_ = !next;
    if (next) at_ = *next;
}

void Retelling::tell(const StepPlan& plan, const TimerPlan& action, json::object one,
                     const store::StepRow* row) {
    if (!row) return stop_at(plan, std::move(one));
    // The conversations as the timer saw them when it decided.
    bind_talks(parsed(row->inputs));
    if (action.unless) one["unless"] = explain(*action.unless);
    at_ = row->status == store::StepStatus::skipped ? plan.next : action.inside;
    add(std::move(one));
}

void Retelling::add_inputs(const StepPlan& plan, json::object& one) {
    const auto put = [&](const ValueTemplate& from) {
        if (auto inputs = value(from)) one["inputs"] = inputs->to_boost();
    };
    if (const auto* call = std::get_if<CallPlan>(&plan.action)) put(call->with);
    if (const auto* emit = std::get_if<EmitPlan>(&plan.action)) put(emit->with);
    if (const auto* use = std::get_if<UsePlan>(&plan.action); use && use->with) put(*use->with);
    const auto* match = std::get_if<MatchPlan>(&plan.action);
    if (!match) return;
    const auto who = match->who.evaluate(walk_.activation(), walk_.arena());
    std::string text;
    if (who && expression::append_json(text, who.value())) one["inputs"] = parsed(text);
}

}  // namespace maillon::route
