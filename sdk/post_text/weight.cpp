#include "characters.h"
#include "maillon/post_text.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>
#include <algorithm>
#include <memory>

namespace maillon::post_text {
namespace {

constexpr std::size_t kAddressWeight = 23;
constexpr std::size_t kEmojiWeight = 2;

/// Where the characters as people see them end (extended grapheme clusters, UAX #29).
class Clusters {
public:
    explicit Clusters(std::string_view text) : size_(text.size()) {
        UErrorCode error = U_ZERO_ERROR;
        text_.reset(utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &error));
        breaks_.reset(ubrk_open(UBRK_CHARACTER, "", nullptr, 0, &error));
        if (U_SUCCESS(error)) ubrk_setUText(breaks_.get(), text_.get(), &error);
        if (U_FAILURE(error)) breaks_.reset();
    }
    /// The first end behind `at`.
    std::size_t end_behind(std::size_t at) {
        const auto end = breaks_ ? ubrk_following(breaks_.get(), static_cast<std::int32_t>(at)) : UBRK_DONE;
        return end == UBRK_DONE ? size_ : static_cast<std::size_t>(end);
    }

private:
    struct Close {
        void operator()(UText* text) const { utext_close(text); }
        void operator()(UBreakIterator* breaks) const { ubrk_close(breaks); }
    };
    std::size_t size_;
    std::unique_ptr<UText, Close> text_;
    std::unique_ptr<UBreakIterator, Close> breaks_;
};

std::size_t weight_of(UChar32 c) {
    const bool light =
        c <= 4351 || (c >= 8192 && c <= 8205) || (c >= 8208 && c <= 8223) || (c >= 8242 && c <= 8247);
    return light ? 1 : 2;
}

std::size_t weight_of(std::string_view cluster) {
    std::size_t weight = 0;
    for (std::size_t at = 0; at < cluster.size();) {
        if (const std::size_t emoji = emoji_at(cluster, at)) {
            weight += kEmojiWeight;
            at += emoji;
            continue;
        }
        const auto c = character_at(cluster, at);
        weight += weight_of(c.value);
        at += c.size;
    }
    return weight;
}

}  // namespace

std::vector<Piece> pieces(std::string_view text) {
    std::vector<Piece> out;
    Clusters clusters(text);
    const auto links = addresses(text);
    auto link = links.begin();
    for (std::size_t at = 0; at < text.size();) {
        const bool is_link = link != links.end() && link->begin == at;
        const std::size_t next = link == links.end() ? text.size() : is_link ? link->end : link->begin;
        const std::size_t end = is_link ? next : std::min(clusters.end_behind(at), next);
        out.push_back({end, is_link ? kAddressWeight : weight_of(text.substr(at, end - at))});
        if (is_link) ++link;
        at = end;
    }
    return out;
}

std::size_t weighted_length(std::string_view text) {
    std::size_t weight = 0;
    for (const Piece& piece : pieces(composed(text))) weight += piece.weight;
    return weight;
}

std::string composed(std::string_view text) {
    UErrorCode error = U_ZERO_ERROR;
    const auto* form_c = icu::Normalizer2::getNFCInstance(error);
    std::string out;
    if (U_FAILURE(error)) return std::string(text);
    icu::StringByteSink<std::string> sink(&out, static_cast<std::int32_t>(text.size()));
    form_c->normalizeUTF8(0, {text.data(), static_cast<std::int32_t>(text.size())}, sink, nullptr, error);
    return U_SUCCESS(error) ? out : std::string(text);
}

}  // namespace maillon::post_text
