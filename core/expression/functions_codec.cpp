#include "core/base/digest.h"
#include "core/expression/functions.h"

#include <array>
#include <optional>

namespace maillon::expression {
namespace {

std::optional<std::string> base64_decode(std::string_view text) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const bool padded = text.size() % 4 == 0;
    if (padded && text.ends_with('=')) text.remove_suffix(1);
    if (padded && text.ends_with('=')) text.remove_suffix(1);
    if (text.size() % 4 == 1) return std::nullopt;
    std::string out;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : text) {
        const std::size_t digit = kAlphabet.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        bits = (bits << 6) | static_cast<std::uint32_t>(digit);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        out += static_cast<char>((bits >> held) & 0xFFu);
    }
    return out;
}

Value encode(const Call& call) {
    return call.fits({Kind::bytes}) ? call.text(base64_encode(call[0].as_text())) : call.no_overload();
}

Value decode(const Call& call) {
    if (!call.fits({Kind::text})) return call.no_overload();
    const auto decoded = base64_decode(call[0].as_text());
    return decoded ? call.bytes(*decoded) : call.fail("the text is not base64");
}

using enum FunctionRow::Style;
constexpr std::array kRows{
    FunctionRow{"base64.encode", global, 1, 1, encode, "(bytes) -> string"},
    FunctionRow{"base64.decode", global, 1, 1, decode, "(string) -> bytes"},
};

}  // namespace

std::span<const FunctionRow> codec_functions() {
    return kRows;
}

}  // namespace maillon::expression
