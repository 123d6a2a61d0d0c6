#include "cursor.h"

#include <gtest/gtest.h>

namespace maillon::sugarcrm {
namespace {

TEST(SugarCursor, SurvivesWritingAndReading) {
    Cursor cursor;
    cursor.learn("a", 1500);
    cursor.learn("b", 2500);
    cursor.move_to(2500);
    cursor.offset = 7;
    cursor.pass("a");
    cursor.pass("b");
    cursor.is_lost = true;
    cursor.changes_from = 1700;

    const auto back = Cursor::parse(cursor.text());

    EXPECT_EQ(back.text(), cursor.text());
    EXPECT_EQ(back.since, 2000);
    EXPECT_EQ(back.changes_from, 1700);
    EXPECT_EQ(back.trail, cursor.trail);
    EXPECT_TRUE(back.is_lost);
    EXPECT_EQ(back.seen, cursor.seen);
}

TEST(SugarCursor, WhatIsNoCursorIsTheBeginning) {
    for (const auto text :
         {"", "x", "{}", "[]", R"({"v":2,"offset":5})", R"({"v":1,"offset":-5,"trail":["a"],"seen":[]})"}) {
        const auto cursor = Cursor::parse(text);
        EXPECT_FALSE(cursor.since.has_value()) << text;
        EXPECT_EQ(cursor.offset, 0) << text;
        EXPECT_TRUE(cursor.trail.empty()) << text;
    }
}

TEST(SugarCursor, StaysShort) {
    Cursor cursor;
    for (int i = 0; i < 5000; ++i) cursor.learn("id" + std::to_string(i), i < 4000 ? i : 9000);
    cursor.forget_before(0);
    for (int i = 0; i < 500; ++i) cursor.pass("id" + std::to_string(i));

    EXPECT_EQ(cursor.trail.size(), 50u);
    EXPECT_EQ(cursor.trail.back(), "id499");
    EXPECT_LE(cursor.seen.size(), 300u);
    for (const auto& [id, date] : cursor.seen) EXPECT_EQ(date, 9000);
}

}  // namespace
}  // namespace maillon::sugarcrm
