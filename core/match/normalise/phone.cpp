#include "core/match/normalise/phone.h"

#include "core/base/phone_book.h"
#include "core/base/text.h"
#include "core/match/normalise/letters.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace maillon::match {
namespace {

constexpr std::size_t kLongest = 64;  // no number is longer, with all its marks

/// The digits of a text, a leading + (also 00) kept. Empty when letters other than of an extension stand in
/// it.
struct Written {
    std::string digits{};
    bool is_international = false;
};

/// A digit of any of the usual scripts, or -1.
int digit_of(std::uint32_t point) {
    constexpr std::array<std::uint32_t, 6> kZeros{'0', 0x660, 0x6F0, 0x966, 0x9E6, 0xFF10};
    for (const auto zero : kZeros) {
        if (point >= zero && point < zero + 10) return static_cast<int>(point - zero);
    }
    return -1;
}

bool is_letter(std::uint32_t point) {
    return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z') ||
           (point >= 0xC0 && point < 0x2000 && digit_of(point) < 0);
}

bool announces_extension(std::string_view rest) {
    constexpr auto kWords = std::to_array<std::string_view>(
        {"ext", "x", "poste", "post", "durchwahl", "dw", "int", "interno", "anexo", "ramal", "#", ";"});
    const std::string lower = ascii_lower(rest.substr(0, 12));
    return std::ranges::any_of(kWords, [&](auto word) { return lower.starts_with(word); });
}

Written written(std::string_view text) {
    Written out;
    if (text.size() > kLongest) return out;
    if (ascii_lower(text.substr(0, 4)) == "tel:") text.remove_prefix(4);
    bool in_optional_zero = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const std::uint32_t point = next_point(text, at);
        if (point == kNoPoint) return {};
        if (const int digit = digit_of(point); digit >= 0) {
            // "+33 (0)6 …": the zero is for callers at home.
            in_optional_zero = out.is_international && digit == 0 && begin > 0 && text[begin - 1] == '(' &&
                               at < text.size() && text[at] == ')';
            if (!in_optional_zero) out.digits += static_cast<char>('0' + digit);
        } else if ((point == '+' || point == 0xFF0B) && out.digits.empty()) {
            out.is_international = true;
        } else if (is_letter(point) || point == '#' || point == ';') {
            if (out.digits.size() < 5 || !announces_extension(text.substr(begin))) return {};
            break;
        }
    }
    if (!out.is_international && out.digits.starts_with("00")) {
        out.is_international = true;
        out.digits.erase(0, 2);
    }
    return out;
}

/// All digits one, or counted up: nobody's number.
bool is_placeholder_number(std::string_view digits) {
    const auto tail = digits.substr(digits.size() > 7 ? digits.size() - 7 : 0);
    const bool one = std::ranges::all_of(tail, [&](char c) { return c == tail.front(); });
    constexpr std::string_view kUp = "01234567890123456789", kDown = "98765432109876543210";
    return one || kUp.find(digits) != std::string_view::npos || kDown.find(digits) != std::string_view::npos;
}

/// Brazil: since 2016 all mobiles have nine digits, the first a 9; land lines begin with 2 to 5 and have
/// eight.
void brazil(Phone& phone) {
    const std::string subscriber = phone.e164.substr(5);
    if (subscriber.size() == 8 && subscriber[0] >= '6') {
        phone.also.push_back(phone.e164);
        phone.e164.insert(5, 1, '9');
    } else if (subscriber.size() == 9 && subscriber[0] == '9' && subscriber[1] >= '6') {
        phone.also.push_back(phone.e164.substr(0, 5) + subscriber.substr(1));
    }
    phone.key = phone.e164;
}

/// Mexico: until 2019 mobiles took a 1 behind the country's 52.
void mexico(Phone& phone) {
    if (phone.e164.size() == 14 && phone.e164[3] == '1') phone.e164.erase(3, 1);
    if (phone.e164.size() == 13) phone.also.push_back("+521" + phone.e164.substr(3));
    phone.key = phone.e164;
}

/// Argentina: mobiles take a 9 when called from abroad; the ten digits behind it are a line's own.
void argentina(Phone& phone) {
    phone.key = phone.e164;
    if (phone.e164.size() == 14 && phone.e164[3] == '9') {
        phone.key.erase(3, 1);
        phone.also.push_back(phone.key);
    } else if (phone.e164.size() == 13) {
        phone.also.push_back("+549" + phone.e164.substr(3));
    }
}

Phone known_forms(std::string e164) {
    Phone out;
    out.e164 = std::move(e164);
    out.key = out.e164;
    if (out.e164.starts_with("+55") && out.e164.size() > 5) brazil(out);
    if (out.e164.starts_with("+52")) mexico(out);
    if (out.e164.starts_with("+54")) argentina(out);
    return out;
}

std::string upper(std::string_view country) {
    std::string out(country);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

/// The number in E.164 by the numbering plans, or without them by its digits.
std::optional<std::string> by_plans(const Written& number, const std::string& country) {
    const PhoneBook* plans = phone_book().face;
    if (plans == nullptr) {
        const bool fits = number.is_international && number.digits.size() >= 8 && number.digits.size() <= 15;
        return fits ? std::optional("+" + number.digits) : std::nullopt;
    }
    if (!number.is_international && (country.empty() || !plans->knows(country))) return std::nullopt;
    const auto known = plans->read((number.is_international ? "+" : "") + number.digits, country);
    if (!known) return std::nullopt;
    // With a trunk prefix written twice each reading takes one away: nobody's number.
    const bool is_as_written = known->e164.substr(1) == number.digits;
    const auto again = is_as_written ? known : plans->read(known->e164, "");
    return again && again->e164 == known->e164 ? std::optional(known->e164) : std::nullopt;
}

/// How numbers with one prefix and length become E.164: `drop` digits give way to `lead`.
struct Rule {
    bool is_number = false;
    std::size_t drop = 0;
    std::string lead{};
};

constexpr std::size_t kShort = 5;

/// What of a number tells its plan: the country, what it puts in front, and what a carrier does. In Argentina
/// the 15 of a mobile stands behind an area code of up to four digits.
std::size_t prefix_of(const Written& number, const std::string& country) {
    const bool argentine = number.is_international ? number.digits.starts_with("54") : country == "AR";
    return argentine ? 8 : kShort;
}

/// Nothing where the answer hangs on digits behind the prefix.
std::optional<Rule> rule_of(std::string_view digits, std::size_t prefix,
                            const std::optional<std::string>& e164) {
    if (!e164) return Rule{};
    std::size_t same = 0;
    const auto most = std::min(digits.size(), e164->size() - 1);
    while (same < most && digits[digits.size() - 1 - same] == (*e164)[e164->size() - 1 - same]) ++same;
    const std::size_t kept = std::min(same, digits.size() - std::min(digits.size(), prefix));
    // More than "0" or "00" gone is a way to dial abroad: the country's own rules may take more.
    if (digits.size() - same > (prefix == kShort ? 2 : prefix)) return std::nullopt;
    return Rule{true, digits.size() - kept, e164->substr(0, e164->size() - kept)};
}

bool is_readable(const Written& number) {
    return number.digits.size() >= 5 && number.digits.size() <= 20 && !is_placeholder_number(number.digits);
}

}  // namespace

std::optional<Phone> phone(std::string_view text, std::string_view country) {
    const Written number = written(text);
    if (!is_readable(number)) return std::nullopt;
    auto e164 = by_plans(number, upper(country));
    if (!e164 || is_placeholder_number(std::string_view(*e164).substr(1))) return std::nullopt;
    return known_forms(std::move(*e164));
}

struct PhoneReader::Memory {
    std::unordered_map<std::uint64_t, Rule> rules;
};

bool is_country(std::string_view country) {
    const auto name = upper(country);
    const auto is_letter = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (name.size() != 2 || !std::ranges::all_of(name, is_letter)) return false;
    const PhoneBook* plans = phone_book().face;
    return plans == nullptr || plans->knows(name);
}

PhoneReader::PhoneReader(std::string_view country)
    : country_(upper(country)), memory_(std::make_unique<Memory>()) {}
PhoneReader::~PhoneReader() = default;
PhoneReader::PhoneReader(PhoneReader&&) noexcept = default;
PhoneReader& PhoneReader::operator=(PhoneReader&&) noexcept = default;

std::optional<Phone> PhoneReader::read(std::string_view text) {
    constexpr std::size_t kMostRules = 100'000;
    const Written number = written(text);
    if (!is_readable(number)) return std::nullopt;
    const std::size_t prefix = prefix_of(number, country_);
    std::uint64_t known_by = number.is_international ? 2 : 1;
    for (const char c : std::string_view(number.digits).substr(0, prefix)) {
        known_by = known_by * 10 + static_cast<std::uint64_t>(c - '0');
    }
    known_by = known_by * 32 + number.digits.size();
    auto rule = memory_->rules.find(known_by);
    if (rule == memory_->rules.end()) {
        const auto e164 = by_plans(number, country_);
        const auto found = rule_of(number.digits, prefix, e164);
        if (!found) return e164 ? std::optional(known_forms(*e164)) : std::nullopt;
        if (memory_->rules.size() >= kMostRules) memory_->rules.clear();
        rule = memory_->rules.emplace(known_by, *found).first;
    }
    if (!rule->second.is_number) return std::nullopt;
    std::string e164 = rule->second.lead + number.digits.substr(rule->second.drop);
    if (is_placeholder_number(std::string_view(e164).substr(1))) return std::nullopt;
    return known_forms(std::move(e164));
}

}  // namespace maillon::match
