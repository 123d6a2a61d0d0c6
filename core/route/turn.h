#pragma once

#include "core/expression/activation.h"
#include "core/expression/output.h"
#include "core/route/evaluate.h"
#include "core/route/machine.h"

#include <algorithm>
#include <span>

namespace maillon::route {

struct Machine::Turn {
    Turn(db::Unit& the_unit, Run& the_run, Effects& the_effects, TimePoint the_time)
        : unit(the_unit),
          run(the_run),
          effects(the_effects),
          now(the_time),
          meta(the_run.meta.is_null() ? Json::from(the_run.event->meta.to_json()) : the_run.meta),
          activation(the_run.route->scope) {
        activation.set(0, expression::Value::of(run.event->body.element()));
        activation.set(1, expression::Value::of(meta.element()));
        for (const auto& [name, value] : run.frame.values) {
            if (const auto slot = run.route->scope.slot(name))
                activation.set(*slot, expression::Value::of(value.element()));
        }
    }

    /// From now on the name means this value, also after a restart.
    void bind(const Variable& as, Json value) {
        run.frame.values.insert_or_assign(as.name, value);
        run.frame.readings.erase(as.name);
        activation.set(as.slot, expression::Value::of(value.element()));
    }
    /// From now on the name has no value.
    void forget(const Variable& as) {
        run.frame.values.erase(as.name);
        run.frame.readings.erase(as.name);
        activation.set(as.slot, expression::Value{});
    }
    Result<std::string> json(const ValueTemplate& from) {
        std::string out;
        if (auto done = from.append(out, activation, arena); !done)
            return rejected(with_givers(*run.route, done.error().what, from.variables()));
        return out;
    }
    Result<Json> value(const ValueTemplate& from) {
        auto text = json(from);
        if (!text) return text.error();
        return Json::parse(*text);
    }
    Result<std::string> text(const expression::Template& from) {
        const auto outcome = from.evaluate(activation, arena);
        if (!outcome) return failed(outcome, from.variables());
        return expression::to_text(outcome.value());
    }
    Result<Json> value(const expression::Program& from) {
        const auto outcome = from.evaluate(activation, arena);
        if (!outcome) return failed(outcome, from.variables());
        std::string out;
        if (auto done = expression::append_json(out, outcome.value()); !done) return done.error();
        return Json::parse(out);
    }
    Bound bound() { return {*run.route, activation, arena}; }
    Result<bool> holds(const expression::Program& from) { return route::holds(from, bound()); }
    Fault failed(const expression::Outcome& outcome, const std::vector<std::string>& variables) const {
        return route::failed(*run.route, outcome, variables);
    }
    /// The text of a member of the event's body, or empty.
    std::string event_text(std::string_view member) const {
        const auto found = run.event->body.at(member);
        const auto text = found ? found->string() : std::nullopt;
        return text ? std::string(*text) : std::string();
    }
    const StepPlan& step() const { return run.route->steps[run.frame.at]; }

    db::Unit& unit;
    Run& run;
    Effects& effects;
    TimePoint now;
    Json meta;
    expression::Arena arena;
    expression::Activation activation;
};

/// The full name of a step with the keys of the rounds that the run is in: "each product[SKU-1]/call
/// crm.create".
std::string name_of_step(std::span<const Frame::Loop> loops, const StepPlan& plan);
inline std::string name_of_step(const Run& run, const StepPlan& plan) {
    return name_of_step(run.frame.loops, plan);
}

/// `error` in the steps of `on_error`; also the result of the step that failed, in the trace.
inline Json error_value(std::string_view failure_class, const std::string& what, const std::string& step) {
    return Json::from(boost::json::object{{"class", failure_class}, {"message", what}, {"step", step}});
}

/// Stable over retries, restarts and replays of dead letters: event, route and the step's name. A replay of
/// recorded events does everything anew, under keys of its own.
inline std::string idempotency_key(const Run& run, const StepPlan& plan) {
    const auto number = run.frame.again ? run.frame.again->number : 0;
    return run.event->meta.connector + ':' + run.event->meta.id + '/' + run.route->name + '/' +
           name_of_step(run, plan) + (number == 0 ? "" : "#replay-" + std::to_string(number));
}

/// When it happened, for what must not be too old: what a source dates later than it came is as old as that.
inline TimePoint happened_of(const Envelope& meta) {
    return meta.received == TimePoint{} ? meta.time : std::min(meta.time, meta.received);
}

/// Whether the run is to reach no person: it is the replay of a recorded event, or comes from one.
inline bool is_silent(const Run& run) {
    return run.event->meta.replay && !(run.frame.again && run.frame.again->with_outbound);
}

}  // namespace maillon::route
