#include "core/base/text.h"
#include "core/config/schema_check.h"
#include "core/expression/type_schema.h"
#include "core/route/compiler.h"

#include <algorithm>

namespace maillon::route {
namespace {

namespace json = boost::json;

/// Stands where an expression was refused, so that compiling goes on to the next mistake; it is never run.
expression::Program refused_program() {
    return expression::Program::compile("dyn(null)", expression::Scope{}).value();
}

json::object schema_of(const plugin::OperationInfo& operation, std::string_view member) {
    const auto* properties = operation.arguments.if_contains("properties");
    if (!properties || !properties->is_object()) return {};
    const auto* found = properties->get_object().if_contains(member);
    return found && found->is_object() ? found->get_object() : json::object{};
}

}  // namespace

Variable RouteCompiler::declare(const std::string& name, expression::Type type) {
    out_->scope.declare(name);
    auto names = names_;
    names.bind(name, std::move(type));
    know(std::move(names));
    auto& givers = out_->given_by[name];
    if (!path_.empty() && std::ranges::find(givers, path_) == givers.end()) givers.push_back(path_);
    return {name, *out_->scope.slot(name)};
}

void RouteCompiler::know(Names names) {
    names_ = std::move(names);
    visible_ = expression::Scope{};
    trusted_.scope = expression::Scope{}.unchecked();
    for (const auto& name : out_->scope.names()) {
        trusted_.scope.declare(name);
        const auto known = names_.types().find(name);
        if (known == names_.types().end())
            visible_.declare('\x01' + name);
        else
            visible_.declare(name, known->second);
    }
}

std::optional<expression::Program> RouteCompiler::condition(const std::optional<config::Scalar>& source,
                                                            std::string_view name) {
    if (!source) return std::nullopt;
    return program(*source, {expression::TypeKind::boolean, name});
}

expression::Program RouteCompiler::program(const config::Scalar& source, const expression::Wanted& wanted,
                                           const std::string& hint) {
    auto out = compiled<expression::Program>(source, wanted, around(), hint);
    return out ? std::move(*out) : refused_program();
}

expression::Template RouteCompiler::text(const config::Scalar& source) {
    const expression::Wanted wanted{.form = expression::Wanted::Form::text};
    auto out = compiled<expression::Template>(source, wanted, around());
    return out ? std::move(*out) : expression::Template::compile("", visible_).value();
}

ValueTemplate RouteCompiler::value(const config::ValueTree& tree, const Expected& expected) {
    return ValueTemplate::compile(tree, expected, around());
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
    // In a configuration that is trusted the connector is asked all the same, and says what it thinks of it.
    CallTarget out{instance, {}};
    if (judging_ == Judging::trusting) out.operation.name = operation;
    return out;
}

ActionPlan RouteCompiler::action(const config::Let& from) {
    LetPlan out;
    for (const auto& value : from.values) {
        auto compiled = this->value(value.value);
        auto type = compiled.type();
        out.values.emplace_back(declare(value.name.value, std::move(type)), std::move(compiled));
    }
    return out;
}

ActionPlan RouteCompiler::action(const config::Use& from) {
    const auto& name = from.processor.value;
    const auto found = abilities_.processors.find(name);
    const bool is_described = found != abilities_.processors.end() && found->second->process;
    const plugin::OperationInfo process = is_described ? *found->second->process : plugin::OperationInfo{};
    UsePlan out{name, {}, {}};
    if (!from.with.members.empty()) {
        config::check_template(from.with, process.arguments, name, from.processor.place, diagnostics_);
        out.with = value(from.with, {process.arguments, name, is_described});
    }
    out.as = declare(from.as, type_of_described(process.result));
    return out;
}

ActionPlan RouteCompiler::action(const config::Match& from) {
    using expression::Type;
    using expression::TypeKind;
    const expression::Wanted person{Type::map(TypeKind::text, TypeKind::dyn), "who",
                                    expression::Wanted::Form::sure_json};
    auto who = program(from.who, person,
                       "a person has an id, a handle, an email or a phone: write event.author, or a map");
    MatchPlan out{from.directory.value, {}, std::move(who), {}, from.unsure, from.within, {}};
    if (const auto keys = plan_.directories.find(out.directory); keys != plan_.directories.end())
        out.keys = keys->second;
    if (from.create) {
        auto to = target(from.create->instance, "create", from.create->place);
        auto fields = value(from.create->fields,
                            {schema_of(to.operation, "fields"), from.create->instance + ".create: 'fields'"});
        out.create = CreatePlan{std::move(to), from.create->module, std::move(fields)};
    }
    out.as = declare(from.as, type_of_person());
    return out;
}

ActionPlan RouteCompiler::action(const config::Conversation& from) {
    ConversationPlan out{from.conversation.value, {}, {}};
    if (!from.of.members.empty()) {
        const auto& first = from.of.members.front();
        const Expected text{{{"type", "string"}}, "of: '" + first.key.text + '\'', true};
        out.of.emplace(first.key.text, value(first.value, text));
    }
    out.as = declare(from.as, type_of_talk());
    names_.bind_talk(out.name, out.as.name);
    return out;
}

ActionPlan RouteCompiler::action(const config::Call& from) {
    auto to = target(from.target.instance, from.target.operation, from.target.place);
    if (!to.operation.name.empty()) {
        config::check_template(from.with, to.operation.arguments,
                               from.target.instance + '.' + from.target.operation, from.target.place,
                               diagnostics_);
    }
    const auto name = from.target.instance + '.' + from.target.operation;
    CallPlan out{to, {}, value(from.with, {to.operation.arguments, name, true})};
    if (!from.as.empty()) out.as = declare(from.as, type_of_described(to.operation.result));
    return out;
}

ActionPlan RouteCompiler::action(const config::Answer& from) {
    AnswerPlan out{{}, text(from.text), {}};
    for (const auto& [name, info] : abilities_.connectors) {
        if (const auto* reply = info->operation("reply")) out.channels.emplace(name, *reply);
    }
    const auto& name = from.conversation.value;
    if (const auto* talk = names_.talk(name)) {
        out.talk = {*talk, *out_->scope.slot(*talk)};
    } else {
        diagnostics_.error(from.conversation.place,
                           "nothing has looked up the conversation '" + name + "' before this answer",
                           "put a step '- conversation: " + name + "' in front of it");
    }
    return out;
}

ActionPlan RouteCompiler::action(const config::Emit& from) {
    EmitPlan out{from.type.value, value(from.with)};
    auto body = out.with.type();
    const auto [known, is_new] = emitted_.try_emplace(out.type, body);
    if (!is_new) known->second = expression::type_of_either(known->second, body);
    return out;
}

ActionPlan RouteCompiler::action(const config::Drop& from) {
    return DropPlan{text(from.reason)};
}

}  // namespace maillon::route
