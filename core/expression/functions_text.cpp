#include "core/base/unicode.h"
#include "core/expression/containers.h"
#include "core/expression/functions.h"
#include "core/expression/text_search.h"
#include "core/expression/utf8.h"

#include <algorithm>
#include <array>

namespace maillon::expression {
namespace {

Value out_of_range(const Call& call, const Value& index, std::size_t size) {
    return call.frame.fail({.code = FailureCode::bad_index,
                            .span = call.span,
                            .a = index,
                            .b = Value::integer(static_cast<std::int64_t>(size))});
}

/// True when 0 ≤ index ≤ size.
bool is_within(const Value& index, std::size_t size) {
    return index.as_integer() >= 0 && static_cast<std::uint64_t>(index.as_integer()) <= size;
}

/// A receiver text that later steps walk through once or twice.
std::string_view paid_text(const Call& call) {
    call.frame.meter.spent += call[0].aux() / 10;
    return call[0].as_text();
}

Value char_at(const Call& call) {
    if (!call.fits({Kind::text, Kind::integer})) return call.no_overload();
    const std::string_view text = paid_text(call);
    const std::size_t size = count_points(text);
    if (!is_within(call[1], size)) return out_of_range(call, call[1], size);
    const std::size_t at = offset_of(text, static_cast<std::size_t>(call[1].as_integer()));
    return Value::text(at == text.size() ? std::string_view() : text.substr(at, sequence_length(text[at])));
}

Value index_result(std::string_view text, std::size_t found) {
    if (found == std::string_view::npos) return Value::integer(-1);
    return Value::integer(static_cast<std::int64_t>(count_points(text.substr(0, found))));
}

Value index_of(const Call& call) {
    if (!call.fits({Kind::text, Kind::text}) && !call.fits({Kind::text, Kind::text, Kind::integer}))
        return call.no_overload();
    const std::string_view text = paid_text(call);
    std::size_t from = 0;
    if (call.size() == 3) {
        const std::size_t size = count_points(text);
        if (!is_within(call[2], size)) return out_of_range(call, call[2], size);
        from = offset_of(text, static_cast<std::size_t>(call[2].as_integer()));
    }
    return index_result(text, text.find(call[1].as_text(), from));
}

Value last_index_of(const Call& call) {
    if (!call.fits({Kind::text, Kind::text}) && !call.fits({Kind::text, Kind::text, Kind::integer}))
        return call.no_overload();
    const std::string_view text = paid_text(call);
    std::size_t upto = std::string_view::npos;
    if (call.size() == 3) {
        const std::size_t size = count_points(text);
        if (!is_within(call[2], size)) return out_of_range(call, call[2], size);
        upto = offset_of(text, static_cast<std::size_t>(call[2].as_integer()));
    }
    return index_result(text, text.rfind(call[1].as_text(), upto));
}

Value substring(const Call& call) {
    if (!call.fits({Kind::text, Kind::integer}) && !call.fits({Kind::text, Kind::integer, Kind::integer}))
        return call.no_overload();
    const std::string_view text = paid_text(call);
    const std::size_t size = count_points(text);
    if (!is_within(call[1], size)) return out_of_range(call, call[1], size);
    const std::size_t begin = offset_of(text, static_cast<std::size_t>(call[1].as_integer()));
    if (call.size() == 2) return Value::text(text.substr(begin));
    if (!is_within(call[2], size)) return out_of_range(call, call[2], size);
    if (call[2].as_integer() < call[1].as_integer()) return call.fail("substring ends before it begins");
    const auto points = static_cast<std::size_t>(call[2].as_integer() - call[1].as_integer());
    return Value::text(text.substr(begin, offset_of(text.substr(begin), points)));
}

/// Maps each ASCII letter of one case; the other code points stay.
Value change_case(const Call& call, char first, char last, int by) {
    if (!call.fits({Kind::text})) return call.no_overload();
    const std::string_view text = call[0].as_text();
    if (!call.frame.charge(1 + text.size() / 10)) return call.frame.cost_failure();
    auto* out = static_cast<char*>(call.frame.arena.allocate(text.size(), 1));
    std::ranges::transform(text, out,
                           [&](char c) { return c >= first && c <= last ? static_cast<char>(c + by) : c; });
    return Value::text({out, text.size()});
}

Value lower_ascii(const Call& call) {
    return change_case(call, 'A', 'Z', 'a' - 'A');
}
Value upper_ascii(const Call& call) {
    return change_case(call, 'a', 'z', 'A' - 'a');
}

bool is_white(std::uint32_t point) {
    constexpr std::array<std::uint32_t, 9> kOthers{0x20,   0x85,   0xA0,   0x1680, 0x2028,
                                                   0x2029, 0x202F, 0x205F, 0x3000};
    return (point >= 0x09 && point <= 0x0D) || (point >= 0x2000 && point <= 0x200A) ||
           std::ranges::find(kOthers, point) != kOthers.end();
}

Value trim(const Call& call) {
    if (!call.fits({Kind::text})) return call.no_overload();
    std::string_view text = paid_text(call);
    while (!text.empty() && is_white(point_at(text, 0))) text.remove_prefix(sequence_length(text.front()));
    while (!text.empty()) {
        std::size_t at = text.size() - 1;
        while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0u) == 0x80u) --at;
        if (!is_white(point_at(text, at))) break;
        text.remove_suffix(text.size() - at);
    }
    return Value::text(text);
}

/// The last place at or before byte `at` where a character as people see it ends: accents, skins and joined
/// emoji are not torn off. Between two letters of the Latin alphabet no table is asked.
std::size_t cut_before(std::string_view text, std::size_t at) {
    const auto lone = [&](std::size_t i) { return point_at(text, i) < 0x300; };
    std::size_t last = at;
    while (last > 0 && (static_cast<unsigned char>(text[--last]) & 0xC0u) == 0x80u) {
    }
    const bool plain = at == 0 || (lone(at) && lone(last) && !(text[last] == '\r' && text[at] == '\n'));
    const Unicode* tables = plain ? nullptr : unicode().face;
    if (tables == nullptr) return at;
    std::size_t out = 0;
    for (const std::size_t end : tables->clusters(text)) {
        if (end > at) break;
        out = end;
    }
    return out;
}

/// Our own: at most n code points, the last of them "…" when something was cut.
Value truncate(const Call& call) {
    if (!call.fits({Kind::text, Kind::integer})) return call.no_overload();
    if (call[1].as_integer() < 0) return call.fail("a text cannot be truncated to a negative length");
    const std::string_view text = paid_text(call);
    const auto most = static_cast<std::size_t>(call[1].as_integer());
    if (offset_of(text, most) == text.size()) return call[0];
    if (most == 0) return Value::text({});
    return call.text(std::string(text.substr(0, cut_before(text, offset_of(text, most - 1)))) +
                     "\xE2\x80\xA6");
}

Value join(const Call& call) {
    const bool separated = call.size() == 2;
    if (!call[0].is(Kind::list) || (separated && !call[1].is(Kind::text))) return call.no_overload();
    const std::string_view separator = separated ? call[1].as_text() : std::string_view();
    std::string out;
    ListReader reader(call[0]);
    Value item;
    for (bool first = true; reader.next(item); first = false) {
        if (!item.is(Kind::text))
            return call.fail("only a list of texts can be joined",
                             "turn the others into text with .map(x, string(x))");
        if (!call.frame.charge(1 + (separator.size() + item.aux()) / 10)) return call.frame.cost_failure();
        if (!first) out += separator;
        out += item.as_text();
    }
    return call.text(out);
}

Value quote(const Call& call) {
    if (!call.fits({Kind::text})) return call.no_overload();
    constexpr std::string_view kPlain = "\a\b\f\n\r\t\v\\\"";
    constexpr std::string_view kEscape = "abfnrtv\\\"";
    std::string out = "\"";
    for (const char c : paid_text(call)) {
        const std::size_t found = kPlain.find(c);
        if (found == std::string_view::npos) {
            out += c;
        } else {
            (out += '\\') += kEscape[found];
        }
    }
    return call.text(out += '"');
}

Value split(const Call& call) {
    if (!call.fits({Kind::text, Kind::text}) && !call.fits({Kind::text, Kind::text, Kind::integer}))
        return call.no_overload();
    const std::int64_t limit = call.size() == 3 ? call[2].as_integer() : -1;
    if (limit == 0) return Value::list({});
    const std::size_t pieces = count_pieces(paid_text(call), call[1].as_text(), limit);
    if (!call.frame.charge(pieces)) return call.frame.cost_failure();
    const auto out = call.frame.arena.array<Value>(pieces);
    Pieces reader(call[0].as_text(), call[1].as_text());
    for (std::size_t i = 0; i < pieces; ++i)
        out[i] = Value::text(i + 1 < pieces ? reader.next() : reader.rest());
    return Value::list(out);
}

Value replace(const Call& call) {
    if (!call.fits({Kind::text, Kind::text, Kind::text}) &&
        !call.fits({Kind::text, Kind::text, Kind::text, Kind::integer})) {
        return call.no_overload();
    }
    const std::int64_t limit = call.size() == 4 ? call[3].as_integer() : -1;
    const std::string_view text = paid_text(call), with = call[2].as_text();
    const std::size_t places = count_places(text, call[1].as_text(), limit);
    if (places == 0) return call[0];
    if (!call.frame.charge(places + (text.size() + places * with.size()) / 10))
        return call.frame.cost_failure();
    return call.text(replaced(text, call[1].as_text(), with, places));
}

using enum FunctionRow::Style;
constexpr std::array kRows{
    FunctionRow{"charAt", method, 2, 2, char_at, "(string, int) -> string"},
    FunctionRow{"indexOf", method, 2, 3, index_of, "(string, string, int?) -> int"},
    FunctionRow{"lastIndexOf", method, 2, 3, last_index_of, "(string, string, int?) -> int"},
    FunctionRow{"substring", method, 2, 3, substring, "(string, int, int?) -> string"},
    FunctionRow{"lowerAscii", method, 1, 1, lower_ascii, "(string) -> string"},
    FunctionRow{"upperAscii", method, 1, 1, upper_ascii, "(string) -> string"},
    FunctionRow{"trim", method, 1, 1, trim, "(string) -> string"},
    FunctionRow{"truncate", method, 2, 2, truncate, "(string, int) -> string"},
    FunctionRow{"join", method, 1, 2, join, "(list(string), string?) -> string"},
    FunctionRow{"strings.quote", global, 1, 1, quote, "(string) -> string"},
    FunctionRow{"split", method, 2, 3, split, "(string, string, int?) -> list(string)"},
    FunctionRow{"replace", method, 3, 4, replace, "(string, string, string, int?) -> string"},
};

}  // namespace

std::span<const FunctionRow> text_functions() {
    return kRows;
}

}  // namespace maillon::expression
