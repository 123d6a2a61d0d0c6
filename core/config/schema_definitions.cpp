#include "core/config/scalars.h"
#include "core/config/schema_parts.h"
#include "core/config/sections.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

namespace maillon::config {
namespace {

namespace json = boost::json;

// Text without quotes may look like a number or a boolean to who knows YAML alone; the readers take it as
// text.
// `${` counts when no `$` stands before it.
constexpr std::string_view kScalars = R"json({
  "text": { "type": ["string", "number", "boolean"], "minLength": 1, "pattern": "^(?![\\s\\S]*(?:^|[^$])\\$\\{(?! *env\\.[^'\"}?]+(?:\\?\\? *(?:'[^']*'|\"[^\"]*\") *)?\\}))" },
  "env_text": {
    "type": "string",
    "pattern": "^(?![\\s\\S]*(?:^|[^$])\\$\\{(?! *env\\.[^'\"}?]+(?:\\?\\? *(?:'[^']*'|\"[^\"]*\") *)?\\}))[\\s\\S]*(?:^|[^$])\\$\\{ *env\\.",
    "description": "Text with variables of the environment: `${env.NAME}`, `${env.NAME ?? 'default'}`."
  },
  "secret": {
    "type": "string",
    "pattern": "^\\$\\{ *secret\\.[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63} *\\}$",
    "description": "A secret never stands here in clear text: `\"${secret.NAME}\"` names its file in the folder `hub.secrets`."
  },
  "span": { "type": "string", "pattern": "^(?:[0-9]+(?:ms|s|m|h|d))+$", "description": "A span of time: `500ms`, `30s`, `5m`, `2h`, `7d`, `1h30m`." },
  "wait_span": { "type": "string", "pattern": "^(?=.*[1-9])(?:[0-9]+(?:ms|s|m|h|d))+$", "description": "A span of time, longer than nothing: `30s`, `5m`, `2h`, `7d`." },
  "pause_span": { "type": "string", "pattern": "^(?!0*[0-9]ms$)(?=.*[1-9])(?:[0-9]+(?:ms|s|m|h|d))+$", "description": "A span of time, at least `10ms`." },
  "minute_span": { "type": "string", "pattern": "^(?!0*(?:[1-5]?[0-9]s|(?:[1-5]?[0-9]{1,4})ms)$)(?=.*[1-9])(?:[0-9]+(?:ms|s|m|h|d))+$", "description": "A span of time, at least `1m`." },
  "refresh_span": {
    "anyOf": [
      { "type": "string", "pattern": "^(?:0+(?:ms|s|m|h|d))+$", "description": "Never by itself: `0s`." },
      { "$ref": "#/$defs/minute_span" }
    ]
  },
  "poll_span": { "type": "string", "pattern": "^(?!0*[0-9]{1,2}ms$)(?=.*[1-9])(?:[0-9]+(?:ms|s|m|h|d))+$", "description": "A span of time, at least `100ms`." },
  "size": {
    "anyOf": [{ "type": "integer", "minimum": 1 }, { "type": "string", "pattern": "^[1-9][0-9]*(?:B|KiB|MiB|GiB|KB|MB)?$" }],
    "description": "Bytes: `512KiB`, `2MiB`, `1048576`."
  },
  "listen": {
    "type": "string",
    "pattern": "^(?:[^ /\\[\\]:]+|\\[[^ /\\[\\]]+\\]):0*(?:[0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$"
  },
  "public_url": { "type": "string", "pattern": "^https?://(?!/*$)[^ ?#\\t\\n]+$" },
  "unix_socket": { "type": "string", "pattern": "^unix:[\\s\\S]" },
  "store": {
    "anyOf": [
      {
        "allOf": [
          { "type": "string", "pattern": "^(?:sqlite:[\\s\\S]|postgres(?:ql)?://(?![^/?]*:[^@]*@)(?![\\s\\S]*password=))" },
          { "$ref": "#/$defs/plain_text" }
        ]
      },
      { "$ref": "#/$defs/env_text" },
      { "$ref": "#/$defs/secret" }
    ],
    "description": "`sqlite:` and a file, `postgresql://user@host/database` without a password, or a secret that holds such a URL."
  },
  "folders": { "anyOf": [{ "$ref": "#/$defs/text" }, { "type": "array", "items": { "$ref": "#/$defs/text" } }] },
  "since": {
    "anyOf": [
      { "enum": ["now", "beginning"] },
      { "$ref": "#/$defs/span" },
      {
        "type": "string",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})$",
        "description": "A time: `2026-09-14T08:00:00Z`."
      }
    ]
  },
  "expression": {
    "type": ["string", "boolean"],
    "pattern": "^(?!\\$\\{(?:(?!\\$\\{)[\\s\\S])*\\}$)[\\s\\S]*\\S",
    "description": "An expression (CEL), without `${ }`."
  },
  "cron": {
    "type": "string",
    "pattern": "^(?:@(?:[Yy][Ee][Aa][Rr][Ll][Yy]|[Aa][Nn][Nn][Uu][Aa][Ll][Ll][Yy]|[Mm][Oo][Nn][Tt][Hh][Ll][Yy]|[Ww][Ee][Ee][Kk][Ll][Yy]|[Dd][Aa][Ii][Ll][Yy]|[Mm][Ii][Dd][Nn][Ii][Gg][Hh][Tt]|[Hh][Oo][Uu][Rr][Ll][Yy])|[ \\t]*[0-9*,/-]+[ \\t]+[0-9*,/-]+[ \\t]+[0-9*,/-]+[ \\t]+[0-9A-Za-z*,/-]+[ \\t]+[0-9A-Za-z*,/-]+[ \\t]*)$",
    "description": "Minute, hour, day of the month, month, day of the week: numbers, `*`, lists, ranges and steps."
  }
})json";

constexpr std::string_view kTemplates = R"json({
  "template": {
    "type": ["string", "number", "boolean", "null", "array", "object"],
    "pattern": "^(?![\\s\\S]*(?:^|[^$])\\$\\{ *(?:env|secret)\\.)",
    "items": { "$ref": "#/$defs/template" },
    "propertyNames": { "$ref": "#/$defs/plain_text" },
    "additionalProperties": { "$ref": "#/$defs/template" }
  },
  "plain_text": { "pattern": "^(?![\\s\\S]*(?:^|[^$])\\$\\{)" },
  "template_text": {
    "type": ["string", "number", "boolean"],
    "minLength": 1,
    "pattern": "^(?![\\s\\S]*(?:^|[^$])\\$\\{ *(?:env|secret)\\.)",
    "description": "Text; `${…}` in it is an expression, `$${` is a literal `${`."
  },
  "with_expression": {
    "type": "string",
    "pattern": "^(?![\\s\\S]*(?:^|[^$])\\$\\{ *(?:env|secret)\\.)[\\s\\S]*(?:^|[^$])\\$\\{",
    "description": "Text with expressions: `Hello ${event.author.name}`."
  },
  "lone_expression": {
    "type": "string",
    "pattern": "^\\$\\{(?! *(?:env|secret)\\.)[\\s\\S]*\\}$",
    "description": "One expression that keeps its type: `\"${event.count}\"`."
  },
  "templates": {
    "type": "object",
    "propertyNames": { "$ref": "#/$defs/plain_text" },
    "additionalProperties": { "$ref": "#/$defs/template" }
  },
  "values": {
    "type": "object",
    "minProperties": 1,
    "propertyNames": { "$ref": "#/$defs/identifier" },
    "additionalProperties": { "$ref": "#/$defs/template" }
  },
  "record_fields": {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {
      "type": ["string", "number", "boolean"],
      "minLength": 1,
      "pattern": "^(?![\\s\\S]*(?:^|[^$])\\$\\{)",
      "description": "The name of a field of the record."
    }
  }
})json";

constexpr std::string_view kSections = R"json({
  "directories": {
    "type": ["object", "null"],
    "propertyNames": { "$ref": "#/$defs/name" },
    "additionalProperties": { "$ref": "#/$defs/directory" }
  },
  "conversations": {
    "type": ["object", "null"],
    "propertyNames": { "$ref": "#/$defs/name" },
    "additionalProperties": { "anyOf": [{ "$ref": "#/$defs/conversation" }, { "type": "null" }] }
  },
  "in_doubt": {
    "type": "object",
    "propertyNames": { "$ref": "#/$defs/name" },
    "additionalProperties": { "enum": ["person", "again", "failed", "done"] }
  },
  "budgets": {
    "type": ["object", "null"],
    "propertyNames": { "$ref": "#/$defs/name" },
    "additionalProperties": { "$ref": "#/$defs/budget" }
  },
  "names": {
    "anyOf": [{ "$ref": "#/$defs/name" }, { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/name" } }]
  },
  "amount": { "type": "number", "exclusiveMinimum": 0, "maximum": 1000000000000 },
  "probability": { "type": "number", "exclusiveMinimum": 0, "maximum": 1 },
  "bits": { "type": "number", "minimum": 0, "maximum": 1000 },
  "share": {
    "anyOf": [
      { "type": "number", "minimum": 0, "maximum": 1 },
      { "type": "string", "pattern": "^(?:100|[0-9]{1,2}(?:\\.[0-9]+)?)%$" }
    ]
  },
  "shared_values": {
    "type": "object",
    "minProperties": 1,
    "propertyNames": { "enum": ["email", "phone", "handle", "id"] },
    "additionalProperties": { "type": "integer", "minimum": 1, "maximum": 1000 }
  },
  "evidence_classes": {
    "type": "array",
    "minItems": 1,
    "items": { "type": "string", "minLength": 1 }
  },
  "costs": { "type": "object", "additionalProperties": { "$ref": "#/$defs/amount" } },
  "blocks": {
    "type": ["object", "null"],
    "propertyNames": { "$ref": "#/$defs/name" },
    "additionalProperties": { "$ref": "#/$defs/steps" }
  },
  "routes": {
    "type": ["object", "null"],
    "propertyNames": { "$ref": "#/$defs/name" },
    "additionalProperties": { "$ref": "#/$defs/route" }
  },
  "from": {
    "anyOf": [
      { "$ref": "#/$defs/trigger" },
      { "$ref": "#/$defs/schedule" },
      { "type": "array", "minItems": 1, "items": { "anyOf": [{ "$ref": "#/$defs/trigger" }, { "$ref": "#/$defs/schedule" }] } }
    ]
  },
  "steps": { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/step" } },
  "step_name": { "type": ["string", "number", "boolean"], "pattern": "^[^/\\[\\]\\n\\t]{1,64}$" },
  "handler": { "anyOf": [{ "const": "continue" }, { "$ref": "#/$defs/steps" }] },
  "none": { "anyOf": [{ "const": "skip" }, { "$ref": "#/$defs/create" }] },
  "approve": { "anyOf": [{ "$ref": "#/$defs/name" }, { "$ref": "#/$defs/approve_within" }] },
  "emitted": { "type": "string", "pattern": "^hub\\.[a-z0-9_.]*[a-z0-9_]$" },
  "branches": {
    "type": "array",
    "minItems": 1,
    "prefixItems": [{ "$ref": "#/$defs/branch" }],
    "items": { "anyOf": [{ "$ref": "#/$defs/branch" }, { "$ref": "#/$defs/branch_else" }] },
    "contains": { "required": ["else"] },
    "minContains": 0,
    "maxContains": 1
  }
})json";

void add(json::object& out, std::string_view text) {
    const json::value parsed = json::parse(json::string_view(text.data(), text.size()));
    for (const auto& [name, definition] : parsed.get_object()) out[name] = definition;
}

json::array list_of(std::span<const std::string_view> words) {
    json::array out;
    for (const auto word : words) out.emplace_back(json::string_view(word.data(), word.size()));
    return out;
}

json::object pattern(std::string text, json::value type = "string") {
    return {{"type", std::move(type)}, {"pattern", std::move(text)}};
}

json::object identifier() {
    auto out = pattern('^' + std::string(kNamePattern) + '$');
    out["not"] = json::object{{"enum", list_of(taken_identifiers())}};
    return out;
}

/// "a.b" whose first part is the name of a connector.
json::object dotted(json::string description) {
    auto out = pattern('^' + std::string(kNamePattern) + "\\.[^ \\t\\n$]+$");
    out["description"] = std::move(description);
    return out;
}

json::object on_error() {
    json::object classes;
    for (const auto name : failure_classes())
        classes[json::string_view(name.data(), name.size())] = ref_to("handler");
    return {{"anyOf", json::array{ref_to("handler"), json::object{{"type", "object"},
                                                                  {"properties", std::move(classes)},
                                                                  {"additionalProperties", false}}}}};
}

}  // namespace

json::object ref_to(std::string_view name) {
    return {{"$ref", "#/$defs/" + std::string(name)}};
}

json::object language_definitions() {
    json::object out;
    add(out, kScalars);
    // A plain `true` may be a name; to YAML it is a boolean.
    out["name"] = pattern('^' + std::string(kNamePattern) + '$', json::array{"string", "boolean"});
    out["reference"] = ref_to("name");
    out["instance_name"] = json::object{{"$ref", "#/$defs/name"}, {"not", json::object{{"const", "hub"}}}};
    out["identifier"] = identifier();
    out["records"] = dotted("A connector and a module: `crm.Contacts`.");
    out["create_target"] = dotted("A connector and a module: `crm.Contacts`.");
    add(out, kTemplates);
    out["on_error"] = on_error();
    add(out, kSections);
    return out;
}

}  // namespace maillon::config
