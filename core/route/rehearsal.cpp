#include "core/route/rehearsal.h"

#include "core/route/turn.h"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace maillon::route {
namespace {

namespace json = boost::json;
using store::StepStatus;

/// As many as a run may make without a call; a route has no other end than its last step.
constexpr std::size_t kMostSteps = 20'000;
constexpr int kMostDepth = 8;

std::string_view last_part(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool allows(const json::object& schema, std::string_view name) {
    const auto* type = schema.if_contains("type");
    if (!type) return false;
    if (type->is_string()) return type->get_string() == name;
    return type->is_array() && std::ranges::any_of(type->get_array(), [&](const json::value& one) {
               return one.is_string() && one.get_string() == name;
           });
}

/// A value that the schema allows and that people recognise as made up.
json::value made_up(const json::object& schema, std::string_view name, int depth) {
    if (const auto* words = schema.if_contains("enum");
        words && words->is_array() && !words->get_array().empty())
        return words->get_array().front();
    const auto* properties = schema.if_contains("properties");
    if (properties && properties->is_object() && depth < kMostDepth) {
        json::object out;
        for (const auto& [key, inner] : properties->get_object()) {
            if (inner.is_object()) out[key] = made_up(inner.get_object(), key, depth + 1);
        }
        return out;
    }
    if (allows(schema, "string")) return json::string('?' + std::string(name));
    if (allows(schema, "integer")) return 0;
    if (allows(schema, "number")) return 0.0;
    if (allows(schema, "boolean")) return name == "created";
    if (allows(schema, "array")) return json::array();
    return json::object();
}

}  // namespace

Rehearsal::Rehearsal(const Event& event, const Json& meta, const RoutePlan& route,
                     const std::vector<RecordedStep>& record, const Schemas& schemas, std::uint32_t max_items)
    : event_(event),
      meta_(meta),
      route_(route),
      record_(record),
      schemas_(schemas),
      max_items_(max_items),
      walk_(route, event, meta),
      at_(route.first) {}

Rehearsed Rehearsal::run() {
    if (!route_.trigger_for(event_.meta)) return {};
    const auto holds = when_holds(route_, event_.body, meta_, walk_.arena());
    if (holds && !*holds) return {};
    if (!holds) return {.end = Rehearsed::End::dead_lettered, .step = "when", .reason = holds.error().what};
    out_.end = Rehearsed::End::finished;
    for (std::size_t steps = 0; at_ != kEnd && !is_over_ && steps < kMostSteps; ++steps) {
        walk_.arena().reset();
        step(route_.steps[at_]);
    }
    return std::move(out_);
}

void Rehearsal::step(const StepPlan& plan) {
    const auto* each = std::get_if<EachPlan>(&plan.action);
    if (each && walk_.is_in_loop_of(at_)) {
        walk_.next_round();
        return round(plan, *each);
    }
    if (plan.when) {
        const auto holds = route::holds(*plan.when, walk_.bound());
        if (!holds) return fail(plan, name_of(FaultKind::rejected), "when: " + holds.error().what);
        if (!*holds) {
            at_ = plan.next;
            return;
        }
    }
    std::visit([&](const auto& action) { act(plan, action); }, plan.action);
}

const RecordedStep* Rehearsal::recorded(const StepPlan& plan, std::string_view inputs) const {
    const auto name = walk_.name_of(plan);
    const RecordedStep* best = nullptr;
    int best_rank = 0;
    for (const auto& row : record_) {
        if (row.status == StepStatus::waiting || row.inputs != inputs) continue;
        const bool is_here = row.route == route_.name && row.step == name;
        if (!is_here && last_part(row.step) != last_part(name)) continue;
        const int rank = (is_here ? 4 : 1) + (row.status == StepStatus::ok ? 2 : 0);
        if (rank >= best_rank) best = &row;
        best_rank = std::max(best_rank, rank);
    }
    return best;
}

const RecordedStep* Rehearsal::recorded_otherwise(const StepPlan& plan) const {
    const auto name = walk_.name_of(plan);
    for (const auto& row : record_) {
        if (row.route == route_.name && row.step == name && row.status == StepStatus::ok) return &row;
    }
    return nullptr;
}

Rehearsal::Answer Rehearsal::answer_of(const RecordedStep& row) const {
    auto value = Json::parse(row.result.empty() ? "null" : row.result);
    if (!value) return {Json(), internal("the record of this step cannot be read"), "internal"};
    if (row.status != StepStatus::failed) return {std::move(*value)};
    const auto text = [&](std::string_view key) {
        const auto member = value->at(key);
        return std::string(member ? member->string().value_or("") : "");
    };
    return {Json(), rejected(text("message")), text("class")};
}

Rehearsal::Answer Rehearsal::answer(const StepPlan& plan, std::string_view inputs,
                                    const json::object* schema) {
    if (const auto* row = recorded(plan, inputs); row && row->status != StepStatus::skipped) {
        ++out_.recorded;
        return answer_of(*row);
    }
    out_.assumed.push_back(walk_.name_of(plan));
    if (const auto* row = recorded_otherwise(plan)) return answer_of(*row);
    return {Json::from(schema ? made_up(*schema, "value", 0) : json::value(json::object{{"id", "?id"}}))};
}

std::optional<Json> Rehearsal::call(const StepPlan& plan, const CallTarget& target,
                                    const std::string& arguments) {
    const auto value = Json::parse(arguments);
    if (!value) {
        fail(plan, name_of(FaultKind::rejected), "arguments: " + value.error().what);
        return std::nullopt;
    }
    const auto& operation = target.operation;
    out_.deeds.push_back({walk_.name_of(plan), target.instance + '.' + operation.name, value->to_boost(),
                          plan.approve.has_value()});
    auto found = answer(plan, arguments, operation.result.empty() ? nullptr : &operation.result);
    if (!found.fault) return std::move(found.value);
    fail(plan, found.failure_class, found.fault->what);
    return std::nullopt;
}

void Rehearsal::fail(const StepPlan& plan, std::string_view failure_class, const std::string& what) {
    const auto name = walk_.name_of(plan);
    for (const auto index : plan.handlers) {
        const auto& handler = route_.handlers[index];
        if (handler.failure_class != failure_class && handler.failure_class != "any") continue;
        walk_.leave_loops(handler.depth);
        walk_.bind({"error", route_.error_slot}, error_value(failure_class, what, name));
        at_ = handler.first;
        return;
    }
    over(failure_class == "refused" ? Rehearsed::End::dropped : Rehearsed::End::dead_lettered, plan, what);
}

void Rehearsal::over(Rehearsed::End end, const StepPlan& plan, std::string reason) {
    is_over_ = true;
    out_.end = end;
    out_.step = walk_.name_of(plan);
    out_.reason = std::move(reason);
}

Result<std::string> Rehearsal::json(const ValueTemplate& from) {
    std::string out;
    if (auto done = from.append(out, walk_.activation(), walk_.arena()); !done)
        return rejected(with_givers(route_, done.error().what, from.variables()));
    return out;
}

}  // namespace maillon::route
