#include "core/config/json_check.h"

#include "core/base/text.h"
#include "core/config/schema_value.h"

#include <boost/json/serialize.hpp>

namespace maillon::config {
namespace {

namespace json = boost::json;

std::string_view type_of(const json::value& value, const json::object& schema) {
    switch (value.kind()) {
        case json::kind::null: return "null";
        case json::kind::bool_: return "boolean";
        case json::kind::string: return "string";
        case json::kind::array: return "array";
        case json::kind::object: return "object";
        case json::kind::double_: return "number";
        default: return allows_type(schema, "integer") ? "integer" : "number";
    }
}

class JsonWalk {
public:
    explicit JsonWalk(Unnamed unnamed) : unnamed_(unnamed) {}

    void value(const json::value& value, const json::object& schema, const std::string& path) {
        if (!allows_type(schema, type_of(value, schema)))
            return say(path, "must be " + types_in_words(schema) + ", not " + shown(value));
        if (const auto* object = value.if_object()) return members(*object, schema, path);
        if (const auto* array = value.if_array()) return items(*array, schema, path);
        ValueProblem problem;
        if (!check_limits(value, schema, problem)) say(path, problem.problem);
    }

    std::vector<std::string> sentences;

private:
    void say(const std::string& path, const std::string& what) {
        sentences.push_back((path.empty() ? "it" : '\'' + path + '\'') + ' ' + what);
    }

    static std::string shown(const json::value& value) {
        constexpr std::size_t kMost = 40;
        auto text = json::serialize(value);
        if (text.size() > kMost) text = text.substr(0, kMost) + "…";
        return text;
    }

    static std::string inside(const std::string& path, std::string_view name) {
        return path.empty() ? std::string(name) : path + '.' + std::string(name);
    }

    void members(const json::object& object, const json::object& schema, const std::string& path) {
        const auto* properties = schema.if_contains("properties");
        const json::object none;
        const auto& known = properties && properties->is_object() ? properties->get_object() : none;
        if (const auto* required = schema.if_contains("required"); required && required->is_array()) {
            for (const auto& name : required->get_array()) {
                if (name.is_string() && !object.contains(name.get_string()))
                    say(inside(path, name.get_string()), "is missing");
            }
        }
        for (const auto& [name, member] : object) {
            const auto* inner = known.if_contains(name);
            if (inner && inner->is_object())
                value(member, inner->get_object(), inside(path, name));
            else if (!inner)
                unnamed(name, member, schema, known, path);
        }
    }

    void unnamed(std::string_view name, const json::value& member, const json::object& schema,
                 const json::object& known, const std::string& path) {
        const auto* more = schema.if_contains("additionalProperties");
        if (more && more->is_object()) return value(member, more->get_object(), inside(path, name));
        const bool is_open =
            more && more->is_bool() ? more->get_bool() : unnamed_ == Unnamed::allowed || known.empty();
        if (is_open) return;
        std::vector<std::string> names;
        for (const auto& [key, inner] : known) names.emplace_back(key);
        const auto near = did_you_mean(name, names);
        say(inside(path, name),
            "is not known here" + (near.empty() ? "" : "; did you mean '" + std::string(near) + "'?"));
    }

    void items(const json::array& array, const json::object& schema, const std::string& path) {
        const auto limit = [&](std::string_view name, std::int64_t otherwise) {
            const auto* found = schema.if_contains(name);
            return found && found->is_int64() ? found->get_int64() : otherwise;
        };
        const auto size = static_cast<std::int64_t>(array.size());
        if (const auto least = limit("minItems", 0); size < least)
            say(path, "must have at least " + std::to_string(least) + " entries");
        if (const auto most = limit("maxItems", size); size > most)
            say(path, "must have at most " + std::to_string(most) + " entries");
        const auto* inner = schema.if_contains("items");
        if (!inner || !inner->is_object()) return;
        for (std::size_t i = 0; i < array.size(); ++i)
            value(array[i], inner->get_object(), path + '[' + std::to_string(i) + ']');
    }

    Unnamed unnamed_;
};

}  // namespace

std::vector<std::string> check_json(const json::value& value, const json::object& schema, Unnamed unnamed) {
    JsonWalk walk(unnamed);
    walk.value(value, schema, {});
    return std::move(walk.sentences);
}

}  // namespace maillon::config
