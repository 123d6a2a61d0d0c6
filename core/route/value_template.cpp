#include "core/route/value_template.h"

#include "core/expression/output.h"

#include <boost/json/serialize.hpp>

namespace maillon::route {
namespace {

namespace json = boost::json;

json::object member_schema(const json::object& schema, std::string_view name) {
    const auto* properties = schema.if_contains("properties");
    if (!properties || !properties->is_object()) return {};
    const auto* found = properties->get_object().if_contains(name);
    return found && found->is_object() ? found->get_object() : json::object{};
}

json::object item_schema(const json::object& schema) {
    const auto* items = schema.if_contains("items");
    return items && items->is_object() ? items->get_object() : json::object{};
}

bool wants_text(const json::object& schema) {
    const auto* type = schema.if_contains("type");
    return type && type->is_string() && type->get_string() == "string";
}

}  // namespace

void report(const std::vector<expression::Problem>& problems, const config::Scalar& where,
            config::Diagnostics& diagnostics) {
    for (const auto& problem : problems) {
        diagnostics.error(config::place_in(where, problem.begin, problem.end), problem.message, problem.hint);
    }
}

ValueTemplate ValueTemplate::compile(const config::ValueTree& tree, const json::object& schema,
                                     const expression::Scope& scope, config::Diagnostics& diagnostics) {
    ValueTemplate out;
    out.root_ = node_of(tree, schema, scope, diagnostics);
    return out;
}

ValueTemplate::Node ValueTemplate::node_of(const config::ValueTree& tree, const json::object& schema,
                                           const expression::Scope& scope, config::Diagnostics& diagnostics) {
    Node out;
    if (tree.is_map()) {
        out.kind = Node::Kind::map;
        for (const auto& member : tree.members) {
            out.keys.push_back(json::serialize(json::string(member.key.text)) + ':');
            out.names.push_back(member.key.text);
            out.items.push_back(
                node_of(member.value, member_schema(schema, member.key.text), scope, diagnostics));
        }
    } else if (tree.is_list()) {
        out.kind = Node::Kind::list;
        for (const auto& item : tree.items)
            out.items.push_back(node_of(item, item_schema(schema), scope, diagnostics));
    } else if (config::has_expression(tree.scalar.text)) {
        auto text = expression::Template::compile(tree.scalar.text, scope);
        if (!text) {
            report(text.error(), tree.scalar, diagnostics);
            return out;
        }
        out.kind = Node::Kind::text;
        out.text = std::make_shared<expression::Template>(std::move(*text));
    } else {
        auto value = config::natural_value(tree.scalar);
        const bool keep_text = wants_text(schema) && !value.is_string() && !tree.scalar.is_null();
        out.constant = json::serialize(keep_text ? json::value(tree.scalar.text) : value);
    }
    return out;
}

Result<> ValueTemplate::append(std::string& out, const expression::Activation& activation,
                               expression::Arena& arena) const {
    return append_node(root_, out, activation, arena);
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
