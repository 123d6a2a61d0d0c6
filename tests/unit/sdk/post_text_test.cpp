#include <maillon/post_text.h>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace maillon::post_text {
namespace {

namespace json = boost::json;

/// Holds the cases of a file of twitter-text's shape; returns how many there were.
std::size_t expect_weights(const std::filesystem::path& path) {
    std::ifstream file(path);
    const auto all = json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
    const auto& cases = all.at("cases").as_array();
    for (const auto& item : cases) {
        const std::string text(item.at("text").as_string());
        EXPECT_EQ(weighted_length(text), item.at("weightedLength").to_number<std::size_t>()) << text;
    }
    return cases.size();
}

std::vector<std::string> found_in(std::string_view text) {
    std::vector<std::string> out;
    for (const Span& one : addresses(text)) out.emplace_back(text.substr(one.begin, one.end - one.begin));
    return out;
}

using Texts = std::vector<std::string>;

TEST(WeightedLength, IsWhatXWouldCount) {
    EXPECT_GE(expect_weights(MAILLON_SOURCE_DIR "/tests/unit/sdk/data/weights.json"), 25u);
}

TEST(WeightedLength, AgreesWithTheRecordedVectors) {
    const std::filesystem::path shared =
        MAILLON_SOURCE_DIR "/../shared/fixtures/social/twitter/weighted-length.json";
    if (!std::filesystem::exists(shared)) return;
    EXPECT_GE(expect_weights(shared), 20u);
}

TEST(WeightedLength, CountsADecomposedTextLikeItsComposedForm) {
    EXPECT_EQ(weighted_length("e\xcc\x81"), 1u);
    EXPECT_EQ(composed("e\xcc\x81"), "\xc3\xa9");
}

TEST(WeightedLength, TakesBytesThatAreNoUtf8AsOneMarkEach) {
    EXPECT_EQ(weighted_length("a\xff"), 3u);
    EXPECT_GE(weighted_length("\xed\xa0\x80"), 2u);  // half a surrogate pair
}

TEST(WeightedLength, OfAnEmojiIsTwoHoweverLongItsSequence) {
    EXPECT_EQ(weighted_length("👩🏽‍🚀"), 2u);
    EXPECT_EQ(weighted_length("🇫🇷🇨🇦"), 4u);
    EXPECT_EQ(weighted_length("🏴󠁧󠁢󠁳󠁣󠁴󠁿"), 2u);
    EXPECT_EQ(weighted_length("1️⃣"), 2u);
    EXPECT_EQ(weighted_length("©"), 1u) << "a sign of text until a selector makes it a picture";
}

TEST(Pieces, NeverCutACharacterOrAnAddress) {
    const std::string text = "a👨‍👩‍👧 https://example.com/x é";
    std::size_t from = 0;
    Texts parts;
    for (const Piece& piece : pieces(text)) {
        parts.push_back(text.substr(from, piece.end - from));
        from = piece.end;
    }
    EXPECT_EQ(parts, (Texts{"a", "👨‍👩‍👧", " ", "https://example.com/x", " ", "é"}));
    EXPECT_TRUE(pieces("").empty());
}

TEST(Addresses, EndWhereTheSentenceGoesOn) {
    EXPECT_EQ(found_in("Go to example.com, now."), Texts{"example.com"});
    EXPECT_EQ(found_in("(see https://example.org/a_(b)?c=d)"), Texts{"https://example.org/a_(b)?c=d"});
    EXPECT_EQ(found_in("http://a.fr http://b.fr:8080/x."), (Texts{"http://a.fr", "http://b.fr:8080/x"}));
    EXPECT_EQ(found_in("lire https://fr.wikipedia.org/wiki/Été!"),
              Texts{"https://fr.wikipedia.org/wiki/Été"});
}

TEST(Addresses, AreOnlyWhatHasATopLevelDomain) {
    EXPECT_TRUE(found_in("x.y").empty());
    EXPECT_TRUE(found_in("http://a.example http://a_b.com http://-.com").empty());
    EXPECT_EQ(found_in("müller.de und http://例え.jp/x"), (Texts{"müller.de", "http://例え.jp/x"}));
    EXPECT_TRUE(found_in("http://").empty());
    EXPECT_TRUE(found_in("https://localhost/x").empty());
    EXPECT_TRUE(found_in("me@example.com and @example.com").empty());
    EXPECT_EQ(found_in("dernier prix: exemple.paris"), Texts{"exemple.paris"});
}

}  // namespace
}  // namespace maillon::post_text
