#include "core/config/yaml_syntax.h"

#include "core/config/yaml_lines.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace maillon::config {
namespace {

using Guess = std::optional<Mistake>;

/// All that is known when yaml-cpp gives up.
struct Scene {
    std::string_view text;
    std::size_t at;
    std::string_view said;
    const TreeBuilder& so_far;
    Extent line;   // that holds `at`
    Extent value;  // in a block map: the value on that line; empty when there is none

    bool says(std::string_view words) const { return said.find(words) != std::string_view::npos; }
    bool is_flow() const { return so_far.open_flow().has_value(); }
    std::string_view line_text() const { return slice(text, line); }
};

std::size_t skip_blanks(std::string_view text, std::size_t from) {
    return std::min(text.find_first_not_of(" \t", from), text.size());
}

/// The value of "  - key: value"; empty when the line has no such form.
Extent block_value(std::string_view text, const Extent& line) {
    std::size_t at = skip_blanks(text, line.begin);
    while (at + 1 < line.end && text[at] == '-' && text[at + 1] == ' ') at = skip_blanks(text, at + 1);
    const auto colon = text.substr(0, line.end).find(": ", at);
    if (colon == std::string_view::npos) return {line.end, line.end};
    if (text.substr(at, colon - at).find_first_of("{[\"'") != std::string_view::npos)
        return {line.end, line.end};
    return meant_value(text, skip_blanks(text, colon + 1), false);
}

Guess whole_value(const Scene& scene, const Extent& value, std::string message) {
    return Mistake{value, std::move(message), corrected_by_quotes(scene.text, value), true};
}

Guess tab_in_indentation(const Scene& scene) {
    for (const Extent& line : {scene.line, content_line_before(scene.text, scene.at)}) {
        const auto first = std::min(skip_blanks(scene.text, line.begin), line.end);
        const auto tab = scene.text.substr(0, first).find('\t', line.begin);
        if (tab == std::string_view::npos) continue;
        return Mistake{
            {tab, tab + 1}, "a tab in the indentation", "indent with spaces; YAML does not allow tabs there"};
    }
    return {};
}

Guess open_quote(const Scene& scene) {
    if (!scene.says("illegal EOF in scalar")) return {};
    auto at = scene.so_far.last().end;
    while (at < scene.text.size() && scene.text[at] != '"' && scene.text[at] != '\'') {
        at = scene.text[at] == '#' ? line_around(scene.text, at).end : at + 1;
    }
    if (at == scene.text.size()) return {};
    return Mistake{{at, at + 1},
                   "this quote is never closed",
                   std::string("put a ") + scene.text[at] + " at the end of the text"};
}

Guess expression_in_flow(const Scene& scene) {
    const Extent& last = scene.so_far.last();
    const bool is_cut = scene.is_flow() && last.end > last.begin && last.end < scene.text.size() &&
                        scene.text[last.end - 1] == '$' && scene.text[last.end] == '{';
    if (!is_cut) return {};
    const Extent meant = meant_value(scene.text, last.begin, true);
    return whole_value(scene, meant,
                       "inside { } and [ ] an expression needs quotes, or YAML takes its '{' for a map");
}

Guess forbidden_start(const Scene& scene) {
    const bool is_special = scene.at < scene.text.size() &&
                            std::string_view("@`%!&*").find(scene.text[scene.at]) != std::string_view::npos;
    const bool is_flow_token = scene.is_flow() && is_special;
    const Extent value = is_flow_token ? meant_value(scene.text, scene.at, true) : scene.value;
    const char first = value.end > value.begin ? scene.text[value.begin] : '\0';
    if (first == '\0' || std::string_view("@`%!&*|>?,").find(first) == std::string_view::npos) return {};
    return whole_value(scene, value,
                       std::string("a text cannot begin with '") + first + "' unless it is in quotes");
}

/// `a: "text` and further down `b: "text"`: the first quote ends where the second one begins.
Guess quote_closed_too_late(const Scene& scene) {
    const Extent& last = scene.so_far.last();
    if (!scene.so_far.is_last_quoted() || last.begin >= scene.line.begin) return {};
    const char quote = scene.text[last.begin];
    if ((quote != '"' && quote != '\'') || last.end < scene.line.begin) return {};
    return Mistake{{last.begin, last.begin + 1},
                   "this quote is not closed before the next one",
                   std::string("put a ") + quote + " at the end of the text"};
}

Guess text_behind_quote_or_bracket(const Scene& scene) {
    const char first = scene.value.end > scene.value.begin ? scene.text[scene.value.begin] : '\0';
    const bool is_behind =
        !scene.is_flow() && scene.at > scene.value.begin && scene.says("end of map not found");
    if (!is_behind || std::string_view("\"'[{").find(first) == std::string_view::npos) return {};
    const char closing = first == '[' ? ']' : first == '{' ? '}' : first;
    return whole_value(
        scene, scene.value,
        std::string("the value ends with the closing ") + closing + ", but there is more text after it");
}

Guess colon_in_value(const Scene& scene) {
    if (!scene.says("illegal map value") || scene.at < scene.value.begin) return {};
    const auto inside = slice(scene.text, scene.value);
    if (inside.find(": ") == std::string_view::npos && !inside.ends_with(':')) return {};
    return whole_value(scene, scene.value, "a text with ': ' in it needs quotes");
}

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-';
}

/// "key:value" or a lone word where "key: value" should stand.
Guess missing_colon(const Scene& scene) {
    if (!scene.says("illegal map value")) return {};
    const Extent line = content_line_before(scene.text, scene.at);
    const auto begin = skip_blanks(scene.text, line.begin);
    auto end = begin;
    while (end < line.end && is_word(scene.text[end])) ++end;
    if (end == begin) return {};
    if (end == line.end) {
        return Mistake{
            {begin, end},
            "this line has no ':'",
            corrected(scene.text, {begin, end}, std::string(slice(scene.text, {begin, end})) + ": …")};
    }
    if (scene.text[end] != ':' || end + 1 >= line.end || scene.text[end + 1] == ' ') return {};
    return Mistake{
        {end, end + 1}, "a space is missing after the ':'", corrected(scene.text, {end, end + 1}, ": ")};
}

Guess deeper_than_a_finished_line(const Scene& scene) {
    if (!scene.says("illegal map value")) return {};
    const Extent above = content_line_before(scene.text, scene.at);
    const Extent value = block_value(scene.text, above);
    const auto here = skip_blanks(scene.text, scene.line.begin) - scene.line.begin;
    const auto there = skip_blanks(scene.text, above.begin) - above.begin;
    if (value.begin == value.end || here <= there) return {};
    return Mistake{{scene.line.begin + here, scene.line.end},
                   "this line is indented deeper than the one above, which has its value already",
                   "begin it in the same column as the line above, or take the value there away"};
}

Guess item_on_the_line_of_its_key(const Scene& scene) {
    if (!scene.says("illegal block entry")) return {};
    return Mistake{{scene.at, scene.at + 1},
                   "a list with '-' begins on a line of its own",
                   "break the line after the ':', or write the list in one line: [a, b]"};
}

Guess lost_closing_bracket(const Scene& scene) {
    const auto open = scene.so_far.open_flow();
    if (!open || !scene.says("end of")) return {};
    const Extent line = line_around(scene.text, *open);
    const auto comment = slice(scene.text, line).find(" #", *open - line.begin);
    if (comment != std::string_view::npos) {
        return Mistake{{line.begin + comment + 1, line.end},
                       "'#' begins a comment here, so that the closing bracket after it is lost",
                       "put the text with the '#' in quotes"};
    }
    const char closing = scene.text[*open] == '[' ? ']' : '}';
    return Mistake{{*open, *open + 1},
                   std::string("this '") + scene.text[*open] + "' is not closed",
                   std::string("put a '") + closing +
                       "' at its end, and texts with brackets, commas or colons in quotes"};
}

Guess stray_closing_bracket(const Scene& scene) {
    if (!scene.says("illegal flow end")) return {};
    return Mistake{
        {scene.at, scene.at + 1}, "this bracket closes nothing", "take it out, or put the text in quotes"};
}

Guess wrong_indentation(const Scene& scene) {
    if (!scene.says("end of map not found") && !scene.says("end of sequence not found")) return {};
    const auto first = std::min(skip_blanks(scene.text, scene.line.begin), scene.line.end);
    const bool is_item = scene.text.substr(first).starts_with("- ");
    return Mistake{
        {first, scene.line.end},
        is_item ? "a list item where a key should stand" : "the indentation of this line fits no line above",
        "keys of one map, and items of one list, begin in the same column"};
}

Guess wrong_escape(const Scene& scene) {
    const bool is_escape =
        scene.says("unknown escape") || scene.says("hex number") || scene.says("invalid unicode");
    if (!is_escape) return {};
    const auto slash = scene.text.substr(0, std::min(scene.text.size(), scene.at + 1)).rfind('\\');
    const auto begin = slash == std::string_view::npos ? scene.at : slash;
    return Mistake{{begin, std::max(begin + 1, scene.at + 1)},
                   "YAML does not know this escape",
                   "for a backslash write \\\\, or put the text in single quotes: '…'"};
}

constexpr std::array kGuesses{tab_in_indentation,
                              open_quote,
                              expression_in_flow,
                              forbidden_start,
                              quote_closed_too_late,
                              colon_in_value,
                              text_behind_quote_or_bracket,
                              missing_colon,
                              deeper_than_a_finished_line,
                              item_on_the_line_of_its_key,
                              lost_closing_bracket,
                              stray_closing_bracket,
                              wrong_indentation,
                              wrong_escape};

}  // namespace

Mistake explain_syntax(std::string_view text, std::size_t at, std::string_view said,
                       const TreeBuilder& so_far) {
    at = std::min(at, text.size());
    Scene scene{text, at, said, so_far, line_around(text, at), {}};
    scene.value = block_value(text, scene.line);
    for (const auto guess : kGuesses) {
        if (auto found = guess(scene)) return *std::move(found);
    }
    return {{at, at + 1},
            "YAML cannot be read on from here: " + std::string(said),
            "check the indentation, and put texts with special characters in quotes"};
}

}  // namespace maillon::config
