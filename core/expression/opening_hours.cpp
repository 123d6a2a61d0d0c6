#include "core/expression/opening_hours.h"

#include <algorithm>
#include <array>

namespace maillon::expression {
namespace {

constexpr int kDay = 24 * 60;
constexpr unsigned kEveryDay = 0x7F;

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

/// The text up to the separator, which is taken off with it.
std::string_view next_piece(std::string_view& text, char separator) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view piece = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return trimmed(piece);
}

std::optional<unsigned> weekday(std::string_view text) {
    constexpr std::array<std::string_view, 7> kNames{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"};
    const auto found = std::ranges::find(kNames, text);
    if (found == kNames.end()) return std::nullopt;
    return static_cast<unsigned>(found - kNames.begin());
}

/// "Mo-Fr,Su" as bits.
std::optional<unsigned> parse_days(std::string_view text) {
    unsigned days = 0;
    do {
        std::string_view item = next_piece(text, ',');
        const auto first = weekday(next_piece(item, '-'));
        const auto last = item.empty() ? first : weekday(item);
        if (!first || !last) return std::nullopt;
        for (unsigned day = *first;; day = (day + 1) % 7) {
            days |= 1u << day;
            if (day == *last) break;
        }
    } while (!text.empty());
    return days;
}

/// "HH:MM" up to 24:00.
std::optional<int> parse_minute(std::string_view text) {
    const auto digit = [&](std::size_t i) {
        return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : 99'999;
    };
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const int hour = 10 * digit(0) + digit(1), minute = 10 * digit(3) + digit(4);
    if (minute > 59 || 60 * hour + minute > kDay) return std::nullopt;
    return 60 * hour + minute;
}

std::optional<std::vector<std::pair<int, int>>> parse_times(std::string_view text) {
    std::vector<std::pair<int, int>> out;
    do {
        std::string_view item = next_piece(text, ',');
        const auto begin = parse_minute(next_piece(item, '-'));
        const auto end = parse_minute(item);
        if (!begin || !end || *begin == kDay) return std::nullopt;
        out.emplace_back(*begin, *end > *begin ? *end : *end + kDay);
    } while (!text.empty());
    return out;
}

}  // namespace

std::optional<OpeningHours::Rule> OpeningHours::parse_rule(std::string_view text) {
    Rule out{kEveryDay, {{0, kDay}}};
    if (text == "24/7") return out;
    const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    if (is_letter(text.front()) && text != "off" && text != "closed") {
        // The days end at the first space behind which no further day stands.
        std::size_t end = 0;
        while (end < text.size() &&
               (is_letter(text[end]) || text[end] == ',' || text[end] == '-' ||
                (text[end] == ' ' && end > 0 && (text[end - 1] == ',' || text[end - 1] == '-'))))
            ++end;
        const auto days = parse_days(text.substr(0, end));
        if (!days || (end < text.size() && text[end] != ' ')) return std::nullopt;
        out.days = *days;
        text = trimmed(text.substr(end));
    }
    if (text.empty()) return out;
    if (text == "off" || text == "closed") return Rule{out.days, {}};
    auto times = parse_times(text);
    if (!times) return std::nullopt;
    return Rule{out.days, std::move(*times)};
}

std::optional<OpeningHours> OpeningHours::parse(std::string_view text) {
    OpeningHours out;
    do {
        const std::string_view piece = next_piece(text, ';');
        auto rule = piece.empty() ? std::nullopt : parse_rule(piece);
        if (!rule) return std::nullopt;
        out.rules_.push_back(std::move(*rule));
    } while (!trimmed(text).empty());
    return out;
}

const OpeningHours::Rule* OpeningHours::rule_of(unsigned weekday) const {
    const auto found = std::find_if(rules_.rbegin(), rules_.rend(),
                                    [&](const Rule& rule) { return (rule.days >> weekday & 1u) != 0; });
    return found == rules_.rend() ? nullptr : &*found;
}

bool OpeningHours::is_open(unsigned weekday, int minute) const {
    const auto covers = [](const Rule* rule, int at) {
        return rule != nullptr && std::ranges::any_of(rule->times, [&](const auto& time) {
                   return at >= time.first && at < time.second;
               });
    };
    return covers(rule_of(weekday), minute) || covers(rule_of((weekday + 6) % 7), minute + kDay);
}

}  // namespace maillon::expression
