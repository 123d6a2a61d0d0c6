#include "core/base/text.h"
#include "core/config/schema_check.h"
#include "core/route/compiler.h"

#include <algorithm>

namespace maillon::route {
namespace {

namespace json = boost::json;

/// Stands in where an expression was wrong and reported, so that compiling goes on to the next mistake.
expression::Program placeholder() {
    return expression::Program::compile("null", expression::Scope{}).value();
}

json::object schema_of(const plugin::OperationInfo& operation, std::string_view member) {
    const auto* properties = operation.arguments.if_contains("properties");
    if (!properties || !properties->is_object()) return {};
    const auto* found = properties->get_object().if_contains(member);
    return found && found->is_object() ? found->get_object() : json::object{};
}

}  // namespace

Variable RouteCompiler::declare(const std::string& name) {
    out_->scope.declare(name);
    known_.insert(name);
    narrow(known_);
    auto& givers = out_->given_by[name];
    if (!path_.empty() && std::ranges::find(givers, path_) == givers.end()) givers.push_back(path_);
    return {name, *out_->scope.slot(name)};
}

void RouteCompiler::narrow(std::set<std::string> names) {
    known_ = std::move(names);
    visible_ = expression::Scope{};
    for (const auto& name : out_->scope.names()) {
        visible_.declare(known_.contains(name) ? name : '\x01' + name);
    }
}

std::optional<expression::Program> RouteCompiler::program(const std::optional<config::Scalar>& source) {
    if (!source) return std::nullopt;
    return program(*source);
}

expression::Program RouteCompiler::program(const config::Scalar& source) {
    auto compiled = expression::Program::compile(source.text, visible_);
    if (compiled) return std::move(*compiled);
    report(compiled.error(), source, diagnostics_);
    return placeholder();
}

expression::Template RouteCompiler::text(const config::Scalar& source) {
    auto compiled = expression::Template::compile(source.text, visible_);
    if (compiled) return std::move(*compiled);
    report(compiled.error(), source, diagnostics_);
    return expression::Template::compile("", visible_).value();
}

CallTarget RouteCompiler::target(const std::string& instance, const std::string& operation,
                                 const config::Place& place) {
    const auto found = abilities_.connectors.find(instance);
    if (found == abilities_.connectors.end())
        return {instance, {}};  // an unknown connector was reported by the loader
    if (const auto* known = found->second->operation(operation)) return {instance, *known};
    std::vector<std::string> names;
    for (const auto& [name, info] : found->second->operations) names.push_back(name);
    const auto near = did_you_mean(operation, names);
    std::string hint = names.empty() ? "plug-in '" + found->second->id + "' offers no operations"
                                     : "it offers " + enumerate(names);
    if (!near.empty()) hint = "did you mean '" + instance + "." + std::string(near) + "'?";
    diagnostics_.error(place, "connector '" + instance + "' has no operation '" + operation + "'",
                       std::move(hint));
    return {instance, {}};
}

ActionPlan RouteCompiler::action(const config::Let& from) {
    LetPlan out;
    for (const auto& value : from.values) {
        auto compiled = ValueTemplate::compile(value.value, {}, visible_, diagnostics_);
        out.values.emplace_back(declare(value.name.value), std::move(compiled));
    }
    return out;
}

ActionPlan RouteCompiler::action(const config::Use& from) {
    UsePlan out{from.processor.value, {}, {}};
    if (!from.with.members.empty()) out.with = ValueTemplate::compile(from.with, {}, visible_, diagnostics_);
    out.as = declare(from.as);
    return out;
}

ActionPlan RouteCompiler::action(const config::Match& from) {
    MatchPlan out{from.directory.value, {}, program(from.who), {}, from.unsure, {}};
    if (const auto keys = plan_.directories.find(out.directory); keys != plan_.directories.end())
        out.keys = keys->second;
    if (from.create) {
        auto to = target(from.create->instance, "create", from.create->place);
        auto fields = ValueTemplate::compile(from.create->fields, schema_of(to.operation, "fields"), visible_,
                                             diagnostics_);
        out.create = CreatePlan{std::move(to), from.create->module, std::move(fields)};
    }
    out.as = declare(from.as);
    return out;
}

ActionPlan RouteCompiler::action(const config::Conversation& from) {
    ConversationPlan out{from.conversation.value, {}, {}};
    if (!from.of.members.empty()) {
        const auto& first = from.of.members.front();
        out.of.emplace(first.key.text, ValueTemplate::compile(first.value, {}, visible_, diagnostics_));
    }
    out.as = declare(from.as);
    talks_[out.name] = out.as;
    return out;
}

ActionPlan RouteCompiler::action(const config::Call& from) {
    auto to = target(from.target.instance, from.target.operation, from.target.place);
    if (!to.operation.name.empty()) {
        config::check_template(from.with, to.operation.arguments,
                               from.target.instance + '.' + from.target.operation, from.target.place,
                               diagnostics_);
    }
    CallPlan out{to, {}, ValueTemplate::compile(from.with, to.operation.arguments, visible_, diagnostics_)};
    if (!from.as.empty()) out.as = declare(from.as);
    return out;
}

ActionPlan RouteCompiler::action(const config::Answer& from) {
    AnswerPlan out{{}, text(from.text), {}};
    for (const auto& [name, info] : abilities_.connectors) {
        if (const auto* reply = info->operation("reply")) out.channels.emplace(name, *reply);
    }
    const auto& name = from.conversation.value;
    if (const auto talk = talks_.find(name); talk != talks_.end()) {
        out.talk = talk->second;
    } else {
        diagnostics_.error(from.conversation.place,
                           "nothing has looked up the conversation '" + name + "' before this answer",
                           "put a step '- conversation: " + name + "' in front of it");
    }
    return out;
}

ActionPlan RouteCompiler::action(const config::Emit& from) {
    return EmitPlan{from.type.value, ValueTemplate::compile(from.with, {}, visible_, diagnostics_)};
}

ActionPlan RouteCompiler::action(const config::Drop& from) {
    return DropPlan{text(from.reason)};
}

}  // namespace maillon::route
