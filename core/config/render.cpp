#include "core/config/concealing.h"
#include "core/config/diagnostic.h"

#include <algorithm>

namespace maillon::config {
namespace {

constexpr std::size_t kWidest = 120;  // characters of a source line that are shown
constexpr std::size_t kBefore = 60;   // of these, before the place

/// A line as single characters, so that columns can be counted.
std::vector<std::string_view> split_characters(std::string_view line) {
    std::vector<std::string_view> out;
    for (std::size_t i = 0; i < line.size();) {
        std::size_t end = i + 1;
        while (end < line.size() && (static_cast<unsigned char>(line[end]) & 0xC0u) == 0x80u) ++end;
        out.push_back(line.substr(i, end - i));
        i = end;
    }
    return out;
}

/// Control characters would garble a terminal; a tab must be one column wide for the caret to fit.
std::string_view shown(std::string_view character) {
    const auto byte = static_cast<unsigned char>(character.front());
    if (character == "\t") return " ";
    if (byte < 0x20 || byte == 0x7F || (byte >= 0x80 && character.size() == 1)) return "?";
    return character;
}

struct Window {
    std::string text;
    std::size_t column;  // of the place, from 0, within text
    std::size_t length;
};

Window window_on(std::string_view line, const Place& place) {
    const auto characters = split_characters(line);
    const std::size_t column = std::min<std::size_t>(place.column - 1, characters.size());
    std::size_t begin = 0;
    if (characters.size() > kWidest && column > kBefore) begin = column - kBefore;
    const std::size_t end = std::min(characters.size(), begin + kWidest);
    Window out{begin > 0 ? "…" : "", column - begin + (begin > 0 ? 1 : 0), 1};
    for (std::size_t i = begin; i < end; ++i) out.text += shown(characters[i]);
    if (end < characters.size()) out.text += "…";
    out.length =
        std::max<std::size_t>(1, std::min<std::size_t>(place.length, end > column ? end - column : 1));
    return out;
}

void append_source(std::string& out, const Place& place, const Sources& sources) {
    const auto line = conceal_line(sources, place.file, place.line);
    const Window window = window_on(line, place);
    const std::string number = std::to_string(place.line);
    const std::string gutter(number.size(), ' ');
    out += ' ' + number + " | " + window.text + '\n';
    out += ' ' + gutter + " | " + std::string(window.column, ' ') + '^' +
           std::string(window.length - 1, '~') + '\n';
}

void append_hint(std::string& out, std::string_view hint) {
    std::string_view lead = "  hint: ";
    while (!hint.empty()) {
        const auto end = std::min(hint.find('\n'), hint.size());
        out += std::string(lead) + std::string(hint.substr(0, end)) + '\n';
        hint.remove_prefix(std::min(end + 1, hint.size()));
        lead = "        ";
    }
}

std::string counted(std::size_t count, std::string_view thing) {
    return std::to_string(count) + ' ' + std::string(thing) + (count == 1 ? "" : "s");
}

}  // namespace

std::string render(const Diagnostic& diagnostic, const Sources& sources) {
    std::string out = sources.where(diagnostic.place);
    out += diagnostic.severity == Severity::error ? ": error: " : ": warning: ";
    out += diagnostic.message + '\n';
    if (diagnostic.place.is_known()) append_source(out, diagnostic.place, sources);
    append_hint(out, diagnostic.hint);
    return out;
}

std::string render(const Diagnostics& diagnostics, const Sources& sources) {
    std::string out;
    for (const auto& diagnostic : diagnostics.sorted()) out += render(diagnostic, sources);
    if (diagnostics.errors() > 0) out += counted(diagnostics.errors(), "error");
    if (diagnostics.errors() > 0 && diagnostics.warnings() > 0) out += ", ";
    if (diagnostics.warnings() > 0) out += counted(diagnostics.warnings(), "warning");
    const bool is_cut = diagnostics.errors() + diagnostics.warnings() > Diagnostics::kMost;
    if (is_cut) out += "; the first " + std::to_string(Diagnostics::kMost) + " are shown";
    if (!diagnostics.empty()) out += '\n';
    return out;
}

}  // namespace maillon::config
