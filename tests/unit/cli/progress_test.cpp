#include "core/cli/progress.h"

#include <gtest/gtest.h>

#include <csignal>

namespace maillon::cli {
namespace {

TEST(Progress, ALineTellsHowFarItIs) {
    EXPECT_EQ(Progress::line("copying", 0, 4 << 20, true),
              "copying   [------------------------]   0 %  0 bytes of 4.0 MiB");
    EXPECT_EQ(Progress::line("copying", 3 << 20, 4 << 20, true),
              "copying   [##################------]  75 %  3.0 MiB of 4.0 MiB");
    EXPECT_EQ(Progress::line("counting", 20, 20, false),
              "counting  [########################] 100 %  20 of 20");
    EXPECT_EQ(Progress::line("copying", 9, 4, false), "copying   [########################] 100 %  9 of 4");
    EXPECT_EQ(Progress::line("checking", 0, 0, true), "checking  …");
    EXPECT_EQ(Progress::line("reading", 5573, 0, false), "reading   … 5573") << "nobody knows of how many";
}

TEST(Progress, BytesAreToldInTheUnitThatFits) {
    EXPECT_EQ(bytes_text(1), "1 byte");
    EXPECT_EQ(bytes_text(870), "870 bytes");
    EXPECT_EQ(bytes_text(1536), "1.5 KiB");
    EXPECT_EQ(bytes_text(std::int64_t{300} << 30), "300 GiB");
    EXPECT_EQ(bytes_text(std::int64_t{3} << 50), "3072 TiB");
}

TEST(Progress, ASignalEndsTheWorkAndNotTheProgram) {
    {
        Progress progress;
        EXPECT_TRUE(progress("copying", 1, 2));
        ASSERT_EQ(::raise(SIGINT), 0);
        EXPECT_FALSE(progress("copying", 1, 2));
    }
    Progress next;
    EXPECT_TRUE(next("copying", 1, 2)) << "the next work is not ended by it";
}

}  // namespace
}  // namespace maillon::cli
