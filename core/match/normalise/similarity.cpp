#include "core/match/normalise/similarity.h"

#include "core/match/normalise/fold.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <utility>

namespace maillon::match {
namespace {

constexpr std::size_t kLongest = 64;
constexpr std::size_t kMostWords = 16;

/// For each byte of `pattern` the places at which it stands. Entries of bytes that stand in neither text are
/// not set: clearing all of them would cost more than the comparison.
class Places {
public:
    Places(std::string_view pattern, std::string_view text) {
        for (const char c : text) at(c) = 0;
        for (const char c : pattern) at(c) = 0;
        std::uint64_t bit = 1;
        for (const char c : pattern) {
            at(c) |= bit;
            bit <<= 1;
        }
    }
    std::uint64_t operator[](char c) const { return bits_[static_cast<unsigned char>(c)]; }

private:
    std::uint64_t& at(char c) { return bits_[static_cast<unsigned char>(c)]; }
    std::array<std::uint64_t, 256> bits_;
};

/// Both cut to 64 bytes, in an order that does not depend on the caller's.
std::pair<std::string_view, std::string_view> ordered(std::string_view a, std::string_view b) {
    a = a.substr(0, kLongest);
    b = b.substr(0, kLongest);
    if (a.size() > b.size() || (a.size() == b.size() && b < a)) std::swap(a, b);
    return {a, b};
}

/// The first `count` places.
std::uint64_t lowest(std::size_t count) {
    return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

struct Matched {
    std::uint64_t in_a = 0, in_b = 0;
};

Matched matched(std::string_view a, std::string_view b) {
    const std::size_t window = b.size() / 2 > 0 ? b.size() / 2 - 1 : 0;
    const Places places(a, b);
    Matched out;
    for (std::size_t j = 0; j < b.size(); ++j) {
        const std::uint64_t near = lowest(j + window + 1) & ~(j > window ? lowest(j - window) : 0);
        const std::uint64_t free = places[b[j]] & near & ~out.in_a;
        if (free == 0) continue;
        out.in_a |= free & (~free + 1);
        out.in_b |= std::uint64_t{1} << j;
    }
    return out;
}

int transposed(std::string_view a, std::string_view b, Matched marks) {
    int out = 0;
    for (; marks.in_a != 0; marks.in_a &= marks.in_a - 1, marks.in_b &= marks.in_b - 1) {
        out += a[static_cast<std::size_t>(std::countr_zero(marks.in_a))] !=
               b[static_cast<std::size_t>(std::countr_zero(marks.in_b))];
    }
    return out;
}

/// Hyyrö's bit-parallel distance; with `swaps` the optimal string alignment.
std::size_t distance(std::string_view a, std::string_view b, bool swaps) {
    if (a.empty()) return b.size();
    const Places places(a, b);
    const std::uint64_t last = std::uint64_t{1} << (a.size() - 1);
    std::uint64_t plus = ~std::uint64_t{0}, minus = 0, diagonal = 0, before = 0;
    std::size_t out = a.size();
    for (const char c : b) {
        const std::uint64_t here = places[c];
        const std::uint64_t swapped = swaps ? ((~diagonal & here) << 1) & before : 0;
        diagonal = (((here & plus) + plus) ^ plus) | here | minus | swapped;
        std::uint64_t up = minus | ~(diagonal | plus);
        std::uint64_t down = diagonal & plus;
        out += (up & last) != 0;
        out -= (down & last) != 0;
        up = (up << 1) | 1;
        down <<= 1;
        plus = down | ~(diagonal | up);
        minus = up & diagonal;
        before = here;
    }
    return out;
}

struct Words {
    std::array<std::string_view, kMostWords> text;
    std::size_t count = 0;

    explicit Words(std::string_view from) {
        while (!from.empty() && count < kMostWords) {
            const auto end = std::min(from.find(' '), from.size());
            if (end > 0) text[count++] = from.substr(0, end);
            from.remove_prefix(std::min(end + 1, from.size()));
        }
    }
    void make_set() {
        std::sort(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(count));
        count = static_cast<std::size_t>(
            std::unique(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(count)) - text.begin());
    }
};

struct Overlap {
    std::size_t common = 0, a = 0, b = 0;
};

Overlap overlap(std::string_view left, std::string_view right) {
    Words a(left), b(right);
    a.make_set();
    b.make_set();
    Overlap out{0, a.count, b.count};
    for (std::size_t i = 0, j = 0; i < a.count && j < b.count;) {
        const auto order = a.text[i].compare(b.text[j]);
        out.common += order == 0;
        i += order <= 0;
        j += order >= 0;
    }
    return out;
}

double share(std::size_t part, std::size_t whole) {
    return static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

double jaro(std::string_view left, std::string_view right) {
    const auto [a, b] = ordered(left, right);
    if (a.empty()) return b.empty() ? 1 : 0;
    const Matched marks = matched(a, b);
    const int common = std::popcount(marks.in_a);
    if (common == 0) return 0;
    const double m = common;
    const double halves = transposed(a, b, marks) / 2;
    return (m / static_cast<double>(a.size()) + m / static_cast<double>(b.size()) + (m - halves) / m) / 3;
}

double jaro_winkler(std::string_view a, std::string_view b) {
    const double plain = jaro(a, b);
    if (plain <= 0.7) return plain;
    const auto longest = std::min({a.size(), b.size(), std::size_t{4}});
    std::size_t prefix = 0;
    while (prefix < longest && a[prefix] == b[prefix]) ++prefix;
    return plain + 0.1 * static_cast<double>(prefix) * (1 - plain);
}

std::size_t levenshtein(std::string_view left, std::string_view right) {
    const auto [a, b] = ordered(left, right);
    return distance(a, b, false);
}

std::size_t damerau(std::string_view left, std::string_view right) {
    const auto [a, b] = ordered(left, right);
    return distance(a, b, true);
}

double damerau_similarity(std::string_view a, std::string_view b) {
    const auto longer = std::min(std::max(a.size(), b.size()), kLongest);
    return longer == 0 ? 1 : 1 - share(damerau(a, b), longer);
}

double word_jaccard(std::string_view a, std::string_view b) {
    const Overlap both = overlap(a, b);
    const auto either = both.a + both.b - both.common;
    return either == 0 ? 1 : share(both.common, either);
}

double word_containment(std::string_view a, std::string_view b) {
    const Overlap both = overlap(a, b);
    const auto fewer = std::min(both.a, both.b);
    if (fewer == 0) return both.a == both.b ? 1 : 0;
    return share(both.common, fewer);
}

double word_similarity(std::string_view left, std::string_view right) {
    const auto [first, second] = ordered(left, right);
    Words fewer(first), more(second);
    if (fewer.count > more.count) std::swap(fewer, more);
    if (fewer.count == 0) return more.count == 0 ? 1 : 0;
    double sum = 0;
    std::uint32_t taken = 0;
    for (std::size_t i = 0; i < fewer.count; ++i) {
        double best = -1;
        std::size_t at = 0;
        for (std::size_t j = 0; j < more.count; ++j) {
            if ((taken >> j & 1) != 0) continue;
            const double alike = jaro_winkler(fewer.text[i], more.text[j]);
            if (alike > best) {
                best = alike;
                at = j;
            }
        }
        taken |= std::uint32_t{1} << at;
        sum += best;
    }
    return sum / static_cast<double>(more.count);
}

}  // namespace maillon::match
