#include "core/base/text.h"
#include "core/base/unicode.h"
#include "core/expression/containers.h"
#include "core/expression/functions.h"

#include <algorithm>
#include <array>
#include <optional>

namespace maillon::expression {
namespace {

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Takes the price of walking a text through the tables of Unicode. False when the budget is used up.
bool pay(const Call& call, std::string_view text) {
    return call.frame.charge(1 + text.size() / 2);
}

/// The tables of Unicode for one call; null when its text is ASCII alone and needs none.
class Tables {
public:
    Tables(const Call& call, bool needed) {
        if (!needed) return;
        face_ = unicode().face;
        if (face_ == nullptr) failure_ = call.fail("the tables of Unicode are not there", unicode().problem);
    }
    const Value& failure() const { return failure_; }  ///< unset when all is well
    const Unicode* face() const { return face_; }

    std::string folded(std::string_view text) const {
        return is_ascii(text) || face_ == nullptr ? ascii_lower(text) : face_->folded(text);
    }

private:
    const Unicode* face_ = nullptr;
    Value failure_;
};

std::string ascii_upper(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return out;
}

/// A change of the whole text: one way for ASCII, one by the tables.
template <std::string (*plain)(std::string_view), std::string (Unicode::*change)(std::string_view) const>
Value changed(const Call& call) {
    if (!call.fits({Kind::text})) return call.no_overload();
    const std::string_view text = call[0].as_text();
    if (!pay(call, text)) return call.frame.cost_failure();
    if (is_ascii(text)) return call.text(plain(text));
    const Tables tables(call, true);
    return tables.failure().is_error() ? tables.failure() : call.text((tables.face()->*change)(text));
}

Value words(const Call& call) {
    if (!call.fits({Kind::text})) return call.no_overload();
    const std::string_view text = call[0].as_text();
    if (!pay(call, text)) return call.frame.cost_failure();
    const Tables tables(call, true);
    if (tables.failure().is_error()) return tables.failure();
    const auto found = tables.face()->words(text);
    if (!call.frame.charge(found.size())) return call.frame.cost_failure();
    const auto out = call.frame.arena.array<Value>(found.size());
    std::ranges::transform(found, out.begin(), [](std::string_view word) { return Value::text(word); });
    return Value::list(out);
}

/// The folded words of a text with a space before and after each.
std::string spaced_words(const Tables& tables, std::string_view text) {
    const std::string folded = tables.folded(text);
    std::string out = " ";
    for (const std::string_view word : tables.face()->words(folded)) (out += word) += ' ';
    return out;
}

/// True when one of the texts of the list stands in the text as `Form` writes both.
template <std::string (*form)(const Tables&, std::string_view)>
Value contains_any(const Call& call, bool tables_needed) {
    if (!call.fits({Kind::text, Kind::list})) return call.no_overload();
    if (!pay(call, call[0].as_text())) return call.frame.cost_failure();
    ListReader reader(call[1]);
    for (Value item; reader.next(item);) {
        if (!item.is(Kind::text)) return call.fail("the list must hold texts alone");
        tables_needed = tables_needed || !is_ascii(item.as_text());
    }
    const Tables tables(call, tables_needed || !is_ascii(call[0].as_text()));
    if (tables.failure().is_error()) return tables.failure();
    const std::string text = form(tables, call[0].as_text());
    ListReader again(call[1]);
    for (Value item; again.next(item);) {
        if (!pay(call, item.as_text()) || !call.frame.charge(text.size() / 10))
            return call.frame.cost_failure();
        const std::string wanted = form(tables, item.as_text());
        if (wanted != " " && !wanted.empty() && text.find(wanted) != std::string::npos)
            return Value::boolean(true);
    }
    return Value::boolean(false);
}

std::string folded_text(const Tables& tables, std::string_view text) {
    return tables.folded(text);
}
Value contains_any_text(const Call& call) {
    return contains_any<folded_text>(call, false);
}
Value contains_any_word(const Call& call) {
    return contains_any<spaced_words>(call, true);
}

std::size_t total(const std::vector<PostPiece>& pieces) {
    std::size_t weight = 0;
    for (const PostPiece& piece : pieces) weight += piece.weight;
    return weight;
}

Value weighted_length(const Call& call) {
    if (!call.fits({Kind::text})) return call.no_overload();
    const std::string_view text = call[0].as_text();
    if (!pay(call, text)) return call.frame.cost_failure();
    const Tables tables(call, true);
    if (tables.failure().is_error()) return tables.failure();
    return Value::integer(
        static_cast<std::int64_t>(total(tables.face()->post_pieces(tables.face()->composed(text)))));
}

/// The text up to byte `end`, without white space there, and an ellipsis.
std::string cut(std::string_view text, std::size_t end) {
    while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\n' || text[end - 1] == '\t')) --end;
    return std::string(text.substr(0, end)) + "\xE2\x80\xA6";
}

/// The longest beginning that weighs at most `most` with its ellipsis; a cut can make an address where there
/// was none ("example.community"), so what comes out is weighed again.
std::optional<std::string> shortened(const Call& call, std::string_view text, std::size_t most,
                                     const Unicode& tables) {
    constexpr std::size_t kEllipsis = 2;
    const auto pieces = tables.post_pieces(text);
    std::size_t kept = 0;
    for (std::size_t weight = kEllipsis; kept < pieces.size() && weight + pieces[kept].weight <= most; ++kept)
        weight += pieces[kept].weight;
    for (;; --kept) {
        std::string out = cut(text, kept == 0 ? 0 : pieces[kept - 1].end);
        if (!call.frame.charge(1 + out.size() / 2)) return std::nullopt;
        if (kept == 0 || total(tables.post_pieces(out)) <= most) return out;
    }
}

Value truncate_weighted(const Call& call) {
    if (!call.fits({Kind::text, Kind::integer})) return call.no_overload();
    if (call[1].as_integer() < 0) return call.fail("a text cannot be truncated to a negative length");
    const std::string_view text = call[0].as_text();
    const auto most = static_cast<std::size_t>(call[1].as_integer());
    if (!pay(call, text)) return call.frame.cost_failure();
    const Tables tables(call, true);
    if (tables.failure().is_error()) return tables.failure();
    const std::string composed = tables.face()->composed(text);
    if (total(tables.face()->post_pieces(composed)) <= most) return call[0];
    if (most < 2) return Value::text({});
    const auto out = shortened(call, composed, most, *tables.face());
    return out ? call.text(*out) : call.frame.cost_failure();
}

using enum FunctionRow::Style;
constexpr Function kFold = changed<ascii_lower, &Unicode::folded>;
constexpr Function kLower = changed<ascii_lower, &Unicode::lower>;
constexpr Function kUpper = changed<ascii_upper, &Unicode::upper>;
constexpr std::array kRows{
    FunctionRow{"text.fold", global, 1, 1, kFold, "(string) -> string"},
    FunctionRow{"fold", method, 1, 1, kFold, "(string) -> string"},
    FunctionRow{"text.lower", global, 1, 1, kLower, "(string) -> string"},
    FunctionRow{"lower", method, 1, 1, kLower, "(string) -> string"},
    FunctionRow{"text.upper", global, 1, 1, kUpper, "(string) -> string"},
    FunctionRow{"upper", method, 1, 1, kUpper, "(string) -> string"},
    FunctionRow{"text.words", global, 1, 1, words, "(string) -> list(string)"},
    FunctionRow{"text.containsAny", global, 2, 2, contains_any_text, "(string, list(string)) -> bool"},
    FunctionRow{"text.containsAnyWord", global, 2, 2, contains_any_word, "(string, list(string)) -> bool"},
    FunctionRow{"text.weightedLength", global, 1, 1, weighted_length, "(string) -> int"},
    FunctionRow{"text.truncateWeighted", global, 2, 2, truncate_weighted, "(string, int) -> string"},
};

}  // namespace

std::span<const FunctionRow> unicode_functions() {
    return kRows;
}

}  // namespace maillon::expression
