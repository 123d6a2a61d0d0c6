#include "core/cli/render.h"

#include "core/event/event_name.h"
#include "core/event/json_text.h"

#include <boost/json/serialize.hpp>

namespace maillon::cli {
namespace {

namespace json = boost::json;

bool begins_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u;
}

std::size_t length(std::string_view text) {
    std::size_t out = 0;
    for (const char c : text) out += begins_character(c) ? 1 : 0;
    return out;
}

/// Events hold what strangers wrote: nothing of it may drive the terminal. Control characters (C0, DEL, and
/// C1 as UTF-8 writes it) become spaces.
std::string harmless(std::string text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 || byte == 0x7f) text[i] = ' ';
        const bool is_c1 =
            byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
        if (is_c1) text.replace(i, 2, " ");
    }
    return text;
}

}  // namespace

std::string text_of(const json::object& from, std::string_view key) {
    const auto* found = from.if_contains(key);
    if (!found || found->is_null()) return {};
    return harmless(found->is_string() ? std::string(found->get_string()) : json_text(*found));
}

std::string cut(std::string text, std::size_t width) {
    text = harmless(std::move(text));
    if (length(text) <= width) return text;
    std::size_t at = 0;
    for (std::size_t seen = 0; at < text.size(); ++at) {
        if (begins_character(text[at]) && ++seen == width) break;
    }
    return text.substr(0, at) + "…";
}

std::string labelled(const std::string& label, std::string text, int lines) {
    constexpr std::size_t kScreen = 79;
    const auto width = kScreen - label.size();
    text = harmless(std::move(text));
    auto out = label;
    for (int line = 1; line < lines && length(text) > width; ++line) {
        std::size_t end = 0;
        for (std::size_t seen = 0; end < text.size(); ++end) {
            if (begins_character(text[end]) && ++seen > width) break;
        }
        const auto space = text.rfind(' ', end);
        const bool breaks = space != std::string::npos && space > 0;
        out += text.substr(0, breaks ? space : end) + '\n' + std::string(label.size(), ' ');
        text.erase(0, breaks ? space + 1 : end);
    }
    return out + cut(std::move(text), width) + '\n';
}

std::string moment_of(const json::object& from, std::string_view key) {
    constexpr std::size_t kToTheSecond = std::string_view("2026-09-14T08:12:44").size();
    auto text = text_of(from, key);
    if (text.size() > kToTheSecond && text[kToTheSecond] == '.') text.replace(kToTheSecond, text.npos, "Z");
    return text;
}

std::string column(std::string text, std::size_t width) {
    text = cut(std::move(text), width);
    return text + std::string(width - std::min(width, length(text)) + 2, ' ');
}

std::string pretty(const json::value& value, int indent) {
    const std::string inner(static_cast<std::size_t>(indent) + 2, ' ');
    const std::string outer(static_cast<std::size_t>(indent), ' ');
    std::string out;
    if (const auto* object = value.if_object(); object && !object->empty()) {
        out = "{\n";
        for (const auto& [key, member] : *object) {
            if (out.size() > 2) out += ",\n";
            out += inner + json::serialize(json::string(key)) + ": " + pretty(member, indent + 2);
        }
        return out + '\n' + outer + '}';
    }
    if (const auto* array = value.if_array(); array && !array->empty()) {
        out = "[\n";
        for (const auto& item : *array) {
            if (out.size() > 2) out += ",\n";
            out += inner + pretty(item, indent + 2);
        }
        return out + '\n' + outer + ']';
    }
    return value.is_string() ? harmless(json_text(value)) : json_text(value);
}

std::string nothing(bool is_filtered, const char* words) {
    return std::string(is_filtered ? "nothing fits what was asked for" : words) + '\n';
}

std::string render_events(const json::object& events, bool is_filtered) {
    if (events.at("events").as_array().empty()) return nothing(is_filtered, "no events yet");
    std::string out =
        column("POSITION", 9) + column("TIME", 24) + column("TYPE", 30) + column("KEY", 24) + "ID\n";
    for (const auto& one : events.at("events").as_array()) {
        const auto& meta = one.at("meta").as_object();
        out += column(text_of(one.as_object(), "seq"), 9) + column(text_of(meta, "time"), 24) +
               column(event_name(text_of(meta, "connector"), text_of(meta, "type")), 30) +
               column(text_of(meta, "partitionkey"), 24) + text_of(meta, "id") + '\n';
    }
    return out;
}

std::string render_event(const json::object& event) {
    return pretty(event) + '\n';
}

}  // namespace maillon::cli
