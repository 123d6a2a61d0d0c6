#include "core/store/claims.h"

#include "tests/unit/store/store_test.h"

namespace maillon::store {
namespace {

class ClaimsTest : public StoreTest {
protected:
    ClaimAnswer claim(std::int64_t run, std::string_view key = "4711") {
        return write([&](db::Unit& unit) { return Claims::claim(unit, "person", key, RunId{run}, now()); })
            .value();
    }
    Result<void> settle(std::int64_t run, std::string_view value) {
        return write(
            [&](db::Unit& unit) { return Claims::settle(unit, "person", "4711", RunId{run}, value, now()); });
    }
    bool release(std::int64_t run) {
        return write([&](db::Unit& unit) { return Claims::release(unit, "person", "4711", RunId{run}); })
            .value();
    }
};

TEST_P(ClaimsTest, OneRunGetsItAndMayAskAgainAfterARestart) {
    EXPECT_EQ(claim(1).state, ClaimState::claimed);
    reopen();

    EXPECT_EQ(claim(1).state, ClaimState::claimed);
    EXPECT_EQ(claim(2).state, ClaimState::held);
    EXPECT_EQ(claim(2).holder, RunId{1});
    EXPECT_EQ(claim(2, "4712").state, ClaimState::claimed) << "another key is another claim";
}

TEST_P(ClaimsTest, LaterOnesGetWhatTheHolderMade) {
    claim(1);
    ASSERT_TRUE(settle(1, R"({"id":"8f"})"));

    for (const std::int64_t run : {1, 2}) {
        const auto answer = claim(run);
        EXPECT_EQ(answer.state, ClaimState::settled);
        EXPECT_EQ(answer.value, R"({"id":"8f"})");
        EXPECT_EQ(answer.holder, RunId{1});
    }
}

TEST_P(ClaimsTest, OnlyTheHolderSettlesOrReleases) {
    claim(1);

    EXPECT_FALSE(settle(2, "{}"));
    EXPECT_FALSE(release(2));
    EXPECT_EQ(claim(2).state, ClaimState::held);
}

TEST_P(ClaimsTest, AReleasedClaimGoesToTheNext) {
    claim(1);
    EXPECT_TRUE(release(1));
    EXPECT_FALSE(release(1)) << "it may be repeated";

    EXPECT_EQ(claim(2).state, ClaimState::claimed);
    EXPECT_EQ(claim(1).holder, RunId{2});
}

TEST_P(ClaimsTest, ASettledClaimIsNotReleasedButCanBeForgotten) {
    claim(1);
    ASSERT_TRUE(settle(1, "{}"));

    EXPECT_FALSE(release(1));
    EXPECT_FALSE(settle(1, R"({"other":1})"));
    EXPECT_TRUE(write([](db::Unit& unit) { return Claims::forget(unit, "person", "4711"); }).value());
    EXPECT_EQ(claim(2).state, ClaimState::claimed);
}

TEST_P(ClaimsTest, AUnitThatFailsClaimsNothing) {
    const auto done = database_->run([&](db::Unit& unit) -> Result<void> {
        EXPECT_TRUE(Claims::claim(unit, "person", "4711", RunId{1}, now()));
        return rejected("after all");
    });

    EXPECT_FALSE(done);
    EXPECT_FALSE(read([](db::Reader& reader) { return Claims::look(reader, "person", "4711"); }).value());
    EXPECT_EQ(claim(2).state, ClaimState::claimed);
}

MAILLON_ON_EVERY_STORE(ClaimsTest);

}  // namespace
}  // namespace maillon::store
