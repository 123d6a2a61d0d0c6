#include "core/config/yaml_lines.h"

#include "core/config/concealing.h"

#include <algorithm>

namespace maillon::config {
namespace {

bool is_opening(char c) {
    return c == '{' || c == '[' || c == '(';
}
bool is_closing(char c) {
    return c == '}' || c == ']' || c == ')';
}

/// Behind the quoted text that begins at `begin`, or `end` when its closing quote does not come.
std::size_t behind_quote(std::string_view text, std::size_t begin, std::size_t end) {
    const auto closing = text.substr(0, end).find(text[begin], begin + 1);
    return closing == std::string_view::npos ? end : closing + 1;
}

}  // namespace

std::string_view slice(std::string_view text, const Extent& extent) {
    return text.substr(extent.begin, extent.end - extent.begin);
}

Extent line_around(std::string_view text, std::size_t offset) {
    offset = std::min(offset, text.size());
    const auto before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
    Extent line{before == std::string_view::npos ? 0 : before + 1,
                std::min(text.find('\n', offset), text.size())};
    if (line.end > line.begin && text[line.end - 1] == '\r') --line.end;
    return line;
}

Extent content_line_before(std::string_view text, std::size_t offset) {
    Extent line = line_around(text, offset);
    while (line.begin > 0) {
        line = line_around(text, line.begin - 1);
        const auto content = slice(text, line);
        const auto first = content.find_first_not_of(" \t");
        if (first != std::string_view::npos && content[first] != '#') return line;
    }
    return {};
}

Extent meant_value(std::string_view text, std::size_t begin, bool is_flow) {
    const std::size_t line_end = line_around(text, begin).end;
    std::size_t end = begin;
    int depth = 0;
    while (end < line_end) {
        const char c = text[end];
        if (is_flow && depth == 0 && (c == ',' || c == '}' || c == ']')) break;
        if (is_opening(c)) ++depth;
        if (is_closing(c)) --depth;
        end = is_flow && (c == '"' || c == '\'') ? behind_quote(text, end, line_end) : end + 1;
    }
    while (end > begin && (text[end - 1] == ' ' || text[end - 1] == '\t')) --end;
    return {begin, end};
}

std::string corrected(std::string_view text, const Extent& part, std::string_view replacement) {
    const Extent line = line_around(text, part.begin);
    const auto first = std::min(text.find_first_not_of(" \t", line.begin), part.begin);
    std::string out(text.substr(first, part.begin - first));
    out += replacement;
    if (part.end < line.end) out += text.substr(part.end, line.end - part.end);
    return "write:  " + conceal_values(out);
}

std::string corrected_by_quotes(std::string_view text, const Extent& part) {
    return corrected(text, part, quoted(slice(text, part)));
}

}  // namespace maillon::config
