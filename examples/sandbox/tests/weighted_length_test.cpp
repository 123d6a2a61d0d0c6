#include "x/weighted_length.h"

#include "common/json.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

using namespace sandbox;

TEST(WeightedLength, AgreesWithThePublishedVectors) {
    std::ifstream file(SANDBOX_TEST_DATA "/weighted-length.json");
    std::stringstream text;
    text << file.rdbuf();
    const json::value cases = json::parse(text.str());

    ASSERT_GT(cases.as_array().size(), 10U);
    for (const json::value& entry : cases.as_array()) {
        const json::object& one = entry.as_object();
        EXPECT_EQ(weighted_length(text_of(one, "text")), int_of(one, "weightedLength", -1))
            << text_of(one, "text");
    }
}

TEST(WeightedLength, LeavesOutTheNamesBeforeAReply) {
    EXPECT_EQ(without_leading_mentions("@ana @bo Désolé @c"), "Désolé @c");
    EXPECT_EQ(without_leading_mentions("@ana"), "");
    EXPECT_EQ(without_leading_mentions("plain"), "plain");
}
