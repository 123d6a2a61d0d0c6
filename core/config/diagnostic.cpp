#include "core/config/diagnostic.h"

#include <boost/json/object.hpp>

#include <algorithm>

namespace maillon::config {
namespace {

std::uint32_t characters(std::string_view text) {
    const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; };
    return static_cast<std::uint32_t>(std::ranges::count_if(text, begins));
}

bool lies_in(const Place& place, const Place& range) {
    return place.file == range.file && place.line == range.line && place.column >= range.column &&
           place.column < range.column + range.length;
}

}  // namespace

std::uint32_t Sources::add(std::string name, std::string text) {
    File file{std::move(name), std::move(text), {0}};
    for (std::size_t i = 0; i < file.text.size(); ++i) {
        if (file.text[i] == '\n') file.line_starts.push_back(i + 1);
    }
    files_.push_back(std::move(file));
    return static_cast<std::uint32_t>(files_.size() - 1);
}

std::string_view Sources::line(std::uint32_t file, std::uint32_t number) const {
    const auto& starts = files_.at(file).line_starts;
    if (number == 0 || number > starts.size()) return {};
    auto rest = std::string_view(files_.at(file).text).substr(starts[number - 1]);
    rest = rest.substr(0, rest.find('\n'));
    if (rest.ends_with('\r')) rest.remove_suffix(1);
    return rest;
}

std::string Sources::where(const Place& place) const {
    if (place.file == Place::kNoFile) return "maillon";
    std::string out = name(place.file);
    if (place.line != 0) out += ':' + std::to_string(place.line) + ':' + std::to_string(place.column);
    return out;
}

Place Sources::place_of(std::uint32_t file, std::size_t begin, std::size_t end) const {
    const auto& starts = files_.at(file).line_starts;
    const std::string_view text = files_.at(file).text;
    begin = std::min(begin, text.size());
    const auto next = std::ranges::upper_bound(starts, begin);
    const auto start = *std::prev(next);
    const auto number = static_cast<std::uint32_t>(next - starts.begin());
    const auto line_end = start + line(file, number).size();
    end = std::clamp(end, begin, std::max(begin, line_end));
    return {file, number, 1 + characters(text.substr(start, begin - start)),
            std::max(1u, characters(text.substr(begin, end - begin)))};
}

void Diagnostics::error(const Place& place, std::string message, std::string hint) {
    add({Severity::error, place, std::move(message), std::move(hint)});
}

void Diagnostics::warning(const Place& place, std::string message, std::string hint) {
    add({Severity::warning, place, std::move(message), std::move(hint)});
}

void Diagnostics::mute(const Place& place) {
    if (all_.size() < kMost) muted_.push_back(place);
}

void Diagnostics::count(Severity severity) {
    ++(severity == Severity::error ? errors_ : warnings_);
}

void Diagnostics::add(Diagnostic diagnostic) {
    if (all_.size() >= kMost) return count(diagnostic.severity);
    const auto covers = [&](const Place& muted) { return lies_in(diagnostic.place, muted); };
    if (std::ranges::any_of(muted_, covers)) return;
    count(diagnostic.severity);
    all_.push_back(std::move(diagnostic));
}

std::vector<Diagnostic> Diagnostics::sorted() const {
    auto out = all_;
    std::ranges::stable_sort(out, [](const Diagnostic& a, const Diagnostic& b) {
        return std::tie(a.place.file, a.place.line, a.place.column) <
               std::tie(b.place.file, b.place.line, b.place.column);
    });
    return out;
}

boost::json::array to_json(const Diagnostics& diagnostics, const Sources& sources) {
    boost::json::array out;
    for (const auto& diagnostic : diagnostics.sorted()) {
        boost::json::object entry;
        entry["severity"] = diagnostic.severity == Severity::error ? "error" : "warning";
        if (diagnostic.place.file != Place::kNoFile) entry["file"] = sources.name(diagnostic.place.file);
        if (diagnostic.place.is_known()) {
            entry["line"] = diagnostic.place.line;
            entry["column"] = diagnostic.place.column;
            entry["length"] = diagnostic.place.length;
        }
        entry["message"] = diagnostic.message;
        if (!diagnostic.hint.empty()) entry["hint"] = diagnostic.hint;
        out.emplace_back(std::move(entry));
    }
    return out;
}

}  // namespace maillon::config
