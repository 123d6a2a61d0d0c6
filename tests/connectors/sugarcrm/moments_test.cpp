#include "moments.h"

#include <gtest/gtest.h>

namespace maillon::sugarcrm {
namespace {

TEST(Moments, AreTheSameWhateverTheUsersOffset) {
    const auto noon = moment("2026-03-02T10:07:42+00:00");

    ASSERT_TRUE(noon.has_value());
    EXPECT_EQ(*noon, 1'772'446'062'000);
    EXPECT_EQ(moment("2026-03-02T06:07:42-04:00"), noon);
    EXPECT_EQ(moment("2026-03-02T15:52:42+05:45"), noon);
    EXPECT_EQ(moment("2026-03-02T10:07:42Z"), noon);
    EXPECT_EQ(moment("2026-03-02T10:07:42+0000"), noon);
    EXPECT_EQ(moment("2026-03-02 10:07:42"), noon);
    EXPECT_EQ(moment("2026-03-02T10:07:42.250Z"), *noon + 250);
    EXPECT_EQ(moment("2026-03-02T10:07:42.1234567Z"), *noon + 123);
}

TEST(Moments, RefuseWhatIsNoDateAndTime) {
    for (const auto text :
         {"", "2026", "2026-03-02", "2026-02-30T10:00:00Z", "2026-13-01T10:00:00Z", "2026-03-02T25:00:00Z",
          "2026-03-02T10:60:00Z", "2026-03-02T10:07:42.Z", "2026-03-02T10:07:42Zx", "2026-03-02T10:07:42+5",
          "02/03/2026 10:07", "2026-03-02T10:07:4a", "-026-03-02T10:07:42Z"}) {
        EXPECT_FALSE(moment(text).has_value()) << text;
    }
}

TEST(Moments, AreWrittenInWholeSecondsOfUtc) {
    EXPECT_EQ(sugar_time(1'772'446'062'999), "2026-03-02T10:07:42+00:00");
    EXPECT_EQ(sugar_time(0), "1970-01-01T00:00:00+00:00");
    EXPECT_EQ(sugar_time(-1), "1969-12-31T23:59:59+00:00");
    EXPECT_EQ(moment(sugar_time(1'700'000'000'000)), 1'700'000'000'000);
}

}  // namespace
}  // namespace maillon::sugarcrm
