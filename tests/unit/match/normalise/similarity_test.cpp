#include "core/match/normalise/similarity.h"

#include "core/base/text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace maillon::match {
namespace {

/// Jaro as its author wrote it, with two arrays of marks.
double plain_jaro(std::string a, std::string b) {
    if (a.size() > b.size() || (a.size() == b.size() && b < a)) std::swap(a, b);
    if (a.empty()) return b.empty() ? 1 : 0;
    const auto window = static_cast<std::ptrdiff_t>(std::max<std::size_t>(b.size() / 2, 1)) - 1;
    std::vector<bool> in_a(a.size()), in_b(b.size());
    double common = 0;
    for (std::size_t j = 0; j < b.size(); ++j) {
        for (std::size_t i = 0; i < a.size(); ++i) {
            const auto apart = static_cast<std::ptrdiff_t>(i) - static_cast<std::ptrdiff_t>(j);
            if (std::abs(apart) > window || in_a[i] || a[i] != b[j]) continue;
            in_a[i] = in_b[j] = true;
            ++common;
            break;
        }
    }
    if (common == 0) return 0;
    int transposed = 0;
    for (std::size_t i = 0, j = 0; i < a.size(); ++i) {
        if (!in_a[i]) continue;
        while (!in_b[j]) ++j;
        transposed += a[i] != b[j++];
    }
    const double halves = transposed / 2;
    return (common / static_cast<double>(a.size()) + common / static_cast<double>(b.size()) +
            (common - halves) / common) /
           3;
}

std::size_t plain_levenshtein(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
            diagonal = above;
        }
    }
    return row[b.size()];
}

class Texts {
public:
    /// A text of few letters, so that much is in common; with every other call one that is like the last.
    std::string next() {
        if (!last_.empty() && (random_() & 1) != 0) {
            std::swap(last_[random_() % last_.size()], last_[random_() % last_.size()]);
            if ((random_() & 1) != 0) last_.erase(random_() % last_.size(), 1);
            return last_;
        }
        last_.clear();
        for (auto size = random_() % 65; size > 0; --size) last_ += static_cast<char>('a' + random_() % 5);
        return last_;
    }

private:
    std::mt19937 random_{11};
    std::string last_;
};

TEST(Similarity, IsThatOfThePlainAlgorithmsOnTexts) {
    Texts texts;
    for (int i = 0; i < 20'000; ++i) {
        const std::string a = texts.next(), b = texts.next();

        ASSERT_DOUBLE_EQ(jaro(a, b), plain_jaro(a, b)) << a << ' ' << b;
        ASSERT_EQ(levenshtein(a, b), plain_levenshtein(a, b)) << a << ' ' << b;
        ASSERT_EQ(damerau(a, b), edit_distance(a, b)) << a << ' ' << b;
        ASSERT_EQ(jaro_winkler(a, b), jaro_winkler(b, a));
    }
}

TEST(Similarity, HasThePublishedValues) {
    EXPECT_NEAR(jaro("martha", "marhta"), 0.9444, 1e-4);
    EXPECT_NEAR(jaro_winkler("martha", "marhta"), 0.9611, 1e-4);
    EXPECT_NEAR(jaro_winkler("dixon", "dicksonx"), 0.8133, 1e-4);
    EXPECT_NEAR(jaro_winkler("dwayne", "duane"), 0.8400, 1e-4);
    EXPECT_EQ(levenshtein("kitten", "sitting"), 3u);
    EXPECT_EQ(damerau("dupotn", "dupont"), 1u);
    EXPECT_EQ(damerau("ca", "abc"), 3u);
}

TEST(Similarity, OfNothingIsZeroUnlessBothAreNothing) {
    EXPECT_EQ(jaro("", ""), 1);
    EXPECT_EQ(jaro_winkler("", "a"), 0);
    EXPECT_EQ(damerau("", "abc"), 3u);
    EXPECT_EQ(damerau_similarity("", ""), 1);
    EXPECT_EQ(word_jaccard("", "a"), 0);
    EXPECT_EQ(word_containment("", ""), 1);
    EXPECT_EQ(word_similarity("", "a"), 0);
}

TEST(Similarity, LooksAtTheFirst64Bytes) {
    const std::string a(64, 'a'), longer = a + std::string(500, 'b');

    EXPECT_EQ(jaro_winkler(a, longer), 1);
    EXPECT_EQ(levenshtein(a, longer), 0u);
}

TEST(Similarity, OfWordsDoesNotMindTheirOrder) {
    EXPECT_EQ(word_jaccard("opale media", "media opale"), 1);
    EXPECT_DOUBLE_EQ(word_jaccard("opale media paris", "media opale"), 2.0 / 3);
    EXPECT_EQ(word_containment("opale media paris", "media opale"), 1);
    EXPECT_EQ(word_similarity("jean dupont", "dupont jean"), 1);
    EXPECT_GT(word_similarity("jean dupond", "dupont jean"), 0.95);
    EXPECT_LT(word_similarity("jean", "dupont jean"), 0.51);
}

}  // namespace
}  // namespace maillon::match
