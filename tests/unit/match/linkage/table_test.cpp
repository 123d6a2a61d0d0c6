#include "core/match/linkage/table.h"

#include <gtest/gtest.h>

namespace maillon::match {
namespace {

std::string fault_of(std::string_view text) {
    const auto table = Table::parse("people.csv", text);
    return table ? "no fault" : table.error().what;
}

TEST(Table, ReadsQuotesCommasLineEndsAndBlanksOfACell) {
    const auto table = Table::parse("people.csv",
                                    "\xEF\xBB\xBFid,name,note\r\n"
                                    "1,\"Dupont, Anne\",\"said \"\"yes\"\"\"\r\n"
                                    "2,  Bo  ,\"two\nlines\"\r\n");

    ASSERT_TRUE(table) << table.error().what;
    ASSERT_EQ(table->rows(), 2U);
    EXPECT_EQ(table->columns().front(), "id");
    EXPECT_EQ(table->cell(0, 1), "Dupont, Anne");
    EXPECT_EQ(table->cell(0, 2), "said \"yes\"");
    EXPECT_EQ(table->cell(1, 1), "Bo");
    EXPECT_EQ(table->cell(1, 2), "two\nlines");
}

TEST(Table, TellsTheLineOfARowBehindCellsOfSeveralLines) {
    const auto table = Table::parse("t.csv", "a,b\n\"x\ny\nz\",1\n\nlast,2");

    ASSERT_TRUE(table);
    ASSERT_EQ(table->rows(), 2U);
    EXPECT_EQ(table->line(0), 2U);
    EXPECT_EQ(table->line(1), 6U);
    EXPECT_EQ(table->cell(1, 1), "2");
}

TEST(Table, TakesAQuoteInsideAPlainCellAsItIs) {
    const auto table = Table::parse("t.csv", "a,b\n3.5\" disk,x\n");

    ASSERT_TRUE(table);
    EXPECT_EQ(table->cell(0, 0), "3.5\" disk");
}

TEST(Table, SaysWhereARowHasTooFewCells) {
    EXPECT_EQ(fault_of("a,b,c\n1,2,3\n1,2\n"),
              "people.csv:3: this row has 2 cells and the first line names 3 columns; is a quote or a comma "
              "missing?");
}

TEST(Table, SaysWhereAQuoteWasOpenedThatIsNeverClosed) {
    EXPECT_EQ(fault_of("a,b\n1,2\n\"open,2\n3,4\n"), "people.csv:3: a quote is opened and never closed");
}

TEST(Table, RefusesTextBehindAClosedQuote) {
    EXPECT_EQ(fault_of("a,b\n\"x\"y,2\n"),
              "people.csv:2: text stands behind a closed quote; a quote inside of a cell is doubled");
}

TEST(Table, ColumnsMayBePartedByOtherSignsToo) {
    for (const auto* text : {"id;name;note\n1;\"Dupont; Anne\";a, b\n2;;c|d\n",
                             "id\tname\tnote\n1\t\"Dupont; Anne\" \ta, b\n2\t\tc|d\n",
                             "id|\"the,full,names;;;\"|note\n1|Dupont; Anne|a, b\n2||\"c|d\"\n"}) {
        const auto table = Table::parse("people.csv", text);

        ASSERT_TRUE(table) << table.error().what;
        ASSERT_EQ(table->columns().size(), 3U) << text;
        ASSERT_EQ(table->rows(), 2U);
        EXPECT_EQ(table->cell(0, 1), "Dupont; Anne");
        EXPECT_EQ(table->cell(0, 2), "a, b");
        EXPECT_EQ(table->cell(1, 1), "");
        EXPECT_EQ(table->cell(1, 2), "c|d");
    }
    EXPECT_EQ(Table::parse("one.csv", "id\n1;2\n")->cell(0, 0), "1;2");
}

TEST(Table, RefusesAnEmptyFileAColumnTwiceAndOtherEncodings) {
    EXPECT_EQ(fault_of(""), "people.csv:1: the file is empty; its first line has to name the columns");
    EXPECT_EQ(fault_of("a,b,a\n"), "people.csv:1: the column 'a' stands there twice");
    EXPECT_EQ(fault_of("a\nJos\xE9\n"), "people.csv:2: column 1 is not UTF-8; save the file as UTF-8");
}

TEST(Table, SaysWhichFileCannotBeRead) {
    const auto table = Table::read("/nowhere/people.csv");

    ASSERT_FALSE(table);
    EXPECT_EQ(table.error().what, "cannot read /nowhere/people.csv; is the path right, and may you read it?");
}

}  // namespace
}  // namespace maillon::match
