#include "core/base/id.h"

#include <gtest/gtest.h>

#include <type_traits>
#include <unordered_set>

namespace maillon {
namespace {

static_assert(!std::is_convertible_v<RunId, CallId>, "an id of one kind is not one of another");
static_assert(!std::is_constructible_v<RunId, CallId>);
static_assert(!std::is_convertible_v<std::int64_t, RunId>, "a number is not an id by itself");

TEST(RowId, IsUnsetUntilItHasARow) {
    EXPECT_FALSE(RunId{}.is_set());
    EXPECT_TRUE(RunId{1}.is_set());
    EXPECT_EQ(RunId{7}.value(), 7);
}

TEST(RowId, HasTheOrderOfItsRows) {
    EXPECT_LT(EventSeq{1}, EventSeq{2});
    EXPECT_EQ(EventSeq{2}, EventSeq{2});
    EXPECT_NE(EventSeq{2}, EventSeq{3});
}

TEST(RowId, IsAKeyOfHashTables) {
    std::unordered_set<CallId> seen{CallId{1}, CallId{2}, CallId{1}};

    EXPECT_EQ(seen.size(), 2u);
    EXPECT_TRUE(seen.contains(CallId{2}));
}

}  // namespace
}  // namespace maillon
