#include "tests/unit/db/pairs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace maillon::db {
namespace {

TEST(StoreLock, ASecondHubOnTheSameFileIsRefusedWithASentence) {
    const test::TemporaryFolder folder;
    const FakeClock clock;
    auto first = Database::open(test::pair_options(folder, clock));
    ASSERT_TRUE(first);

    auto second = Database::open(test::pair_options(folder, clock));

    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, FaultKind::config);
    EXPECT_THAT(second.error().what, testing::HasSubstr("in use by another hub"));
    EXPECT_THAT(second.error().what, testing::HasSubstr("process " + std::to_string(::getpid())));
}

TEST(StoreLock, AnotherProcessIsRefusedUntilTheFirstEnds) {
    const test::TemporaryFolder folder;
    const FakeClock clock;
    int ready[2];
    int stop[2];
    ASSERT_EQ(::pipe(ready), 0);
    ASSERT_EQ(::pipe(stop), 0);
    const auto child = ::fork();
    if (child == 0) {
        auto held = Database::open(test::pair_options(folder, clock));
        char byte = held ? 'y' : 'n';
        (void)!::write(ready[1], &byte, 1);
        (void)!::read(stop[0], &byte, 1);
        ::_exit(0);  // no closing: the system must let go of the lock
    }
    char held = 0;
    ASSERT_EQ(::read(ready[0], &held, 1), 1);
    ASSERT_EQ(held, 'y');

    const auto refused = Database::open(test::pair_options(folder, clock));
    ASSERT_EQ(::write(stop[1], "x", 1), 1);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    const auto taken = Database::open(test::pair_options(folder, clock));

    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().what, testing::HasSubstr("process " + std::to_string(child)));
    EXPECT_TRUE(taken) << taken.error().what;
    for (const int end : {ready[0], ready[1], stop[0], stop[1]}) ::close(end);
}

TEST(StoreLock, ClosingLetsGoOfTheFile) {
    const test::TemporaryFolder folder;
    const FakeClock clock;
    auto first = Database::open(test::pair_options(folder, clock));
    ASSERT_TRUE(first);

    (*first)->close();

    EXPECT_TRUE(Database::open(test::pair_options(folder, clock)));
}

}  // namespace
}  // namespace maillon::db
