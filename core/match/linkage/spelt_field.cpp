#include "core/match/linkage/spelt_field.h"

#include "core/match/normalise/fold.h"
#include "core/match/normalise/placeholder.h"
#include "core/match/normalise/similarity.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace maillon::match {
namespace {

constexpr std::size_t kShortest = 4;  // of shorter codes one sign is too much

enum DateLevel : Level { date_exact = 1, date_mistyped, date_same_year, date_different };
enum CodeLevel : Level { code_exact = 1, code_mistyped, code_different };

/// Day and month the other way round: 19830412 and 19831204.
bool is_swapped(const std::string& a, const std::string& b) {
    return a.size() == 8 && b.size() == 8 && a.compare(0, 4, b, 0, 4) == 0 && a.compare(4, 2, b, 6, 2) == 0 &&
           a.compare(6, 2, b, 4, 2) == 0;
}

std::array<std::string, 3> numbers_in(std::string_view text) {
    std::array<std::string, 3> out;
    std::size_t count = 0;
    bool is_inside = false;
    for (const char c : text) {
        const bool is_digit = c >= '0' && c <= '9';
        if (is_digit && !is_inside && count++ == 3) return {};
        if (is_digit) out[count - 1] += c;
        is_inside = is_digit;
    }
    return out;
}

std::string two(const std::string& number) {
    return number.size() == 1 ? "0" + number : number;
}

}  // namespace

std::string SpeltField::date_of(std::string_view text) {
    const auto [first, second, third] = numbers_in(text.substr(0, text.find('T')));
    if (first.size() == 4 && !third.empty()) return first + two(second) + two(third);
    if (third.size() == 4) return third + two(second) + two(first);
    return compact(folded(text));
}

void SpeltField::add(Side side, std::span<const Cell> cells) {
    std::string text;
    for (const auto& cell : cells) {
        if (!text.empty() || is_placeholder(cell.text)) continue;
        text = is_date_ ? date_of(cell.text) : compact(folded(cell.text));
    }
    const auto id = text.empty() ? ValuePool::kNone : pool_.put(text);
    const auto side_index = index(side);
    if (id != ValuePool::kNone && !is_probe_) {
        pool_.count(side_index, id);
        ++filled_[side_index];
    }
    ids_[side_index].push_back(id);
}

void SpeltField::forget(Row left) {
    const auto value = ids_[0][left];
    if (value == ValuePool::kNone) return;
    pool_.uncount(0, value);
    --filled_[0];
}

void SpeltField::finish() {
    usual_ = -std::log2(std::max(equal_share().value_or(1), 1e-12));
}

Level SpeltField::compare(Row left, Row right) const {
    const auto a = ids_[0][left], b = ids_[index(Side::right)][right];
    if (a == ValuePool::kNone || b == ValuePool::kNone) return kMissing;
    if (a == b) return 1;
    const auto& x = pool_.text(a);
    const auto& y = pool_.text(b);
    if (is_date_) return compare_dates(x, y);
    return std::min(x.size(), y.size()) >= kShortest && damerau(x, y) <= 1 ? code_mistyped : code_different;
}

Level SpeltField::compare_dates(const std::string& a, const std::string& b) const {
    if (damerau(a, b) <= 1 || is_swapped(a, b)) return date_mistyped;
    return a.size() >= 4 && a.compare(0, 4, b, 0, 4) == 0 ? date_same_year : date_different;
}

std::optional<double> SpeltField::rarity(Row left, Row right, Level level) const {
    const auto a = ids_[0][left], b = ids_[index(Side::right)][right];
    if (level == kMissing || level > 2) return std::nullopt;
    double share = 0;
    for (const auto value : {a, b}) {
        for (const std::size_t side : {std::size_t{0}, index(Side::right)})
            share = std::max(share,
                             pool_.counted(side, value) / std::max(1.0, static_cast<double>(filled_[side])));
    }
    return share > 0 ? std::optional(-std::log2(share) - usual_) : std::nullopt;
}

std::optional<double> SpeltField::equal_share() const {
    const std::size_t other = is_one_ || filled_[1] == 0 ? 0 : 1;
    if (filled_[0] == 0 || filled_[other] == 0) return std::nullopt;
    double pairs = 0;
    for (ValuePool::Id id = 0; id < pool_.size(); ++id)
        pairs += static_cast<double>(pool_.counted(0, id)) * pool_.counted(other, id);
    return pairs / static_cast<double>(filled_[0]) / static_cast<double>(filled_[other]);
}

std::string SpeltField::shown(Side side, Row row) const {
    const auto id = ids_[index(side)][row];
    return id == ValuePool::kNone ? std::string{} : pool_.text(id);
}

void SpeltField::keys(Side side, Row row, std::string_view part, std::vector<std::uint64_t>& out) const {
    const auto id = ids_[index(side)][row];
    if (id == ValuePool::kNone) return;
    const std::string_view text = pool_.text(id);
    out.push_back(hash_of(part == "year" ? text.substr(0, 4) : part == "first3" ? text.substr(0, 3) : text));
}

}  // namespace maillon::match
