#include "core/match/linkage/text_field.h"

#include "core/match/normalise/fold.h"
#include "core/match/normalise/similarity.h"

#include <algorithm>
#include <cmath>

namespace maillon::match {
namespace {

enum TextLevel : Level { exact = 1, same_words, nearly, mostly, half, some, different };

// Cosines at which levels end. They only cut the scale into pieces: what a piece is worth is learned.
constexpr double kSameWords = 0.97, kNearly = 0.85, kMostly = 0.65, kHalf = 0.45, kSome = 0.25;
constexpr double kNearWord = 0.92;        // Jaro-Winkler of a word with a slip of the pen
constexpr std::size_t kShortestNear = 4;  // letters
constexpr std::size_t kShortestSlip = 5;
constexpr std::size_t kMostLeft = 8;  // words without a partner that are tried against each other
constexpr std::size_t kMostRare = 3;  // words for keys

/// As Jaro-Winkler tells, or by one slip of the pen in a word that is long enough.
double near_by(const std::string& a, const std::string& b) {
    const double similar = jaro_winkler(a, b);
    if (similar >= kNearWord || std::min(a.size(), b.size()) < kShortestSlip) return similar;
    return damerau(a, b) <= 1 ? kNearWord : similar;
}

}  // namespace

void TextField::add(Side side, std::span<const Cell> cells) {
    std::string text;
    for (const auto& cell : cells) {
        if (!cell.text.empty()) text += (text.empty() ? "" : " ") + folded(cell.text);
    }
    std::vector<ValuePool::Id> ids;
    for (const auto word : words(text)) ids.push_back(pool_.put(word));
    std::ranges::sort(ids);
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    const auto side_index = index(side);
    if (!is_probe_) {
        for (const auto id : ids) pool_.count(side_index, id);
    }
    words_[side_index].add(ids);
    whole_[side_index].push_back(hash_of(compact(text)));
}

void TextField::forget(Row left) {
    for (const auto word : words_[0].of(left)) pool_.uncount(0, word);
}

void TextField::finish() {
    rows_ = static_cast<double>(words_[0].rows() + words_[1].rows());
    complete();
}

void TextField::complete() {
    for (auto id = static_cast<ValuePool::Id>(weights_.size()); id < pool_.size(); ++id)
        weights_.push_back(std::log(1 + rows_ / std::max(1U, pool_.counted(0, id) + pool_.counted(1, id))));
    for (std::size_t side = 0; side < 2; ++side) {
        for (std::size_t row = norms_[side].size(); row < words_[side].rows(); ++row) {
            double sum = 0;
            for (const auto word : words_[side].of(row)) sum += weights_[word] * weights_[word];
            norms_[side].push_back(static_cast<float>(std::sqrt(sum)));
        }
    }
}

void TextField::forget_right() {
    pool_.release();
    weights_.resize(pool_.size());
    words_[1].clear();
    whole_[1].clear();
    norms_[1].clear();
}

double TextField::similarity(Row left, Row right) const {
    const auto r = index(Side::right);
    const auto a = words_[0].of(left), b = words_[r].of(right);
    std::array<ValuePool::Id, kMostLeft> rest_a{}, rest_b{};
    std::size_t count_a = 0, count_b = 0;
    double dot = 0;
    for (auto x = a.begin(), y = b.begin(); x != a.end() || y != b.end();) {
        if (y == b.end() || (x != a.end() && *x < *y)) {
            if (count_a < kMostLeft) rest_a[count_a++] = *x;
            ++x;
        } else if (x == a.end() || *y < *x) {
            if (count_b < kMostLeft) rest_b[count_b++] = *y;
            ++y;
        } else {
            dot += weights_[*x] * weights_[*x];
            ++x, ++y;
        }
    }
    dot += near_words({rest_a.data(), count_a}, {rest_b.data(), count_b});
    const double norms = static_cast<double>(norms_[0][left]) * static_cast<double>(norms_[r][right]);
    return norms > 0 ? std::min(1.0, dot / norms) : 0;
}

/// What words without an equal partner add when they have a similar one.
double TextField::near_words(std::span<const ValuePool::Id> a, std::span<const ValuePool::Id> b) const {
    double sum = 0;
    std::uint32_t taken = 0;
    for (const auto x : a) {
        const auto& word = pool_.text(x);
        if (word.size() < kShortestNear) continue;
        double best = 0;
        std::size_t partner = 0;
        for (std::size_t at = 0; at < b.size(); ++at) {
            const auto& other = pool_.text(b[at]);
            if ((taken >> at & 1U) != 0 || other.size() < kShortestNear || other.front() != word.front())
                continue;
            const double similar = near_by(word, other);
            if (similar >= kNearWord && similar > best) best = similar, partner = at;
        }
        if (best <= 0) continue;
        taken |= 1U << partner;
        sum += best * weights_[x] * weights_[b[partner]];
    }
    return sum;
}

Level TextField::compare(Row left, Row right) const {
    const auto r = index(Side::right);
    if (words_[0].of(left).empty() || words_[r].of(right).empty()) return kMissing;
    if (whole_[0][left] == whole_[r][right]) return exact;
    const double similar = similarity(left, right);
    if (similar >= kSameWords) return same_words;
    if (similar >= kNearly) return nearly;
    if (similar >= kMostly) return mostly;
    if (similar >= kHalf) return half;
    return similar >= kSome ? some : different;
}

std::string TextField::shown(Side side, Row row) const {
    std::string out;
    for (const auto word : words_[index(side)].of(row)) out += (out.empty() ? "" : " ") + pool_.text(word);
    return out;
}

std::vector<ValuePool::Id> TextField::rarest(Side side, Row row, std::size_t most) const {
    const auto all = words_[index(side)].of(row);
    std::vector<ValuePool::Id> out(all.begin(), all.end());
    std::ranges::stable_sort(out, [&](auto a, auto b) { return weights_[a] > weights_[b]; });
    if (out.size() > most) out.resize(most);
    return out;
}

void TextField::keys(Side side, Row row, std::string_view part, std::vector<std::uint64_t>& out) const {
    const auto all = words_[index(side)].of(row);
    if (all.empty()) return;
    if (part == "words") {
        for (const auto word : all) out.push_back(hash_of(pool_.text(word)));
    } else if (part == "rare") {
        for (const auto word : rarest(side, row, kMostRare)) out.push_back(hash_of(pool_.text(word)));
    } else if (part == "pairs") {
        const auto few = rarest(side, row, 2 * kMostRare);
        for (std::size_t i = 0; i < few.size(); ++i) {
            for (std::size_t j = i + 1; j < few.size(); ++j)
                out.push_back(hash_of(pool_.text(few[i])) + hash_of(pool_.text(few[j])));
        }
    } else {
        out.push_back(whole_[index(side)][row]);
    }
}

}  // namespace maillon::match
