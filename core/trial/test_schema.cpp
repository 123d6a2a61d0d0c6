#include "core/trial/test_schema.h"

#include "core/config/schema_parts.h"
#include "core/trial/partial.h"
#include "core/trial/reader.h"
#include "core/trial/shapes.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <set>

namespace maillon::trial {
namespace {

namespace json = boost::json;
using config::PluginWords;
using config::ref_to;
using config::Shape;

json::string_view view(std::string_view text) {
    return {text.data(), text.size()};
}

// What the keys of the shapes name; nothing in a file of tests is taken from the environment.
constexpr std::string_view kValues = R"json({
  "text": { "type": ["string", "number", "boolean"], "minLength": 1 },
  "path": { "$ref": "#/$defs/text" },
  "role": { "$ref": "#/$defs/text" },
  "reference": { "$ref": "#/$defs/text" },
  "moment": {
    "type": "string",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})$",
    "description": "A time: `2026-03-02T09:00:00Z`."
  },
  "values": { "type": ["object", "null"] },
  "environment": { "type": ["object", "null"], "additionalProperties": { "$ref": "#/$defs/text" } },
  "records": {
    "type": ["object", "null"],
    "additionalProperties": { "type": "array" }
  },
  "tests": { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/test" } },
  "given": { "type": ["array", "null"], "items": { "$ref": "#/$defs/happening" } },
  "answers": { "type": ["array", "null"], "items": { "$ref": "#/$defs/one_answer" } },
  "fails": { "anyOf": [{ "$ref": "#/$defs/failure_class" }, { "$ref": "#/$defs/failing" }] },
  "expect": { "$ref": "#/$defs/expected" },
  "calls": { "type": "array", "items": { "$ref": "#/$defs/expected_call" } },
  "said": { "type": "string" },
  "some_values": { "type": "object" },
  "texts": { "type": "array", "items": { "$ref": "#/$defs/text" } },
  "record_ids": { "type": ["array", "null"], "items": { "$ref": "#/$defs/text" } },
  "verdict": { "$ref": "#/$defs/scripted_verdict" },
  "share": { "type": "number", "minimum": 0, "maximum": 1 },
  "count": { "type": "integer", "minimum": 0 }
})json";

/// Of a map that may be left empty where it needs nothing.
json::object empty_or(json::object map) {
    const auto* required = map.if_contains("required");
    if (!required || required->get_array().empty()) map["type"] = json::array{"object", "null"};
    return map;
}

class TestLanguage {
public:
    explicit TestLanguage(std::span<const PluginWords> plugins) : plugins_(plugins) {}

    json::object schema() {
        const auto values = json::parse(view(kValues));
        for (const auto& [name, value] : values.get_object()) definitions_[name] = value;
        add_from_the_language();
        define("test", config::shape_schema(kCaseShape, false));
        add_events();
        add_given();
        add_answers();
        add_expected();
        json::object out{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                         {"title", "Maillon tests of routes"}};
        for (auto& [key, value] : config::shape_schema(kFileShape, false)) out[key] = value;
        out["$defs"] = std::move(definitions_);
        return out;
    }

private:
    using OfPlugin = std::pair<const PluginWords*, json::object>;
    using ByName = std::map<std::string, std::vector<OfPlugin>>;

    void define(std::string_view name, json::object schema) { definitions_[view(name)] = std::move(schema); }

    /// What tests and configurations have in common.
    void add_from_the_language() {
        const auto language = config::language_definitions();
        for (const std::string_view name :
             {"span", "template", "plain_text", "with_expression", "lone_expression"})
            definitions_[view(name)] = language.at(view(name));
        json::array classes;
        for (const auto& name : classes_of_failure()) classes.emplace_back(name);
        define("failure_class", {{"enum", std::move(classes)}});
    }

    static void add(ByName& to, const std::string& name, const PluginWords& plugin, json::object schema) {
        auto& schemas = to[name];
        const auto is_same = [&](const OfPlugin& one) { return one.second == schema; };
        if (std::ranges::none_of(schemas, is_same)) schemas.emplace_back(&plugin, std::move(schema));
    }

    /// As any of the plug-ins has a thing of this name: which one it is stands in another file.
    json::object any_of(const std::string& prefix, const std::string& name,
                        const std::vector<OfPlugin>& schemas) {
        json::array any;
        for (const auto& [plugin, schema] : schemas) {
            const std::string definition = prefix + '_' + plugin->id + '_' + name;
            define(definition, schema);
            any.push_back(ref_to(definition));
        }
        return any.size() == 1 ? any.front().as_object() : json::object{{"anyOf", std::move(any)}};
    }

    static std::string named(const std::string& expression) {
        return '^' + std::string(config::kNamePattern) + "\\." + expression + '$';
    }

    void add_events() {
        ByName bodies;
        std::set<std::string> types;
        json::array examples;
        for (const auto& plugin : plugins_) {
            for (const auto& [type, event] : plugin.events) {
                types.insert(config::escaped(type));
                examples.emplace_back(plugin.id + '.' + type);
                add(bodies, type, plugin, empty_or(config::values_schema(partial(event.data))));
            }
        }
        json::object usual;
        for (const auto& [type, schemas] : bodies) {
            auto body = any_of("body", type, schemas);
            usual[named(config::escaped(type))] = body;
            body_cases_.push_back(
                config::if_then(config::has_value("event", {{"pattern", named(config::escaped(type))}}),
                                {{"properties", json::object{{"body", std::move(body)}}}}));
        }
        std::string pattern = "^hub\\.[\\s\\S]";
        if (!types.empty()) pattern += '|' + named(config::alternatives(types));
        define("event", {{"type", "string"}, {"pattern", pattern}, {"examples", std::move(examples)}});
        define("bodies", {{"type", json::array{"object", "null"}},
                          {"propertyNames", json::object{{"pattern", pattern}}},
                          {"patternProperties", std::move(usual)},
                          {"additionalProperties", json::object{{"type", json::array{"object", "null"}}}}});
    }

    /// A map whose first key says what it is about.
    void define_kinds(std::string_view name, std::string_view words,
                      std::initializer_list<std::pair<const Shape*, std::string_view>> kinds) {
        json::object keys;
        json::array cases, any;
        for (const auto& [shape, key] : kinds) {
            keys[view(key)] = json::object{{"description", view(shape->find(key)->words)}};
            any.push_back(json::object{{"required", json::array{view(key)}}});
            cases.push_back(config::if_then({{"required", json::array{view(key)}}},
                                            ref_to(std::string(name) + '_' + std::string(key))));
        }
        define(name, {{"type", "object"},
                      {"description", view(words)},
                      {"properties", std::move(keys)},
                      {"anyOf", std::move(any)},
                      {"allOf", std::move(cases)}});
    }

    void add_given() {
        auto event = config::shape_schema(kEventShape, false);
        if (!body_cases_.empty()) event["allOf"] = std::move(body_cases_);
        define("happening_event", std::move(event));
        define("happening_after", config::shape_schema(kAfterShape, false));
        define("happening_approve", config::shape_schema(kApprovedShape, false));
        define("happening_refuse", config::shape_schema(kRefusedShape, false));
        define("happening_accept", config::shape_schema(kAcceptedShape, false));
        define("happening_reject", config::shape_schema(kRejectedShape, false));
        define("happening_new", config::shape_schema(kNewShape, false));
        define_kinds("happening", "Something that happens.",
                     {{&kEventShape, "event"},
                      {&kAfterShape, "after"},
                      {&kApprovedShape, "approve"},
                      {&kRefusedShape, "refuse"},
                      {&kAcceptedShape, "accept"},
                      {&kRejectedShape, "reject"},
                      {&kNewShape, "new"}});
    }

    /// An answer says something; of a call that fails, what it returned only when it arrived after all.
    static json::object answer(const Shape& shape) {
        auto out = config::shape_schema(shape, false);
        out["anyOf"] = json::array{json::object{{"required", json::array{"returns"}}},
                                   json::object{{"required", json::array{"fails"}}}};
        const json::object arrived{{"type", "object"},
                                   {"required", json::array{"arrived"}},
                                   {"properties", json::object{{"arrived", yes()}}}};
        out["allOf"] = json::array{config::if_then({{"required", json::array{"returns", "fails"}}},
                                                   {{"properties", json::object{{"fails", arrived}}}})};
        return out;
    }
    static json::object yes() { return {{"enum", json::array{true, "true"}}}; }

    void add_answers() {
        ByName arguments, results;
        std::set<std::string> names;
        json::array examples;
        for (const auto& plugin : plugins_) {
            for (const auto& [name, operation] : plugin.operations) {
                names.insert(config::escaped(name));
                examples.emplace_back(plugin.id + '.' + name);
                add(arguments, name, plugin,
                    empty_or(config::arguments_schema(expected_part(operation.arguments))));
                add(results, name, plugin, empty_or(config::values_schema(operation.result)));
            }
        }
        define("target", names.empty() ? json::object{{"not", json::object{}}}
                                       : json::object{{"type", "string"},
                                                      {"pattern", named(config::alternatives(names))},
                                                      {"examples", std::move(examples)}});
        auto called = answer(kAnswerShape);
        for (const auto& [name, schemas] : arguments) {
            auto part = any_of("part", name, schemas);
            expected_calls_[named(config::escaped(name))] = part;
            called["allOf"].get_array().push_back(config::if_then(
                config::has_value("call", {{"pattern", "\\." + config::escaped(name) + '$'}}),
                {{"properties", json::object{{"with", std::move(part)},
                                             {"returns", any_of("result", name, results.at(name))}}}}));
        }
        define("one_answer_call", std::move(called));
        define("one_answer_use", answer(kProcessorAnswerShape));
        define("one_answer_match", config::shape_schema(kMatchAnswerShape, false));
        define("scripted_verdict", config::shape_schema(kVerdictShape, false));
        define_kinds(
            "one_answer", "What a connector, a processor or a directory says.",
            {{&kAnswerShape, "call"}, {&kProcessorAnswerShape, "use"}, {&kMatchAnswerShape, "match"}});
        auto failing = config::shape_schema(kFailsShape, false);
        failing["allOf"] = json::array{config::if_then({{"required", json::array{"arrived"}}},
                                                       config::has_value("class", {{"const", "in_doubt"}}))};
        define("failing", std::move(failing));
    }

    void add_expected() {
        auto expected = config::shape_schema(kExpectShape, false);
        expected["minProperties"] = 1;
        define("expected", std::move(expected));
        for (const auto kind : kListed) {
            auto entry = config::shape_schema(shape_of_listed(kind), false);
            for (auto& [name, value] : entry["properties"].get_object())
                value = json::object{{"anyOf", json::array{value, json::object{{"type", "null"}}}},
                                     {"description", value.at("description")}};
            define(kind, {{"type", "array"}, {"items", std::move(entry)}});
        }
        // Besides `tries` there is one key, the name of the call.
        auto call = config::shape_schema(kExpectedCallShape, false);
        call["patternProperties"] = std::move(expected_calls_);
        call["minProperties"] = 1;
        call["maxProperties"] = 2;
        call["allOf"] = json::array{json::object{{"if", json::object{{"required", json::array{"tries"}}}},
                                                 {"then", json::object{{"minProperties", 2}}},
                                                 {"else", json::object{{"maxProperties", 1}}}}};
        define("expected_call", std::move(call));
    }

    std::span<const PluginWords> plugins_;
    json::object definitions_;
    json::array body_cases_;       ///< by type of event: what its body may hold
    json::object expected_calls_;  ///< by name of operation: a part of its arguments
};

}  // namespace

json::object test_schema(std::span<const PluginWords> plugins) {
    return TestLanguage(plugins).schema();
}

}  // namespace maillon::trial
