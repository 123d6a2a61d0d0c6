#include "core/route/retelling.h"

#include "core/base/time.h"
#include "core/route/turn.h"
#include "core/route/why_json.h"

#include <algorithm>

namespace maillon::route {
namespace {

namespace json = boost::json;
using store::RunState;
using store::StepStatus;

/// More lines help nobody; whoever needs them has the store.
constexpr std::size_t kMostSteps = 20'000;

/// What a run that is not over is doing at the step where it stands.
std::string_view doing(RunState state) {
    switch (state) {
        case RunState::calling: return "calling";
        case RunState::claiming:
        case RunState::waiting: return "waiting";
        case RunState::in_doubt: return "in_doubt";
        default: return "next";
    }
}

bool is_when(const store::StepRow& row) {
    return row.status == StepStatus::skipped && row.detail == "when is false";
}

}  // namespace

Retelling::Retelling(const Event& event, const RoutePlan& route, const RunRecord& record,
                     std::uint32_t max_items)
    : event_(event),
      route_(route),
      record_(record),
      max_items_(max_items),
      meta_(Json::from(event.meta.to_json())),
      walk_(route, event, meta_),
      at_(route.first),
      now_(record.run.created) {
    for (const auto& row : record.steps) rows_[row.step].push_back(&row);
    if (store::is_final(record.run.state)) return;
    if (auto frame = Frame::parse(record.run.frame, route)) standing_ = std::move(*frame);
}

json::array Retelling::tell() {
    while (at_ != kEnd && !is_over_ && out_.size() < kMostSteps) {
        walk_.arena().reset();
        step(route_.steps[at_]);
    }
    for (const auto& row : record_.steps) {
        if (!rows_.contains(row.step)) continue;
        json::object one{{"step", row.step}, {"told", false}};
        if (const auto at = route_.step_at(row.step)) one["place"] = route_.steps[*at].where;
        add_recorded(one, row);
        add(std::move(one));
    }
    return std::move(out_);
}

bool Retelling::is_standing() const {
    if (!standing_ || standing_->at != at_ || standing_->loops.size() != walk_.loops().size()) return false;
    return std::ranges::equal(standing_->loops, walk_.loops(), [](const auto& a, const auto& b) {
        return a.step == b.step && a.round == b.round;
    });
}

json::object Retelling::begin(const StepPlan& plan) {
    json::object one{{"step", walk_.name_of(plan)}, {"place", plan.where}, {"kind", plan.kind}};
    for (const auto& approval : record_.approvals) {
        if (approval.step == one.at("step").as_string()) one["approval"] = approval_json(approval);
    }
    return one;
}

void Retelling::step(const StepPlan& plan) {
    if (const auto* each = std::get_if<EachPlan>(&plan.action); each && walk_.is_in_loop_of(at_)) {
        if (is_standing()) {
            is_over_ = true;
            return;
        }
        walk_.next_round();
        return round(plan, *each);
    }
    auto one = begin(plan);
    if (plan.when) one["when"] = explain(*plan.when);
    const auto found = rows_.find(walk_.name_of(plan));
    const auto rows = found == rows_.end() ? std::vector<const store::StepRow*>{} : std::move(found->second);
    if (found != rows_.end()) rows_.erase(found);
    for (const auto* row : rows) {
        one.erase("detail");
        add_recorded(one, *row);
        now_ = row->ended;
    }
    if (rows.size() > 1 && rows.front()->status == StepStatus::waiting)
        one["waited_since"] = to_rfc3339(rows.front()->ended);
    const auto* last = rows.empty() || rows.back()->status == StepStatus::waiting ? nullptr : rows.back();
    if (!last && is_standing()) return stop_at(plan, std::move(one));
    if (last && last->status == StepStatus::failed) return failed(plan, std::move(one), *last);
    if (last && is_when(*last)) {
        add(std::move(one));
        at_ = plan.next;
        return;
    }
    std::visit([&](const auto& action) { tell(plan, action, std::move(one), last); }, plan.action);
}

void Retelling::stop_at(const StepPlan& plan, json::object one) {
    is_over_ = true;
    if (store::is_final(record_.run.state)) {
        one["status"] = "left";
        one["detail"] = "the run ended here: " + record_.run.reason;
        return add(std::move(one));
    }
    one["status"] = doing(record_.run.state);
    if (!one.contains("detail") && !record_.run.reason.empty()) one["detail"] = record_.run.reason;
    for (const auto& call : record_.calls) {
        if (call.state == store::CallState::done || call.step != one.at("step").as_string()) continue;
        one["call"] = open_call_json(call);
        one["attempts"] = call.attempts;
        if (!one.contains("inputs")) one["inputs"] = parsed(call.args);
    }
    if (record_.delay) {
        json::object delay{{"why", record_.delay->why}};
        if (record_.delay->until) delay["until"] = to_rfc3339(*record_.delay->until);
        if (!record_.delay->todo.empty()) delay["todo"] = record_.delay->todo;
        one["delay"] = std::move(delay);
    }
    if (const auto* timer = std::get_if<TimerPlan>(&plan.action); timer && timer->unless) {
        if (const auto* seen = one.if_contains("inputs")) bind_talks(*seen);
        one["unless"] = explain(*timer->unless);
    }
    if (record_.run.wake_at) one["until"] = to_rfc3339(*record_.run.wake_at);
    if (!one.contains("inputs")) add_inputs(plan, one);
    add(std::move(one));
}

void Retelling::failed(const StepPlan& plan, json::object one, const store::StepRow& row) {
    if (const auto* choose = std::get_if<ChoosePlan>(&plan.action)) {
        std::size_t ignored = kEnd;
        one["branches"] = branches(plan, *choose, ignored);
    }
    if (const auto* timer = std::get_if<TimerPlan>(&plan.action); timer && timer->unless)
        one["unless"] = explain(*timer->unless);
    if (!one.contains("inputs")) add_inputs(plan, one);
    const auto error = Json::parse(row.result);
    const auto failure_class = error ? error->at("class") : std::nullopt;
    const std::string name(failure_class ? failure_class->string().value_or("") : "");
    const auto& handlers = plan.handlers;
    const auto handler = std::ranges::find_if(handlers, [&](std::size_t i) {
        return route_.handlers[i].failure_class == name || route_.handlers[i].failure_class == "any";
    });
    is_over_ = handler == handlers.end() || !error;
    if (!is_over_) one["caught_by"] = route_.handlers[*handler].failure_class;
    add(std::move(one));
    if (is_over_) return;
    walk_.leave_loops(route_.handlers[*handler].depth);
    walk_.bind({"error", route_.error_slot}, *error);
    at_ = route_.handlers[*handler].first;
}

json::object Retelling::explain(const expression::Program& condition) {
    return explained(condition.explain(walk_.activation(), walk_.arena()));
}

Result<Json> Retelling::value(const ValueTemplate& from) {
    std::string out;
    if (auto done = from.append(out, walk_.activation(), walk_.arena()); !done) return done.error();
    return Json::parse(out);
}

void Retelling::bind_talks(const json::value& seen) {
    if (!seen.is_object()) return;
    for (const auto& [name, talk] : seen.get_object()) {
        if (const auto slot = route_.scope.slot(name)) walk_.bind({name, *slot}, Json::from(talk));
    }
}

}  // namespace maillon::route
