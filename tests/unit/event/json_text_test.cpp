#include "core/event/json_text.h"

#include "core/event/json.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <limits>

namespace maillon {
namespace {

namespace json = boost::json;

TEST(JsonText, WritesNumbersAsPeopleDo) {
    EXPECT_EQ(json_text(0.98), "0.98");
    EXPECT_EQ(json_text(-12.5), "-12.5");
    EXPECT_EQ(json_text(100000.0), "100000.0");
    EXPECT_EQ(json_text(0.000001), "0.000001");
    EXPECT_EQ(json_text(1e300), "1e+300");
    EXPECT_EQ(json_text(5e-324), "5e-324");
}

TEST(JsonText, ADoubleStaysOneAndAnIntegerToo) {
    EXPECT_EQ(json_text(1.0), "1.0");
    EXPECT_EQ(json_text(0.0), "0.0");
    EXPECT_EQ(json_text(1e15), "1e+15");
    EXPECT_EQ(json_text(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
    EXPECT_EQ(json_text(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
}

TEST(JsonText, WhatJsonHasNoNumberForIsNull) {
    EXPECT_EQ(json_text(std::numeric_limits<double>::infinity()), "null");
    EXPECT_EQ(json_text(std::numeric_limits<double>::quiet_NaN()), "null");
}

TEST(JsonText, IsReadBackAsTheSameValue) {
    for (const double number :
         {0.1 + 0.2, 1.0 / 3, 123456789012345.6, 2.2250738585072014e-308, 9.999999e14}) {
        const auto back = Json::parse(json_text(number));
        ASSERT_TRUE(back) << number;
        EXPECT_EQ(back->to_boost(), json::value(number));
    }
    const auto all = json::parse(R"({"a":{},"b":[],"c":[1,[2.5,{"d\"":null}]],"e":"\u0007é","f":true})");
    EXPECT_EQ(json_text(all), R"({"a":{},"b":[],"c":[1,[2.5,{"d\"":null}]],"e":"\u0007é","f":true})");
    EXPECT_EQ(json::parse(json_text(all)), all);
}

}  // namespace
}  // namespace maillon
