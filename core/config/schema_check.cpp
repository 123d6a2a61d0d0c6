#include "core/config/schema_check.h"

#include "core/config/environment.h"
#include "core/config/reading.h"
#include "core/config/scalars.h"
#include "core/config/schema_value.h"

#include <boost/json/array.hpp>

#include <algorithm>
#include <functional>
#include <set>

namespace maillon::config {
namespace {

namespace json = boost::json;

bool is_marked(const json::object& schema, std::string_view mark) {
    const auto* found = schema.if_contains(json::string_view(mark.data(), mark.size()));
    return found != nullptr && found->is_bool() && found->as_bool();
}

bool is_secret(const json::object& schema) {
    return is_marked(schema, "x-maillon-secret");
}

/// One lone `${…}`: the only template whose type is that of its expression.
bool is_lone_expression(std::string_view text) {
    return text.starts_with("${") && text.ends_with('}') && text.find('}') == text.size() - 1;
}

/// Walks a tree beside its schema. `Sources` is given when secrets are checked, that is for settings;
/// templates have none.
class SchemaWalk {
public:
    SchemaWalk(Diagnostics& diagnostics, Sources* sources, std::string_view what)
        : diagnostics_(diagnostics), sources_(sources), what_(what) {}

    bool is_good() const { return is_good_; }

    json::value object(const ValueTree& tree, const json::object& schema, const Place& place) {
        json::object out;
        Meant meant;
        const auto* properties = schema.if_contains("properties");
        const json::object none;
        const json::object& known =
            properties != nullptr && properties->is_object() ? properties->as_object() : none;
        for (const auto& member : tree.members) {
            const auto* inner = known.if_contains(member.key.text);
            out[member.key.text] = inner != nullptr && inner->is_object()
                                       ? value(member.value, inner->as_object(), member.key.text)
                                       : additional(member, schema, known, meant);
        }
        require(tree, schema, known, place, meant);
        for (const auto& [key, inner] : known) {
            const auto* preset = inner.is_object() ? inner.as_object().if_contains("default") : nullptr;
            if (preset != nullptr && !out.contains(key)) out[key] = *preset;
        }
        return out;
    }

private:
    /// Keys of one map that were misspelt: said once, not again as missing.
    using Meant = std::set<std::string, std::less<>>;

    void error(const Place& place, const std::string& message, std::string hint = {}) {
        is_good_ = false;
        diagnostics_.error(place, what_ + ": " + message, std::move(hint));
    }

    json::value value(const ValueTree& tree, const json::object& schema, std::string_view key) {
        if (is_secret(schema) && sources_ != nullptr) return secret(tree, key);
        if (tree.is_map()) return map(tree, schema, key);
        if (tree.is_list()) return list(tree, schema, key);
        return scalar(tree.scalar, schema, key);
    }

    json::value map(const ValueTree& tree, const json::object& schema, std::string_view key) {
        if (allows_type(schema, "object")) return object(tree, schema, tree.place);
        wrong_kind(tree, schema, key, "a map");
        return nullptr;
    }

    json::value list(const ValueTree& tree, const json::object& schema, std::string_view key) {
        if (!allows_type(schema, "array")) {
            wrong_kind(tree, schema, key, "a list");
            return nullptr;
        }
        json::array out;
        const auto* items = schema.if_contains("items");
        const json::object none;
        for (const auto& item : tree.items) {
            out.push_back(
                value(item, items != nullptr && items->is_object() ? items->as_object() : none, key));
        }
        check_count(tree, schema, key);
        return out;
    }

    void check_count(const ValueTree& tree, const json::object& schema, std::string_view key) {
        const auto size = static_cast<std::int64_t>(tree.items.size());
        const auto* least = schema.if_contains("minItems");
        const auto* most = schema.if_contains("maxItems");
        if (least != nullptr && least->is_int64() && size < least->as_int64()) {
            error(tree.place,
                  quote(key) + " must have at least " + std::to_string(least->as_int64()) + " entries");
        }
        if (most != nullptr && most->is_int64() && size > most->as_int64()) {
            error(tree.place,
                  quote(key) + " must have at most " + std::to_string(most->as_int64()) + " entries");
        }
    }

    json::value scalar(const Scalar& scalar, const json::object& schema, std::string_view key) {
        if (sources_ == nullptr && has_expression(scalar.text)) {
            template_text(scalar, schema, key);
            return nullptr;
        }
        if (const auto name = secret_reference(scalar.text); sources_ != nullptr && !name.empty()) {
            if (!allows_type(schema, "string"))
                error(scalar.place, quote(key) + " must be " + types_in_words(schema) + ", not a secret");
            return json::object{{"$secret", name}};
        }
        ValueProblem problem;
        const auto typed = typed_value(scalar, schema, problem);
        if (typed && check_limits(*typed, schema, problem)) {
            if (sources_ != nullptr && is_marked(schema, "x-maillon-egress")) warn_of_clear_text(scalar, key);
            return *typed;
        }
        if (!typed && allows_type(schema, "array") && !scalar.is_null())
            problem.hint = "write [" + scalar.text + "]";
        error(scalar.place, quote(key) + ' ' + problem.problem, problem.hint);
        return nullptr;
    }

    void warn_of_clear_text(const Scalar& scalar, std::string_view key) {
        if (!is_in_clear_text(scalar.text)) return;
        diagnostics_.warning(scalar.place,
                             what_ + ": " + quote(key) + " is without TLS: credentials travel in clear text",
                             "write https://");
    }

    void template_text(const Scalar& scalar, const json::object& schema, std::string_view key) {
        if (is_lone_expression(scalar.text) || allows_type(schema, "string")) return;
        if (scalar.text.starts_with("${") && scalar.text.ends_with('}')) return;
        error(
            scalar.place,
            quote(key) + " must be " + types_in_words(schema) + ", and an expression inside text makes text",
            "write the expression alone: \"${…}\"");
    }

    /// Never shows what stands there.
    json::value secret(const ValueTree& tree, std::string_view key) {
        const auto name = tree.is_scalar() ? secret_reference(tree.scalar.text) : std::string_view{};
        if (!name.empty()) return json::object{{"$secret", name}};
        sources_->conceal(tree.place);
        error(tree.place, quote(key) + " is a secret and must not stand here in clear text",
              "put it into a file of its own in the folder hub.secrets and write:  " + std::string(key) +
                  ": \"${secret.NAME}\"" +
                  "\nif this file has left your machine, change the secret itself as well");
        return nullptr;
    }

    json::value additional(const Member& member, const json::object& schema, const json::object& known,
                           Meant& meant) {
        const auto* more = schema.if_contains("additionalProperties");
        if (more != nullptr && more->is_object())
            return value(member.value, more->as_object(), member.key.text);
        const bool is_open = more != nullptr && more->is_bool() ? more->as_bool() : known.empty();
        if (is_open) return value(member.value, {}, member.key.text);
        std::vector<std::string> names;
        for (const auto& [key, inner] : known) names.emplace_back(key);
        meant.emplace(meant_by(member.key.text, names));
        error(member.key.place, "unknown key " + quote(member.key.text), suggest(member.key.text, names));
        return nullptr;
    }

    void require(const ValueTree& tree, const json::object& schema, const json::object& known,
                 const Place& place, const Meant& meant) {
        const auto* required = schema.if_contains("required");
        if (required == nullptr || !required->is_array()) return;
        for (const auto& name : required->as_array()) {
            if (!name.is_string()) continue;
            const std::string_view key(name.as_string().data(), name.as_string().size());
            if (tree.find(key) != nullptr || meant.contains(key)) continue;
            error(place, quote(key) + " is missing", describe(known, key));
        }
    }

    /// The schema's own words about a key.
    static std::string describe(const json::object& known, std::string_view key) {
        const auto* inner = known.if_contains(key);
        const json::object* schema = inner != nullptr && inner->is_object() ? &inner->as_object() : nullptr;
        if (schema == nullptr) return {};
        if (is_secret(*schema)) return "write:  " + std::string(key) + ": \"${secret.NAME}\"";
        for (const char* name : {"description", "title"}) {
            const auto* words = schema->if_contains(name);
            if (words != nullptr && words->is_string()) return std::string(words->as_string());
        }
        return {};
    }

    void wrong_kind(const ValueTree& tree, const json::object& schema, std::string_view key,
                    std::string_view got) {
        error(tree.place, quote(key) + " must be " + types_in_words(schema) + ", not " + std::string(got));
    }

    static std::string quote(std::string_view key) { return "'" + std::string(key) + "'"; }

    Diagnostics& diagnostics_;
    Sources* sources_;
    std::string what_;
    bool is_good_ = true;
};

}  // namespace

std::optional<json::object> check_against_schema(const Instance& instance, const json::object& schema,
                                                 Diagnostics& diagnostics, Sources& sources) {
    SchemaWalk walk(diagnostics, &sources, instance.name.value);
    json::value settings = walk.object(instance.settings, schema, instance.name.place);
    if (!walk.is_good()) return std::nullopt;
    return std::move(settings.as_object());
}

void check_template(const ValueTree& tree, const json::object& schema, std::string_view what,
                    const Place& place, Diagnostics& diagnostics) {
    SchemaWalk(diagnostics, nullptr, what).object(tree, schema, place);
}

}  // namespace maillon::config
