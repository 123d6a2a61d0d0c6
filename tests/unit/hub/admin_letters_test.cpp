#include "tests/unit/hub/admin_test.h"

namespace maillon::hub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(AdminTest, DeadLettersAreListedAndFiltered) {
    with_dead_letter();
    take({{"2", "t2", "bob", "two"}, {"3", "t3", "carl", "three"}});
    ASSERT_EQ(post("/v1/dead-letters/2/drop", R"({"reason":"spam"})").status, 200);

    EXPECT_THAT(listed("/v1/dead-letters"), ElementsAre(1, 3));
    EXPECT_THAT(listed("/v1/dead-letters?state=open&limit=1"), ElementsAre(1));
    EXPECT_THAT(listed("/v1/dead-letters?state=dropped"), ElementsAre(2));
    EXPECT_THAT(listed("/v1/dead-letters?state=replayed"), IsEmpty());
    EXPECT_THAT(listed("/v1/dead-letters?state=all"), ElementsAre(1, 2, 3));
    EXPECT_THAT(listed("/v1/dead-letters?route=message_to_case"), ElementsAre(1, 3));
    EXPECT_THAT(listed("/v1/dead-letters?route=other"), IsEmpty());
    EXPECT_THAT(listed("/v1/dead-letters?connector=crm"), ElementsAre(1, 3));
    EXPECT_THAT(listed("/v1/dead-letters?connector=x"), IsEmpty());
    expect_error(get("/v1/dead-letters?state=odd"), 400, "open, replayed, dropped or all");
}

TEST_F(AdminTest, ADeadLetterIsShownWithItsEvent) {
    with_dead_letter();

    const auto answer = get("/v1/dead-letters/1");

    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body.at("kind"), "rejected");
    EXPECT_EQ(answer.body.at("connector"), "crm");
    EXPECT_THAT(std::string(answer.body.at("reason").as_string()), HasSubstr("field is required"));
    EXPECT_EQ(answer.body.at("cause").at("event").at("text"), "one");
    expect_error(get("/v1/dead-letters/7"), 404, "there is no dead letter 7");
    expect_error(get("/v1/dead-letters/one"), 400, "'one' is not the number");
    expect_error(get("/v1/dead-letters/99999999999999999999"), 400, "is not the number");
}

TEST_F(AdminTest, AReplayRunsTheEventAgainOnce) {
    with_dead_letter();
    refuses_ = false;

    const auto answer = post("/v1/dead-letters/1/replay", R"({"note":"mended"})");

    ASSERT_EQ(answer.status, 200) << json::serialize(answer.body);
    EXPECT_EQ(answer.body.at("replayed"), 1);
    EXPECT_GT(answer.body.at("run").as_int64(), 0);
    ASSERT_TRUE(life_->comes_to_rest());
    EXPECT_EQ(world_.count("Notes"), 1u);
    EXPECT_EQ(get("/v1/dead-letters/1").body.at("note"), "mended");
    const auto again = post("/v1/dead-letters/1/replay");
    EXPECT_EQ(again.status, 409) << json::serialize(again.body);
    EXPECT_EQ(world_.count("Notes"), 1u);
}

TEST_F(AdminTest, WhatCannotBeReplayedIsRefused) {
    with_dead_letter();

    expect_error(post("/v1/dead-letters/7/replay"), 404, "no dead letter 7");
    expect_error(post("/v1/dead-letters/one/replay"), 400, "is not the number");
    expect_error(Admin(at_rest()).handle("POST", "/v1/dead-letters/1/replay", {}), 400,
                 "needs the running hub");
    expect_error(post("/v1/dead-letters/1/replay", "[1]"), 400, "not a JSON object");
    expect_error(post("/v1/dead-letters/1/replay", "{"), 400, "not a JSON object");
    EXPECT_THAT(listed("/v1/dead-letters?state=open"), ElementsAre(1));
}

TEST_F(AdminTest, ADropNeedsAReasonAndAnOpenLetter) {
    with_dead_letter();

    expect_error(post("/v1/dead-letters/1/drop"), 400, "say why");
    expect_error(post("/v1/dead-letters/1/drop", R"({"reason":7})"), 400, "say why");
    expect_error(post("/v1/dead-letters/7/drop", R"({"reason":"x"})"), 404, "no dead letter 7");
    EXPECT_THAT(listed("/v1/dead-letters"), ElementsAre(1));
    const auto dropped = Admin(at_rest()).handle("POST", "/v1/dead-letters/1/drop", R"({"reason":"spam"})");
    EXPECT_EQ(dropped.status, 200) << "this needs no hub";
    EXPECT_EQ(dropped.body.at("dropped"), 1);
    EXPECT_EQ(get("/v1/dead-letters/1").body.at("note"), "spam");
    expect_error(post("/v1/dead-letters/1/drop", R"({"reason":"again"})"), 409, "no longer open");
    EXPECT_EQ(get("/v1/dead-letters/1").body.at("note"), "spam");
}

}  // namespace
}  // namespace maillon::hub
