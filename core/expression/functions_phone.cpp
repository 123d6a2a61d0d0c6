#include "core/base/phone_book.h"
#include "core/base/text.h"
#include "core/expression/functions.h"

#include <algorithm>
#include <array>

namespace maillon::expression {
namespace {

constexpr std::uint64_t kPrice = 200;  // of reading a number: some fifty microseconds
constexpr std::size_t kLongest = 64;   // no number of any country is longer, with all its marks

/// A letter of ASCII, or the first byte of one of Latin, Greek, Cyrillic, Hebrew or Arabic. Dashes, spaces
/// and digits of other scripts are none.
bool is_letter(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (byte >= 0xC3 && byte <= 0xDB);
}

/// The number without "tel:" and without what announces an extension ("ext. 12", "poste 4"). Empty when other
/// letters stand in it: they would be read as the digits of a keypad.
std::string_view without_extension(std::string_view text) {
    const std::string lower = ascii_lower(text);
    std::size_t begin = lower.starts_with("tel:") ? 4 : 0;
    const auto letter =
        std::find_if(text.begin() + static_cast<std::ptrdiff_t>(begin), text.end(), is_letter);
    std::size_t end = static_cast<std::size_t>(letter - text.begin());
    if (end < text.size()) {
        constexpr auto kWords =
            std::to_array<std::string_view>({"ext", "extension", "x", "poste", "post", "durchwahl", "dw",
                                             "int", "interno", "anexo", "ramal"});
        std::size_t stop = end;
        while (stop < text.size() && is_letter(text[stop])) ++stop;
        const bool announces =
            end > begin && std::ranges::find(kWords, lower.substr(end, stop - end)) != kWords.end();
        if (!announces) return {};
    }
    end = std::min(end, text.find_first_of("#;", begin));
    return text.substr(begin, end - begin);
}

/// The number of a call's arguments, or a failure of the call in `failure`.
std::optional<PhoneNumber> read(const Call& call, Value& failure) {
    if (!call.fits({Kind::text}) && !call.fits({Kind::text, Kind::text})) {
        failure = call.no_overload();
        return std::nullopt;
    }
    if (!call.frame.charge(kPrice)) {
        failure = call.frame.cost_failure();
        return std::nullopt;
    }
    const Loaded<PhoneBook>& book = phone_book();
    if (book.face == nullptr) {
        failure = call.fail("the numbering plans are not there", book.problem);
        return std::nullopt;
    }
    std::string country(call.size() == 2 ? call[1].as_text() : std::string_view());
    std::ranges::transform(country, country.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    if (!country.empty() && !book.face->knows(country)) {
        failure = call.fail("there is no such country", "two letters of ISO 3166 are wanted, as 'FR'");
        return std::nullopt;
    }
    if (call[0].as_text().size() > kLongest) return std::nullopt;
    const std::string_view number = without_extension(call[0].as_text());
    return number.empty() ? std::nullopt : book.face->read(number, country);
}

Value optional_text(const Call& call, std::string_view text) {
    const Value out = call.text(text);
    return out.is_error() ? out : Value::some(call.frame.arena, out);
}

Value e164(const Call& call) {
    Value failure;
    const auto number = read(call, failure);
    if (failure.is_error()) return failure;
    return number ? optional_text(call, number->e164) : Value::none();
}

Value is_valid(const Call& call) {
    Value failure;
    const auto number = read(call, failure);
    return failure.is_error() ? failure : Value::boolean(number && number->is_assigned);
}

Value country(const Call& call) {
    Value failure;
    const auto number = read(call, failure);
    if (failure.is_error()) return failure;
    return number && !number->country.empty() ? optional_text(call, number->country) : Value::none();
}

Value kind(const Call& call) {
    Value failure;
    const auto number = read(call, failure);
    return failure.is_error() ? failure : call.text(number ? number->kind : "unknown");
}

using enum FunctionRow::Style;
constexpr std::array kRows{
    FunctionRow{"phone.e164", global, 1, 2, e164, "(string, string?) -> optional(string)"},
    FunctionRow{"phone.isValid", global, 1, 2, is_valid, "(string, string?) -> bool"},
    FunctionRow{"phone.country", global, 1, 2, country, "(string, string?) -> optional(string)"},
    FunctionRow{"phone.kind", global, 1, 2, kind, "(string, string?) -> string"},
};

}  // namespace

std::span<const FunctionRow> phone_functions() {
    return kRows;
}

}  // namespace maillon::expression
