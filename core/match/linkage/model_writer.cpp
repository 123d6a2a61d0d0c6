#include "core/match/linkage/model_writer.h"

#include "core/match/linkage/levels.h"

#include <array>
#include <charconv>

namespace maillon::match {
namespace {

/// The shortest text that reads back as the same number.
std::string number(double value) {
    std::array<char, 40> text{};
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), error == std::errc{} ? end : text.data()};
}

std::string by_level(const std::vector<double>& shares, std::span<const LevelInfo> levels) {
    std::string out;
    for (std::size_t level = 1; level < levels.size(); ++level)
        out += (out.empty() ? "{" : ", ") + std::string(levels[level].name) + ": " + number(shares[level]);
    return out + "}";
}

/// Where the section that was learned before begins: at a line of its own.
std::size_t begin_of_learned(std::string_view text) {
    if (text.starts_with("learned:")) return 0;
    const auto found = text.find("\nlearned:");
    return found == std::string_view::npos ? text.size() : found + 1;
}

/// Where it ends: at the next key that is not indented.
std::size_t end_of_learned(std::string_view text, std::size_t begin) {
    auto at = text.find('\n', begin);
    while (at != std::string_view::npos && at + 1 < text.size()) {
        const char next = text[at + 1];
        if (next != ' ' && next != '\n' && next != '\r' && next != '#') return at + 1;
        at = text.find('\n', at + 1);
    }
    return text.size();
}

}  // namespace

std::string with_learned(std::string_view text, const Model& model) {
    const auto begin = begin_of_learned(text);
    std::string out(text.substr(0, begin));
    if (begin < text.size()) out += text.substr(end_of_learned(text, begin));
    while (!out.empty() && out.back() == '\n') out.pop_back();
    out += "\nlearned:\n  overlap: " + number(model.overlap.value_or(0.5)) + "\n  fields:\n";
    for (const auto& field : model.fields) {
        const auto levels = levels_of(field.kind);
        out += "    " + field.name + ":\n      m: " + by_level(field.weights.m, levels) +
               "\n      u: " + by_level(field.weights.u, levels) + "\n";
    }
    if (model.calibration.empty()) return out;
    out += "  calibration: [";
    for (std::size_t at = 0; at < model.calibration.size(); ++at)
        out += (at == 0 ? "[" : ", [") + number(model.calibration[at].said) + ", " +
               number(model.calibration[at].was) + "]";
    return out + "]\n";
}

}  // namespace maillon::match
