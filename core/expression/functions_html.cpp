#include "core/expression/functions.h"
#include "core/expression/html_entities.h"
#include "core/expression/utf8.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace maillon::expression {
namespace {

static_assert(std::ranges::is_sorted(kHtmlEntities, {}, &HtmlEntity::name));

/// What browsers show for the references 128 to 159, which mean windows-1252 (HTML standard, numeric
/// character reference end state); 0 where it has nothing.
constexpr std::array<std::uint32_t, 32> kWindows{
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

std::optional<std::uint32_t> named(std::string_view name) {
    const auto found = std::ranges::lower_bound(kHtmlEntities, name, {}, &HtmlEntity::name);
    if (found == kHtmlEntities.end() || found->name != name) return std::nullopt;
    return found->point;
}

/// "#233" or "#xE9". What is no character becomes U+FFFD, as in a browser.
std::optional<std::uint32_t> numbered(std::string_view digits) {
    digits.remove_prefix(1);
    const bool hex = digits.starts_with('x') || digits.starts_with('X');
    if (hex) digits.remove_prefix(1);
    std::uint32_t point = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), point, hex ? 16 : 10);
    if (digits.empty() || end != digits.data() + digits.size()) return std::nullopt;
    if (error == std::errc() && point >= 0x80 && point <= 0x9F && kWindows[point - 0x80] != 0)
        return kWindows[point - 0x80];
    const bool wrong =
        error != std::errc() || point == 0 || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF);
    return wrong ? 0xFFFDu : point;
}

/// The text between '&' and ';'.
std::optional<std::uint32_t> referred(std::string_view name) {
    return name.starts_with('#') ? numbered(name) : named(name);
}

Value html_decode(const Call& call) {
    constexpr std::size_t kLongest = 12;
    if (!call.fits({Kind::text})) return call.no_overload();
    std::string_view rest = call[0].as_text();
    if (!call.frame.charge(1 + rest.size() / 5)) return call.frame.cost_failure();
    std::string out;
    for (std::size_t mark = rest.find('&'); mark != std::string_view::npos; mark = rest.find('&')) {
        out += rest.substr(0, mark);
        rest.remove_prefix(mark);
        const std::size_t end = rest.substr(0, kLongest).find(';');
        const auto point = end == std::string_view::npos ? std::nullopt : referred(rest.substr(1, end - 1));
        if (point) {
            append_point(out, *point);
        } else {
            out += '&';
        }
        rest.remove_prefix(point ? end + 1 : 1);
    }
    return call.text(out += rest);
}

bool is_space(std::string_view text, std::size_t at) {
    const std::uint32_t point = point_at(text, at);
    return point == ' ' || (point >= 0x09 && point <= 0x0D) || point == 0x85 || point == 0xA0 ||
           point == 0x1680 || (point >= 0x2000 && point <= 0x200A) || point == 0x2028 || point == 0x2029 ||
           point == 0x202F || point == 0x205F || point == 0x3000;
}

/// Runs of white space become one space, those at the ends nothing.
Value collapse(const Call& call) {
    if (!call.fits({Kind::text})) return call.no_overload();
    const std::string_view text = call[0].as_text();
    if (!call.frame.charge(1 + text.size() / 5)) return call.frame.cost_failure();
    std::string out;
    bool gap = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = sequence_length(text[at]);
        if (is_space(text, at)) {
            gap = !out.empty();
        } else {
            if (gap) out += ' ';
            gap = false;
            out += text.substr(at, size);
        }
        at += size;
    }
    return call.text(out);
}

using enum FunctionRow::Style;
constexpr std::array kRows{
    FunctionRow{"text.htmlDecode", global, 1, 1, html_decode, "(string) -> string"},
    FunctionRow{"text.collapse", global, 1, 1, collapse, "(string) -> string"},
};

}  // namespace

std::span<const FunctionRow> html_functions() {
    return kRows;
}

}  // namespace maillon::expression
