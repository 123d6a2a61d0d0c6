#pragma once
#include "maillon/sdk/values.hpp"

namespace maillon {
inline namespace sdk1 {

/// Identity of a connector; all texts are literals.
struct Info {
    std::string_view id, name, version, vendor, summary, docs_url;
    maillon_caps caps = 0;
    std::uint32_t max_batch = 0;  ///< calls in one deliver at most; 0 = the host decides
};

/// A JSON Schema (2020-12) of an object, declared once. A field without a default is required unless
/// `optional` made it.
class Schema {
public:
    Schema& text(std::string name, std::string title, std::optional<std::string> fallback = {}) {
        return add(std::move(name), {{"type", "string"}, {"title", std::move(title)}},
                   fallback ? json::value(*fallback) : json::value());
    }
    Schema& integer(std::string name, std::string title, std::optional<std::int64_t> fallback = {}) {
        return add(std::move(name), {{"type", "integer"}, {"title", std::move(title)}},
                   fallback ? json::value(*fallback) : json::value());
    }
    Schema& number(std::string name, std::string title, std::optional<double> fallback = {}) {
        return add(std::move(name), {{"type", "number"}, {"title", std::move(title)}},
                   fallback ? json::value(*fallback) : json::value());
    }
    Schema& boolean(std::string name, std::string title, std::optional<bool> fallback = {}) {
        return add(std::move(name), {{"type", "boolean"}, {"title", std::move(title)}},
                   fallback ? json::value(*fallback) : json::value());
    }
    /// A setting whose value the host keeps as a secret: the connector is given the secret's *name*, never
    /// the value.
    Schema& secret(std::string name, std::string title) {
        return add(std::move(name),
                   {{"type", "string"}, {"title", std::move(title)}, {"x-maillon-secret", true}}, {});
    }
    /// An http(s) address that may be called; the host lets the instance reach no other host than these.
    Schema& url(std::string name, std::string title, std::optional<std::string> fallback = {}) {
        return add(std::move(name),
                   {{"type", "string"},
                    {"title", std::move(title)},
                    {"format", "uri"},
                    {"pattern", "^https?://"},
                    {"x-maillon-egress", true}},
                   fallback ? json::value(*fallback) : json::value());
    }
    Schema& one_of(std::string name, std::string title, std::initializer_list<std::string_view> values,
                   std::optional<std::string> fallback = {}) {
        json::array all;
        for (const auto value : values) all.emplace_back(json::string(value));
        return add(std::move(name),
                   {{"type", "string"}, {"title", std::move(title)}, {"enum", std::move(all)}},
                   fallback ? json::value(*fallback) : json::value());
    }
    /// Any JSON Schema for the field ("array", nested objects).
    Schema& any(std::string name, json::object schema) { return add(std::move(name), std::move(schema), {}); }
    /// The field added last need not be there and has no default. Only after a field without a default.
    Schema& optional() {
        if (!required_.empty() && required_.back().as_string() == last_) required_.pop_back();
        return *this;
    }
    /// Limits of the integer or number added last.
    Schema& between(std::int64_t low, std::int64_t high) {
        auto& field = properties_.at(last_).as_object();
        field["minimum"] = low;
        field["maximum"] = high;
        return *this;
    }
    /// Fields that are not declared are let through (arguments that are a CRM record's own fields).
    Schema& open() {
        open_ = true;
        return *this;
    }
    json::object json() const {
        return {{"type", "object"},
                {"properties", properties_},
                {"required", required_},
                {"additionalProperties", open_}};
    }

private:
    /// A field with a default is never asked for: the host fills it in.
    Schema& add(const std::string& name, json::object field, json::value fallback) {
        if (fallback.is_null())
            required_.emplace_back(json::string(name));
        else
            field["default"] = std::move(fallback);
        last_ = name;
        properties_[name] = std::move(field);
        return *this;
    }
    json::object properties_;
    json::array required_;
    std::string last_;
    bool open_ = false;
};

/// Event types that a connector emits: type → title and the JSON Schema of its body (see maillon/kinds.hpp).
class EventTypes {
public:
    EventTypes& type(const std::string& name, std::string title, json::object schema) {
        types_[name] = json::object{{"title", std::move(title)}, {"data", std::move(schema)}};
        return *this;
    }
    const json::object& json() const { return types_; }

private:
    json::object types_;
};

/// An operation that routes may call.
struct Operation {
    std::string name;
    std::string title;
    Schema arguments;
    json::object result{};            ///< JSON Schema of the value that `as:` names
    bool idempotent = false;          ///< may be repeated without a second effect
    bool reads = false;               ///< has no effect at all
    bool outbound = false;            ///< reaches a person: the consent gate applies
    std::int64_t idempotent_for = 0;  ///< seconds for which the remote remembers the idempotency key
    std::vector<std::string>
        target{};          ///< arguments that name what is changed; calls with one target never overlap
    std::string budget{};  ///< scope of Host::budget that limits it: no call when that is used up
};

class Operations {
public:
    /// What a processor is asked and what it gives: `with:` of a step `use:`, and the value that its `as:`
    /// names. Routes that use it are checked against both. Without `with:` it is given the event's body,
    /// which is not checked.
    Operations& process(std::string title, const Schema& arguments, json::object result) {
        return add({.name = "process",
                    .title = std::move(title),
                    .arguments = arguments,
                    .result = std::move(result),
                    .reads = true});
    }
    Operations& add(const Operation& operation) {
        json::array target;
        for (const auto& name : operation.target) target.emplace_back(json::string(name));
        all_[operation.name] = json::object{{"title", operation.title},
                                            {"arguments", operation.arguments.json()},
                                            {"result", operation.result},
                                            {"idempotent", operation.idempotent},
                                            {"reads", operation.reads},
                                            {"outbound", operation.outbound},
                                            {"idempotent_for", operation.idempotent_for},
                                            {"target", std::move(target)},
                                            {"budget", operation.budget}};
        return *this;
    }
    const json::object& json() const { return all_; }

private:
    json::object all_;
};

}  // namespace sdk1
}  // namespace maillon
