#include "core/route/value_template.h"

#include "core/config/schema_value.h"
#include "core/event/json_text.h"
#include "core/expression/output.h"
#include "core/expression/type_schema.h"
#include "core/route/types.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace maillon::route {
namespace {

namespace json = boost::json;

/// The schema of a member of an object: its own, else that of all others.
json::object member_schema(const json::object& schema, std::string_view name) {
    const auto* properties = schema.if_contains("properties");
    const auto* found =
        properties && properties->is_object() ? properties->get_object().if_contains(name) : nullptr;
    if (!found) found = schema.if_contains("additionalProperties");
    return found && found->is_object() ? found->get_object() : json::object{};
}

json::object item_schema(const json::object& schema) {
    const auto* items = schema.if_contains("items");
    return items && items->is_object() ? items->get_object() : json::object{};
}

bool requires_member(const json::object& schema, std::string_view name) {
    const auto* required = schema.if_contains("required");
    return required && required->is_array() &&
           std::ranges::find(required->get_array(), json::value(name)) != required->get_array().end();
}

/// "crm.create: 'fields'" and the member "name" are "crm.create: 'fields.name'".
std::string member_name(const std::string& of, std::string_view member) {
    if (of.ends_with('\'')) return of.substr(0, of.size() - 1) + '.' + std::string(member) + '\'';
    return (of.empty() ? "'" : of + ": '") + std::string(member) + '\'';
}

/// A constant as the schema's type has it; one that does not fit was reported when the schema was checked.
json::value constant_of(const config::Scalar& scalar, const json::object& schema) {
    config::ValueProblem ignored;
    const auto typed = config::typed_value(scalar, schema, ignored);
    return typed ? *typed : config::natural_value(scalar);
}

/// Where the name of an unknown variable gets a value that this place cannot see.
std::string elsewhere(const expression::Problem& problem, const Surroundings& around) {
    if (problem.message == "unknown variable 'error'" && !around.given_by.contains("error"))
        return "a failure is known to the steps of 'on_error' only";
    for (const auto& [name, steps] : around.given_by) {
        if (steps.empty() || problem.message != "unknown variable '" + name + "'") continue;
        const bool is_inside = steps.front().find('/') != std::string::npos;
        return "it has a value only where '" + steps.front() +
               "' has run, which cannot be on the way to here" +
               (is_inside ? "\nto have it here, give it a value before:  - let: { " + name + ": … }" : "");
    }
    return {};
}

}  // namespace

void report(const std::vector<expression::Problem>& problems, const config::Scalar& where,
            const Surroundings& around, const std::string& hint) {
    for (const auto& problem : problems) {
        auto better = elsewhere(problem, around);
        if (better.empty()) better = problem.hint.empty() ? hint : problem.hint;
        if (!around.route.empty())
            better += (better.empty() ? "" : "\n") + ("in a block, as route '" + std::string(around.route)) +
                      "' does it";
        around.diagnostics.error(config::place_in(where, problem.begin, problem.end), problem.message,
                                 std::move(better));
    }
}

template <class Compiled>
std::optional<Compiled> compiled(const config::Scalar& source, const expression::Wanted& wanted,
                                 const Surroundings& around, const std::string& hint) {
    auto out = Compiled::compile(source.text, around.scope, wanted);
    if (out) return std::move(*out);
    report(out.error(), source, around, hint);
    if (!around.trusted) return std::nullopt;
    auto open = Compiled::compile(source.text, around.trusted->scope, {.form = wanted.form});
    if (open) return std::move(*open);
    report(open.error(), source, {around.scope, around.given_by, around.trusted->unreadable, around.route});
    return std::nullopt;
}

template std::optional<expression::Program> compiled(const config::Scalar&, const expression::Wanted&,
                                                     const Surroundings&, const std::string&);
template std::optional<expression::Template> compiled(const config::Scalar&, const expression::Wanted&,
                                                      const Surroundings&, const std::string&);

ValueTemplate ValueTemplate::compile(const config::ValueTree& tree, const Expected& expected,
                                     const Surroundings& around) {
    ValueTemplate out;
    out.root_ = node_of(tree, expected, around);
    return out;
}

ValueTemplate::Node ValueTemplate::node_of(const config::ValueTree& tree, const Expected& expected,
                                           const Surroundings& around) {
    Node out;
    const auto& schema = expected.schema;
    if (tree.is_map()) {
        out.kind = Node::Kind::map;
        for (const auto& member : tree.members) {
            const auto& name = member.key.text;
            out.keys.push_back(json::serialize(json::string(name)) + ':');
            out.names.push_back(name);
            out.items.push_back(node_of(member.value,
                                        {member_schema(schema, name), member_name(expected.name, name),
                                         requires_member(schema, name)},
                                        around));
        }
    } else if (tree.is_list()) {
        out.kind = Node::Kind::list;
        for (const auto& item : tree.items)
            out.items.push_back(
                node_of(item, {item_schema(schema), "an item of " + expected.name, true}, around));
    } else if (config::has_expression(tree.scalar.text)) {
        return text_of(tree.scalar, expected, around);
    } else {
        out.constant = json_text(constant_of(tree.scalar, schema));
    }
    return out;
}

ValueTemplate::Node ValueTemplate::text_of(const config::Scalar& scalar, const Expected& expected,
                                           const Surroundings& around) {
    using Form = expression::Wanted::Form;
    const expression::Wanted wanted{type_of_argument(expected.schema), expected.name,
                                    expected.required ? Form::sure_json : Form::json};
    auto text = compiled<expression::Template>(scalar, wanted, around);
    if (!text) return {};
    // That a text with more around its expression makes text was told when the schema was checked, except
    // where it begins and ends like a lone expression.
    const bool looks_alone = scalar.text.starts_with("${") && scalar.text.ends_with('}');
    if (looks_alone && !text->is_expression() && !config::allows_type(expected.schema, "string")) {
        around.diagnostics.error(scalar.place,
                                 expected.name + " must be " + config::types_in_words(expected.schema) +
                                     ", and several expressions make text",
                                 "write one expression: \"${…}\"");
    }
    check_constant(*text, scalar, expected, around);
    Node out;
    out.kind = Node::Kind::text;
    out.place = scalar.place;
    out.text = std::make_shared<expression::Template>(std::move(*text));
    return out;
}

/// An expression that reads nothing has its value already: `"${'spam'}"` is held against the words allowed.
void ValueTemplate::check_constant(const expression::Template& text, const config::Scalar& scalar,
                                   const Expected& expected, const Surroundings& around) {
    if (!text.is_expression() || !text.variables().empty() || expected.schema.empty()) return;
    const expression::Activation nothing(around.scope);
    expression::Arena arena;
    std::string out;
    const auto outcome = text.evaluate(nothing, arena);
    if (!outcome || !expression::append_json(out, outcome.value())) return;
    config::ValueProblem problem;
    if (config::check_limits(json::parse(out), expected.schema, problem)) return;
    around.diagnostics.error(scalar.place, expected.name + ' ' + problem.problem, problem.hint);
}

expression::Type ValueTemplate::type_of(const Node& node) {
    using expression::Type;
    if (node.kind == Node::Kind::text) return expression::type_as_json(node.text->type());
    if (node.kind == Node::Kind::constant)
        return node.constant.empty() ? Type() : expression::type_of_json(json::parse(node.constant));
    if (node.kind == Node::Kind::map) {
        expression::ObjectType out;
        for (std::size_t i = 0; i < node.items.size(); ++i)
            out.fields.push_back({node.names[i], type_of(node.items[i]), true, 0});
        return Type::object(std::move(out));
    }
    std::optional<Type> element;
    for (const auto& item : node.items)
        element = element ? expression::type_of_either(*element, type_of(item)) : type_of(item);
    return Type::list(element.value_or(Type()));
}

Result<> ValueTemplate::append(std::string& out, const expression::Activation& activation,
                               expression::Arena& arena) const {
    return append_node(root_, out, activation, arena);
}

std::optional<config::Place> ValueTemplate::place_of_failure(const expression::Activation& activation,
                                                             expression::Arena& arena) const {
    return failing(root_, activation, arena);
}

std::optional<config::Place> ValueTemplate::failing(const Node& node,
                                                    const expression::Activation& activation,
                                                    expression::Arena& arena) {
    if (node.text) {
        const auto outcome = node.text->evaluate(activation, arena);
        std::string ignored;
        if (!outcome || !expression::append_json(ignored, outcome.value())) return node.place;
    }
    for (const auto& item : node.items) {
        if (auto place = failing(item, activation, arena)) return place;
    }
    return std::nullopt;
}

std::vector<std::string> ValueTemplate::variables() const {
    std::vector<std::string> out;
    add_variables(root_, out);
    return out;
}

void ValueTemplate::add_variables(const Node& node, std::vector<std::string>& out) {
    if (node.text) out.insert(out.end(), node.text->variables().begin(), node.text->variables().end());
    for (const auto& item : node.items) add_variables(item, out);
}

Result<> ValueTemplate::append_node(const Node& node, std::string& out,
                                    const expression::Activation& activation, expression::Arena& arena) {
    switch (node.kind) {
        case Node::Kind::constant: out += node.constant.empty() ? "null" : node.constant; return {};
        case Node::Kind::text: {
            const auto outcome = node.text->evaluate(activation, arena);
            if (!outcome) return rejected(expression::to_string(outcome.problem()));
            return expression::append_json(out, outcome.value());
        }
        case Node::Kind::list:
        case Node::Kind::map: break;
    }
    const bool is_map = node.kind == Node::Kind::map;
    out += is_map ? '{' : '[';
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        if (i > 0) out += ',';
        if (is_map) out += node.keys[i];
        if (auto done = append_node(node.items[i], out, activation, arena); !done) {
            return done.error().in(is_map ? node.names[i] : "item " + std::to_string(i + 1));
        }
    }
    out += is_map ? '}' : ']';
    return {};
}

}  // namespace maillon::route
