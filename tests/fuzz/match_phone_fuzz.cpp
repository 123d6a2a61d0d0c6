// Telephone numbers as strangers write them: what is read is E.164, reads the same when it is read again, and
// the reader that remembers prefixes says the same as the one that does not.
#include "core/match/normalise/phone.h"

#include <algorithm>
#include <cstdlib>

using namespace maillon::match;

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

bool is_e164(std::string_view text) {
    return text.size() > 5 && text.size() <= 22 && text.front() == '+' &&
           std::ranges::all_of(text.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    constexpr std::string_view kCountries[] = {"FR", "BR", "MX", "AR", "US", ""};
    if (size == 0) return 0;
    const auto country = kCountries[data[0] % std::size(kCountries)];
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto number = phone(text, country);
    if (!number) return 0;
    must(is_e164(number->e164) && is_e164(number->key));
    const auto again = phone(number->e164, "");
    must(again && again->key == number->key);
    for (const auto& other : number->also) must(is_e164(other) && other != number->e164);
    return 0;
}
