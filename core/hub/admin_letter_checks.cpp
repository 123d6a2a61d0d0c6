#include "core/config/json_check.h"
#include "core/hub/admin_letters.h"
#include "core/route/plan.h"

namespace maillon::hub {
namespace {

namespace json = boost::json;

Result<> all_good(const std::vector<std::string>& wrong, const std::string& what) {
    if (wrong.empty()) return {};
    std::string out = what + " is not kept:";
    for (const auto& sentence : wrong) out += "\n  " + sentence;
    return rejected(out);
}

/// What can be kept exactly, as an event must be.
Result<> is_object(const json::value& value, const std::string& what) {
    if (value.is_object()) return {};
    return rejected(what + " is not kept: it must be an object");
}

/// The operation that a step of the route calls, at this instance if it may call several.
const plugin::OperationInfo* operation_of(const route::StepPlan& step, const std::string& instance) {
    if (const auto* call = std::get_if<route::CallPlan>(&step.action)) return &call->target.operation;
    if (const auto* match = std::get_if<route::MatchPlan>(&step.action))
        return match->create ? &match->create->target.operation : nullptr;
    const auto* answer = std::get_if<route::AnswerPlan>(&step.action);
    if (!answer) return nullptr;
    const auto found = answer->channels.find(instance);
    return found == answer->channels.end() ? nullptr : &found->second;
}

}  // namespace

Result<> AdminLetters::check_event(const store::DeadLetterRow& row, const json::value& body) {
    if (auto good = is_object(body, "the event"); !good) return good;
    const auto event = parts_.journal.by_seq(row.event);
    if (!event) return event.error();
    if (!*event) return rejected("the event of this dead letter is past its retention (hub.keep.events)");
    const auto& meta = (*event)->meta;
    const auto instance = parts_.prepared.instances.find(meta.connector);
    if (instance == parts_.prepared.instances.end() || !instance->second.found.entry) return {};
    const auto& types = instance->second.found.entry->info.events;
    const auto type = types.find(meta.type);
    if (type == types.end()) return {};
    return all_good(config::check_json(body, type->second.data, config::Unnamed::allowed), "the event");
}

Result<> AdminLetters::check_arguments(const store::DeadLetterRow& row, const json::value& value) {
    if (auto good = is_object(value, "the call"); !good) return good;
    const auto& routes = parts_.prepared.plan->routes;
    const auto route = routes.find(row.route);
    if (route == routes.end()) return rejected("the route '" + row.route + "' is no longer configured");
    const auto index = route->second->step_at(route::path_of_step(row.step));
    if (!index)
        return rejected("route '" + row.route + "' no longer has the step '" + row.step +
                        "'; edit the event, or mend the route");
    const auto* operation = operation_of(route->second->steps[*index], row.instance);
    if (!operation)
        return rejected("the step '" + row.step + "' calls nothing; edit the event, or mend the route");
    return all_good(config::check_json(value, operation->arguments, config::Unnamed::refused), "the call");
}

}  // namespace maillon::hub
