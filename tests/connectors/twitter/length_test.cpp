#include "length.h"
#include "support.h"

namespace maillon::twitter {
namespace {

void expect_weights(const json::value& file) {
    for (const auto& item : file.at("cases").as_array()) {
        const std::string text(item.at("text").as_string());
        EXPECT_EQ(weighted_length(text), item.at("weightedLength").to_number<std::size_t>()) << text;
    }
}

TEST(WeightedLength, IsWhatXWouldCount) {
    expect_weights(sample("weights.json"));
}

TEST(WeightedLength, AgreesWithTheRecordedVectors) {
    if (const auto vectors = fixture("weighted-length.json")) {
        ASSERT_GE(vectors->at("cases").as_array().size(), 20u);
        expect_weights(*vectors);
    }
}

TEST(WeightedLength, CountsADecomposedTextLikeItsComposedForm) {
    EXPECT_EQ(weighted_length("e\xcc\x81"), weighted_length("\xc3\xa9"));
}

TEST(WeightedLength, TakesBytesThatAreNoUtf8AsOneMarkEach) {
    EXPECT_EQ(weighted_length("a\xff"), 3u);
    EXPECT_GE(weighted_length("\xed\xa0\x80"), 2u);  // half a surrogate pair
}

TEST(WeightedLength, TellsAddressesFromTheSentenceAround) {
    EXPECT_EQ(weighted_length("Go to example.com, now."), 6 + 23 + 6u);
    EXPECT_EQ(weighted_length("http://a.example http://b.example"), 23 + 1 + 23u);
    EXPECT_EQ(weighted_length("end.Next"), 8u);
    EXPECT_EQ(weighted_length("x.y"), 3u);
    EXPECT_EQ(weighted_length("http://"), 7u);
    EXPECT_EQ(weighted_length("https://localhost/x"), 19u);
}

}  // namespace
}  // namespace maillon::twitter
