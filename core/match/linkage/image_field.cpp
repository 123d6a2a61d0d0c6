#include "core/match/linkage/image_field.h"

#include "core/match/normalise/picture.h"

#include <array>
#include <cstdio>

namespace maillon::match {
namespace {

// Bits that may differ: the usual bounds for 64-bit perceptual hashes; unrelated pictures differ in about 32.
constexpr int kSame = 6, kSimilar = 10;

enum ImageLevel : Level { same = 1, similar, different };

}  // namespace

void ImageField::add(Side side, std::span<const Cell> cells) {
    std::uint64_t hash = 0;
    for (const auto& cell : cells) {
        if (hash == 0) hash = picture(cell.text).value_or(0);
    }
    hashes_[index(side)].push_back(hash);
    if (hash == 0 || most_shared_ == 0) return;
    if (++counts_[index(side)][hash] > most_shared_) common_[index(side)].insert(hash);
}

void ImageField::forget(Row left) {
    const auto hash = hashes_[0][left];
    if (hash == 0 || most_shared_ == 0) return;
    const auto found = counts_[0].find(hash);
    if (--found->second <= most_shared_) common_[0].erase(hash);
    if (found->second == 0) counts_[0].erase(found);
}

std::uint64_t ImageField::hash(Side side, Row row) const {
    const auto hash = hashes_[index(side)][row];
    return common_[index(side)].contains(hash) ? 0 : hash;
}

Level ImageField::compare(Row left, Row right) const {
    return compare_hashes(hash(Side::left, left), hash(Side::right, right));
}

void ImageField::compare_all(std::span<const Row> lefts, Row right, int shift,
                             std::span<std::uint64_t> levels) const {
    const auto theirs = hash(Side::right, right);
    if (theirs == 0) return;
    for (const auto left : lefts) __builtin_prefetch(&hashes_[0][left]);
    for (std::size_t at = 0; at < lefts.size(); ++at)
        levels[at] |= std::uint64_t{compare_hashes(hash(Side::left, lefts[at]), theirs)} << shift;
}

Level ImageField::compare_hashes(std::uint64_t a, std::uint64_t b) const {
    if (a == 0 || b == 0) return kMissing;
    const int distance = picture_distance(a, b);
    return distance <= kSame ? same : distance <= kSimilar ? similar : different;
}

std::string ImageField::shown(Side side, Row row) const {
    const auto value = hash(side, row);
    if (value == 0) return {};
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
    return text.data();
}

void ImageField::keys(Side side, Row row, std::string_view part, std::vector<std::uint64_t>& out) const {
    const auto value = hash(side, row);
    if (value == 0) return;
    if (part.empty()) return out.push_back(value);
    // Two pictures that differ in three bits or fewer share one of four bands for certain, with six mostly.
    for (unsigned band = 0; band < 4; ++band) out.push_back(mix(band, value >> (16 * band) & 0xFFFF));
}

}  // namespace maillon::match
