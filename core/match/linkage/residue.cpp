#include "core/match/linkage/residue.h"

#include "core/match/normalise/fold.h"
#include "core/match/normalise/handle.h"
#include "core/match/normalise/name_tables.h"

#include <algorithm>

namespace maillon::match {
namespace {

constexpr int kOldest = 1920, kYoungest = 2015;  // years in which somebody who writes to a firm was born

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// 1983 and 83 tell the same of a person.
std::string year_or_number(std::string_view digits) {
    if (digits.size() == 4) {
        const int year = std::stoi(std::string(digits));
        if (year >= kOldest && year <= kYoungest) return std::string(digits.substr(2));
    }
    return std::string(digits);
}

void add_numbers(std::string_view text, std::vector<std::string>& out) {
    for (std::size_t at = 0; at < text.size();) {
        if (!is_digit(text[at])) {
            ++at;
            continue;
        }
        auto end = at;
        while (end < text.size() && is_digit(text[end])) ++end;
        if (end - at >= 2 && end - at <= 9) out.push_back(year_or_number(text.substr(at, end - at)));
        at = end;
    }
}

/// What is left of a word when names are taken out of it: "jdupont" says nothing beyond "jean dupont".
std::string unexplained(std::string word, const std::vector<std::string>& names) {
    for (const auto& name : names) {
        if (name.size() < 3) continue;
        if (const auto at = word.find(name); at != std::string::npos) word.erase(at, name.size());
    }
    if (word.size() <= 2) return {};
    const auto& tables = name_tables();
    for (const auto& name : names) {
        if (tables.relation(word, name) != GivenRelation::none) return {};
    }
    return word;
}

void add_words(std::string_view text, const std::vector<std::string>& names, std::vector<std::string>& out) {
    for (auto& word : handle_words(text)) {
        if (auto left = unexplained(std::move(word), names); !left.empty()) out.push_back(std::move(left));
    }
}

/// The four digits that are a year, of a date however it is written.
std::string year_of(std::string_view text) {
    std::vector<std::string> numbers;
    for (std::size_t at = 0; at + 4 <= text.size(); ++at) {
        const auto four = text.substr(at, 4);
        const bool is_alone = at == 0 || !is_digit(text[at - 1]);
        if (!is_alone || !std::ranges::all_of(four, is_digit)) continue;
        const int year = std::stoi(std::string(four));
        if (year >= kOldest && year <= kYoungest) return std::string(four.substr(2));
    }
    return {};
}

}  // namespace

std::vector<std::string> residues(std::span<const Cell> cells) {
    std::vector<std::string> names, out;
    for (const auto& cell : cells) {
        if (cell.part != "name") continue;
        const auto text = folded(cell.text);
        for (const auto word : words(text)) names.emplace_back(word);
        names.push_back(compact(text));
    }
    std::ranges::sort(names, [](const auto& a, const auto& b) { return a.size() > b.size(); });
    for (const auto& cell : cells) {
        if (cell.part == "name" || cell.text.empty()) continue;
        if (cell.part == "year") {
            if (auto year = year_of(cell.text); !year.empty()) out.push_back(std::move(year));
            continue;
        }
        const auto local = cell.text.substr(0, cell.text.find('@'));
        add_numbers(local, out);
        add_words(local, names, out);
    }
    return out;
}

}  // namespace maillon::match
