#include "unicode_text.h"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <stdexcept>

namespace maillon::twitter {
namespace {

/// ICU counts in int32; posts are short, and what is longer is refused before it comes here.
std::int32_t size_of(std::size_t size) {
    if (size > 1'000'000) throw std::length_error("text too long to be weighed");
    return static_cast<std::int32_t>(size);
}

void check(UErrorCode status) {
    if (U_FAILURE(status)) throw std::runtime_error(std::string("ICU: ") + u_errorName(status));
}

}  // namespace

std::u16string to_composed(std::string_view utf8) {
    std::u16string wide(utf8.size(), u'\0');
    std::int32_t length = 0;
    UErrorCode status = U_ZERO_ERROR;
    u_strFromUTF8WithSub(wide.data(), size_of(wide.size()), &length, utf8.data(), size_of(utf8.size()),
                         0xFFFD, nullptr, &status);
    check(status);
    wide.resize(static_cast<std::size_t>(length));
    const auto* form = unorm2_getNFCInstance(&status);
    check(status);
    // A character grows threefold at most when it is composed (Unicode Standard Annex 15).
    std::u16string out(wide.size() * 3, u'\0');
    length =
        unorm2_normalize(form, wide.data(), size_of(wide.size()), out.data(), size_of(out.size()), &status);
    check(status);
    out.resize(static_cast<std::size_t>(length));
    return out;
}

std::string to_utf8(std::u16string_view text) {
    std::string out(text.size() * 3, '\0');
    std::int32_t length = 0;
    UErrorCode status = U_ZERO_ERROR;
    u_strToUTF8WithSub(out.data(), size_of(out.size()), &length, text.data(), size_of(text.size()), 0xFFFD,
                       nullptr, &status);
    check(status);
    out.resize(static_cast<std::size_t>(length));
    return out;
}

}  // namespace maillon::twitter
