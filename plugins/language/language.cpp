#include "language.h"

#include "detect.h"
#include "plain_words.h"

#include <algorithm>

namespace maillon::language {
namespace {

std::vector<std::string> read_languages(const json::object& config) {
    std::vector<std::string> out;
    const auto* list = config.if_contains("languages");
    if (!list || list->is_null()) return out;
    if (!list->is_array()) throw Failure(Code::config, "/languages must be a list");
    for (const auto& item : list->as_array()) {
        const bool is_tag =
            item.is_string() && item.as_string().size() >= 2 && bcp47(item.as_string()) != "und";
        if (!is_tag)
            throw Failure(Code::config,
                          "/languages/" + std::to_string(out.size()) + " is not a language like fr");
        const std::string tag(item.as_string());
        out.push_back(tag == "no" ? tag : bcp47(tag));
    }
    return out;
}

double read_number(const json::object& config, std::string_view name, double fallback) {
    const auto* value = config.if_contains(name);
    return value && value->is_number() ? value->to_number<double>() : fallback;
}

/// "a.b" → a, b.
std::vector<std::string> read_path(const json::object& config) {
    const auto* value = config.if_contains("text_field");
    std::string_view rest = value && value->is_string() ? std::string_view(value->as_string()) : "text";
    std::vector<std::string> out;
    for (;;) {
        const auto dot = rest.find('.');
        out.emplace_back(rest.substr(0, dot));
        if (out.back().empty()) throw Failure(Code::config, "/text_field is not the name of a field");
        if (dot == std::string_view::npos) return out;
        rest.remove_prefix(dot + 1);
    }
}

std::string text_at(const json::object& body, const std::vector<std::string>& path) {
    const json::object* at = &body;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const auto* value = at->if_contains(path[i]);
        if (!value) return {};
        if (i + 1 == path.size()) return value->is_string() ? std::string(value->as_string()) : std::string();
        at = value->if_object();
        if (!at) return {};
    }
    return {};
}

}  // namespace

Schema Language::schema() {
    Schema schema;
    schema
        .any("languages", {{"type", "array"},
                           {"items", {{"type", "string"}}},
                           {"title", "Languages to tell apart (BCP 47); any other becomes und. Absent: all"}})
        .optional()
        .number("min_confidence", "Below this confidence the language is und", 0.5)
        .between(0, 1)
        .text("text_field", "Where the event's body has the text; a.b for a nested field", "text");
    return schema;
}

Operations Language::operations() {
    json::object result{
        {"type", "object"},
        {"properties",
         json::object{{"language", json::object{{"type", "string"}, {"title", "BCP 47, or und"}}},
                      {"confidence", json::object{{"type", "number"}, {"title", "From 0 to 1; 0 with und"}}},
                      {"reliable", json::object{{"type", "boolean"}, {"title", "False with und"}}}}},
        {"required", json::array{"language", "confidence", "reliable"}}};
    return Operations().process("Says which language a text is written in", Schema().open(),
                                std::move(result));
}

Language::Language(Host, const json::object& config)
    : languages_(read_languages(config)),
      min_confidence_(read_number(config, "min_confidence", 0.5)),
      path_(read_path(config)) {}

json::value Language::process(const Call& event) const {
    auto found = detect(plain_words(text_at(event.arguments(), path_)));
    const bool is_wanted =
        languages_.empty() || std::any_of(languages_.begin(), languages_.end(),
                                          [&](const auto& range) { return admits(range, found.language); });
    if (!is_wanted || found.confidence < min_confidence_) found = {};
    return json::object{{"language", found.language},
                        {"confidence", found.confidence},
                        {"reliable", found.language != "und"}};
}

}  // namespace maillon::language
