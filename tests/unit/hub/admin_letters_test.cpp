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

TEST_F(AdminTest, ALetterShowsWhatTheRouteKnewAndWhatItsCallWasGiven) {
    with_dead_letter();

    const auto letter = get("/v1/dead-letters/1").body;

    EXPECT_EQ(letter.at("key"), "t1");
    EXPECT_TRUE(letter.at("values").as_object().contains("case")) << json::serialize(letter);
    EXPECT_EQ(letter.at("arguments").at("module"), "Notes");
    ASSERT_EQ(letter.at("tries").as_array().size(), 1u);
    EXPECT_EQ(letter.at("tries").at(0).at("letter"), 1);
}

TEST_F(AdminTest, AnEditedCallIsMadeInItsNewFormAndTheOriginalStays) {
    with_dead_letter();
    refuses_ = false;
    auto arguments = get("/v1/dead-letters/1").body.at("arguments").as_object();
    const auto before = arguments;
    arguments["fields"].as_object()["name"] = "mended by hand";

    const auto edited = post("/v1/dead-letters/1/edit",
                             json::serialize(json::object{{"arguments", arguments}, {"by", "anne"}}));

    ASSERT_EQ(edited.status, 200) << json::serialize(edited.body);
    EXPECT_EQ(edited.body.at("arguments"), before);
    const auto& edit = edited.body.at("edits").at(0);
    EXPECT_EQ(edit.at("by"), "anne");
    ASSERT_EQ(edit.at("differences").as_array().size(), 1u);
    EXPECT_EQ(edit.at("differences").at(0).at("path"), "fields.name");
    EXPECT_EQ(edit.at("differences").at(0).at("now"), "mended by hand");
    ASSERT_EQ(post("/v1/dead-letters/1/replay").status, 200);
    ASSERT_TRUE(life_->comes_to_rest());
    EXPECT_THAT(world_.notes(), ElementsAre("mended by hand"));
}

TEST_F(AdminTest, AnEditedEventIsWhatTheReplaySees) {
    with_dead_letter();
    refuses_ = false;
    auto event = get("/v1/dead-letters/1").body.at("cause").at("event").as_object();
    event["text"] = "another text";
    ASSERT_EQ(post("/v1/dead-letters/1/edit", json::serialize(json::object{{"event", event}})).status, 200);

    ASSERT_EQ(post("/v1/dead-letters/1/replay").status, 200);
    ASSERT_TRUE(life_->comes_to_rest());

    ASSERT_THAT(world_.notes(), ::testing::SizeIs(1));
    EXPECT_THAT(world_.notes()[0], HasSubstr("another text"));
    EXPECT_EQ(life_->journal->by_seq(EventSeq{1}).value()->body.at("text")->string(), "one")
        << "the journal keeps what came";
    EXPECT_EQ(life_->runs_of(1).size(), 2u);
}

TEST_F(AdminTest, AnEditThatIsNoGoodIsNotKept) {
    with_dead_letter();

    expect_error(post("/v1/dead-letters/1/edit", R"({"event":[1]})"), 400, "must be an object");
    expect_error(post("/v1/dead-letters/1/edit", R"({"arguments":{"modul":"Notes","fields":{}}})"), 400,
                 "modul");
    expect_error(post("/v1/dead-letters/1/edit", "{}"), 400, "either 'event' or 'arguments'");
    expect_error(post("/v1/dead-letters/9/edit", R"({"event":{}})"), 404, "no dead letter 9");
    EXPECT_THAT(get("/v1/dead-letters/1").body.at("edits").as_array(), IsEmpty());
    ASSERT_EQ(post("/v1/dead-letters/1/drop", R"({"reason":"spam"})").status, 200);
    expect_error(post("/v1/dead-letters/1/edit", R"({"event":{}})"), 409, "no longer open");
}

TEST_F(AdminTest, ALetterTellsEveryTry) {
    with_dead_letter();
    ASSERT_EQ(post("/v1/dead-letters/1/replay", R"({"note":"I mended it","by":"anne"})").status, 200);
    ASSERT_TRUE(life_->comes_to_rest());

    const auto tries = get("/v1/dead-letters/2").body.at("tries").as_array();

    ASSERT_EQ(tries.size(), 2u);
    EXPECT_EQ(tries[0].at("letter"), 1);
    EXPECT_EQ(tries[0].at("replayed").at("by"), "anne");
    EXPECT_EQ(tries[0].at("replayed").at("note"), "I mended it");
    EXPECT_EQ(tries[1].at("letter"), 2);
    EXPECT_EQ(tries[1].at("run"), tries[0].at("replayed").at("run"));
}

}  // namespace
}  // namespace maillon::hub
