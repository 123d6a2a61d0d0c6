#include "core/match/normalise/handle.h"

#include "core/base/text.h"
#include "core/match/normalise/fold.h"
#include "core/match/normalise/link.h"

#include <algorithm>
#include <array>
#include <utility>

namespace maillon::match {
namespace {

enum class Sign { small, capital, digit, other };

Sign sign_of(char c) {
    if (c >= '0' && c <= '9') return Sign::digit;
    if (c >= 'A' && c <= 'Z') return Sign::capital;
    if (c == '.' || c == '-' || c == '_' || c == ' ' || c == '@' || c == '/' || c == '+') return Sign::other;
    return Sign::small;  // letters of other alphabets too
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 100 && std::ranges::all_of(text, [](char c) {
        return static_cast<unsigned char>(c) > 0x20 && c != '/' && c != ':' && c != 0x7F;
    });
}

}  // namespace

std::string Handle::id_key() const {
    return id.empty() ? std::string() : network + ':' + scope + ':' + id;
}

std::string Handle::name_key() const {
    return name.empty() ? std::string() : network + ':' + name;
}

std::string network_name(std::string_view text) {
    constexpr auto kOthers =
        std::to_array<std::pair<std::string_view, std::string_view>>({{"twitter", "x"},
                                                                      {"xcom", "x"},
                                                                      {"twittercom", "x"},
                                                                      {"fb", "facebook"},
                                                                      {"meta", "facebook"},
                                                                      {"ig", "instagram"},
                                                                      {"insta", "instagram"},
                                                                      {"li", "linkedin"},
                                                                      {"wa", "whatsapp"},
                                                                      {"yt", "youtube"},
                                                                      {"tg", "telegram"}});
    const std::string plain = compact(folded(text));
    const auto other = std::ranges::find(kOthers, std::string_view(plain),
                                         &std::pair<std::string_view, std::string_view>::first);
    return other == kOthers.end() ? plain : std::string(other->second);
}

std::optional<Handle> handle(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || text.substr(colon).starts_with("://") || text.find('.') < colon) {
        const auto address = link(text);
        return address ? address->profile : std::nullopt;
    }
    Handle out;
    out.network = network_name(text.substr(0, colon));
    std::string_view name = text.substr(colon + 1);
    while (!name.empty() && (name.front() == ' ' || name.front() == '@')) name.remove_prefix(1);
    if (out.network.empty() || !is_name(name)) return std::nullopt;
    out.name = ascii_lower(name);
    return out;
}

std::vector<std::string> handle_words(std::string_view name) {
    std::vector<std::string> out;
    std::string word;
    const auto end_word = [&] {
        const std::string plain = folded(word);
        for (const auto part : words(plain)) out.emplace_back(part);
        word.clear();
    };
    Sign before = Sign::other;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const Sign sign = sign_of(name[i]);
        const bool next_small = i + 1 < name.size() && sign_of(name[i + 1]) == Sign::small;
        const bool begins =
            sign == Sign::capital && (before == Sign::small || (before == Sign::capital && next_small));
        if (sign == Sign::other || sign == Sign::digit || begins) end_word();
        if (sign == Sign::small || sign == Sign::capital) word += name[i];
        before = sign;
    }
    end_word();
    return out;
}

}  // namespace maillon::match
