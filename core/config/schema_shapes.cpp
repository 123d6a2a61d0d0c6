#include "core/config/schema_parts.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

namespace maillon::config {
namespace {

namespace json = boost::json;

json::string_view view(std::string_view text) {
    return {text.data(), text.size()};
}

json::object plain_value(const Key& key) {
    if (key.most > 0) return {{"type", "integer"}, {"minimum", key.least}, {"maximum", key.most}};
    if (key.choices.empty()) return ref_to(key.value);
    json::array words;
    for (const auto word : key.choices) {
        words.emplace_back(view(word));
        // Without quotes it is a boolean to who knows YAML alone.
        if (word == "true" || word == "false") words.emplace_back(word == "true");
    }
    return {{"enum", std::move(words)}};
}

/// True where the value is a map or list whose own values say whether they take the environment.
bool is_nested(const Key& key) {
    constexpr std::string_view kNested[] = {"keep", "log", "limits", "commit", "retry", "in_doubt"};
    for (const auto name : kNested) {
        if (key.value == name) return true;
    }
    return false;
}

}  // namespace

json::object if_then(json::object condition, json::object consequence) {
    return {{"if", std::move(condition)}, {"then", std::move(consequence)}};
}

json::object has_value(std::string_view key, json::object schema) {
    return {{"properties", json::object{{view(key), std::move(schema)}}},
            {"required", json::array{view(key)}}};
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (std::string_view(".\\+*?[](){}|^$").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

std::string alternatives(const std::set<std::string>& expressions) {
    std::string out = "(?:";
    for (const auto& one : expressions) out += (out.size() > 3 ? "|" : "") + one;
    return out + ')';
}

json::object key_schema(const Key& key, bool takes_environment) {
    json::object out = plain_value(key);
    if (takes_environment && !is_nested(key) && key.value != "text" && key.value != "store")
        out = {
            {"anyOf", json::array{json::object{{"allOf", json::array{std::move(out), ref_to("plain_text")}}},
                                  ref_to("env_text")}}};
    out["description"] = view(key.words);
    out["markdownDescription"] = view(key.words);
    if (!key.preset.empty()) out["default"] = json::parse(view(key.preset));
    if (!key.examples.empty()) out["examples"] = json::parse(view(key.examples));
    return out;
}

json::object shape_schema(const Shape& shape, bool takes_environment) {
    json::object properties;
    json::array required;
    for (const auto& key : shape.keys) {
        properties[view(key.name)] = key_schema(key, takes_environment);
        if (key.is_required) required.emplace_back(view(key.name));
    }
    json::object out{
        {"type", "object"}, {"description", view(shape.words)}, {"properties", std::move(properties)}};
    if (!required.empty()) out["required"] = std::move(required);
    out["additionalProperties"] = false;
    return out;
}

}  // namespace maillon::config
