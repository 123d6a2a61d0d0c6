#include "core/web/query.h"
#include "core/web/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace maillon;
using ::testing::ElementsAre;
using ::testing::Pair;

TEST(Query, DecodesNamesAndValues) {
    EXPECT_THAT(parse_query("a=1&b%5B0%5D=x+y%26z&&flag&c=1=2"),
                ElementsAre(Pair("a", "1"), Pair("b[0]", "x y&z"), Pair("flag", ""), Pair("c", "1=2")));
}

TEST(Query, LeavesABrokenPercentAlone) {
    EXPECT_EQ(percent_decode("100%"), "100%");
    EXPECT_EQ(percent_decode("%4"), "%4");
    EXPECT_EQ(percent_decode("%zz%41"), "%zzA");
    EXPECT_EQ(percent_decode("a+b"), "a+b");
}

TEST(Query, EncodingIsUndoneByDecoding) {
    std::string every;
    for (int c = 0; c < 256; ++c) every.push_back(static_cast<char>(c));

    EXPECT_EQ(percent_encode("a b/é~"), "a%20b%2F%C3%A9~");
    EXPECT_EQ(percent_decode(percent_encode(every)), every);
}

TEST(Query, SplitsAPathBeforeDecodingIt) {
    EXPECT_THAT(path_segments("/a//b%2Fc/"), ElementsAre("a", "b/c"));
    EXPECT_THAT(path_segments("/"), ElementsAre());
}

TEST(HttpHeaders, IgnoreTheCaseOfNames) {
    HttpHeaders headers;
    headers.add("Retry-After", "1");
    headers.set("RETRY-AFTER", "2");

    EXPECT_EQ(headers.find("retry-after"), "2");
    EXPECT_EQ(headers.fields.size(), 1U);
    EXPECT_FALSE(headers.find("retry"));
}
