#include "core/base/assert.h"
#include "core/base/text.h"

#include <cstdint>

namespace {

/// Cuts the input at its first line break into two words, short enough for an answer in time.
std::pair<std::string_view, std::string_view> two_words(std::string_view text) {
    const auto end = std::min(text.find('\n'), text.size());
    return {text.substr(0, std::min<std::size_t>(end, 200)),
            text.substr(std::min(end + 1, text.size())).substr(0, 200)};
}

}  // namespace

/// The laws that a distance keeps, and that checking UTF-8 depends on nothing but the bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    MAILLON_ASSERT(maillon::ascii_lower(text).size() == size, "lower case has another length");
    MAILLON_ASSERT(maillon::is_utf8(text) == maillon::is_utf8(maillon::ascii_lower(text)),
                   "case decides over UTF-8");

    const auto [a, b] = two_words(text);
    const auto distance = maillon::edit_distance(a, b);
    MAILLON_ASSERT(distance == maillon::edit_distance(b, a), "a distance has a direction");
    MAILLON_ASSERT((distance == 0) == (a == b), "different words without a distance");
    MAILLON_ASSERT(distance <= std::max(a.size(), b.size()), "a distance longer than the words");
    return 0;
}
