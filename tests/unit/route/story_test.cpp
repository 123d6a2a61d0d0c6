#include "tests/unit/route/life.h"

#include <atomic>

namespace maillon::route {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class StoryTest : public RouteTest {
protected:
    Life& begin() {
        auto& life = live(story());
        life.start();
        return life;
    }
};

TEST_F(StoryTest, MessagesBecomeOneContactPerAuthorOneCasePerThreadANotePerMessageAndOneAnswer) {
    auto& life = begin();
    life.take({{"1", "t1", "anne", "it is broken"},
               {"2", "t2", "anne", "bonjour"},
               {"3", "t1", "anne", "still broken"},
               {"4", "t1", "bob", "me too"}});
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_THAT(world_.summary(),
                ElementsAre("answer x 1: Hello Ms anne: N-t1", "answer x 2: Bonjour Ms anne: N-t2", "case t1",
                            "case t2", "contact Ms anne @anne", "contact Ms bob @bob", "link t1 to Ms anne",
                            "link t2 to Ms anne", "note 'bonjour' on t2 by Ms anne",
                            "note 'it is broken' on t1 by Ms anne", "note 'me too' on t1 by Ms bob",
                            "note 'still broken' on t1 by Ms anne"));
    EXPECT_EQ(life.book().finished, 4);
    EXPECT_EQ(life.book().started, 4);
    EXPECT_EQ(life.events_book().routed, 4);
    EXPECT_EQ(life.engine->state().routed, EventSeq{4});
}

TEST_F(StoryTest, AnAuthorWhoWritesOnTwoThreadsAtOnceIsCreatedOnceWhileTheOtherRunWaits) {
    std::atomic<bool> waited{false};
    world_.script = [&](const std::string&, const plugin::OutCall& call) -> std::optional<World::Report> {
        if (call.arguments.find("\"module\":\"Contacts\"") == std::string::npos) return std::nullopt;
        // The CRM takes its time, until the run of the other thread has found the person claimed.
        waited = life_->passes(
            [&] {
                for (const auto& [state, count] :
                     life_->read([](db::Reader& reader) { return store::Runs::count_open(reader); })) {
                    if (state == store::RunState::claiming) return true;
                }
                return false;
            },
            milliseconds{0});
        return std::nullopt;
    };
    auto& life = begin();
    life.take({{"1", "t1", "anne", "one"}, {"2", "t2", "anne", "two"}});
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_TRUE(waited);
    EXPECT_EQ(world_.count("Contacts"), 1u);
    EXPECT_EQ(world_.count("Cases"), 2u);
    EXPECT_EQ(life.book().finished, 2);
}

TEST_F(StoryTest, RunsOfOneThreadGoInTheOrderOfTheirEvents) {
    auto& life = begin();
    std::vector<Message> all;
    for (int i = 0; i < 12; ++i)
        all.push_back(
            {std::to_string(i), i % 2 == 0 ? "even" : "odd", "anne", "n" + std::to_string(100 + i)});
    life.take(all);
    ASSERT_TRUE(life.comes_to_rest());
    std::vector<std::string> even, odd;
    for (const auto& note : world_.notes()) (note.back() % 2 == 0 ? even : odd).push_back(note);
    EXPECT_THAT(even, ElementsAre("n100", "n102", "n104", "n106", "n108", "n110"));
    EXPECT_THAT(odd, ElementsAre("n101", "n103", "n105", "n107", "n109", "n111"));
    EXPECT_THAT(world_.answers(), SizeIs(2));
}

TEST_F(StoryTest, AnEventThatNoRouteWantsIsUnmatched) {
    auto& life = begin();
    life.take({{"1", "t1", "us", "our own words", "x", {}, true}});
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(life.events_book().unmatched, 1);
    EXPECT_EQ(life.events_book().routed, 0);
    EXPECT_THAT(world_.summary(), IsEmpty());
    EXPECT_THAT(life.runs_of(1), IsEmpty());
}

TEST_F(StoryTest, ADoubleStartsNothing) {
    auto& life = begin();
    life.take({{"1", "t1", "anne", "one"}});
    ASSERT_TRUE(life.comes_to_rest());
    life.take({{"1", "t1", "anne", "one"}});
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(life.events_book().doubles, 1);
    EXPECT_THAT(world_.notes(), SizeIs(1));
}

TEST_F(StoryTest, AMessageThatIsTooOldIsRecordedAndNotAnswered) {
    auto& life = begin();
    life.take({{"1", "t1", "anne", "old", "x", std::chrono::hours{25}},
               {"2", "t2", "bob", "fresh", "x", std::chrono::hours{23}},
               {"3", "t3", "cleo", "old for facebook", "fb", std::chrono::hours{2}}});
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(world_.count("Cases"), 3u);
    EXPECT_THAT(world_.answers(), ElementsAre("x 2: Hello Ms bob: N-t2"));
    const auto steps = life.steps_of(life.runs_of(1).at(0).id);
    EXPECT_EQ(steps.back().step, "answer support");
    EXPECT_EQ(steps.back().status, store::StepStatus::skipped);
    EXPECT_THAT(steps.back().detail, HasSubstr("older than max_age"));
}

TEST_F(StoryTest, WhatIsDatedAheadIsNoFresherThanItsComing) {
    auto& life = begin();
    const auto came = clock_.now();
    life.take({{"1", "t1", "anne", "from next year", "x", -std::chrono::hours{24 * 365}}});
    ASSERT_TRUE(life.comes_to_rest());
    const auto calls =
        life.read([&](db::Reader& reader) { return store::Calls::of_run(reader, life.runs_of(1).at(0).id); });
    ASSERT_FALSE(calls.empty());
    EXPECT_TRUE(calls.back().outbound);
    EXPECT_EQ(calls.back().expires, came + std::chrono::hours{24});
}

TEST_F(StoryTest, RunsWaitUntilTheDirectoryHasBeenRead) {
    auto& life = live(story(), {.inject = {}, .directory_is_read = false});
    life.start();
    life.take({{"1", "t1", "anne", "one"}});
    ASSERT_TRUE(life.passes([&] {
        const auto runs = life.runs_of(1);
        return !runs.empty() && runs[0].state == store::RunState::claiming;
    }));
    EXPECT_EQ(world_.effects(), 0);
    EXPECT_THAT(life.runs_of(1)[0].reason, HasSubstr("is being read"));
    const store::DirectoryRecord known{
        .id = "c-7", .data = R"({"id":"c-7"})", .keys = {{"handle_x", "anne"}}};
    ASSERT_TRUE(life.database->run([&](db::Unit& unit) -> Result<> {
        if (auto done = store::Directory::upsert(unit, "customers", std::span(&known, 1)); !done) return done;
        return store::Directory::set_progress(
            unit, "customers", {.records = 1, .started = clock_.now(), .finished = clock_.now()});
    }));
    life.engine->directory_ready("customers");
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(world_.count("Contacts"), 0u) << "she was known";
    EXPECT_EQ(life.book().finished, 1);
}

TEST_F(StoryTest, SeveralRecordsThatFitAreNeverGuessed) {
    auto& life = begin();
    const std::vector<store::DirectoryRecord> two{
        {.id = "c-1", .data = "{}", .keys = {{"handle_x", "anne"}}},
        {.id = "c-2", .data = "{}", .keys = {{"handle_x", "anne"}}}};
    ASSERT_TRUE(
        life.database->run([&](db::Unit& unit) { return store::Directory::upsert(unit, "customers", two); }));
    life.take({{"1", "t1", "anne", "one"}});
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(world_.count("Contacts"), 0u);
    EXPECT_EQ(world_.count("Notes"), 1u);
    EXPECT_THAT(life.steps_of(life.runs_of(1).at(0).id).front().result,
                HasSubstr(R"("candidates":["c-1","c-2"])"));
}

}  // namespace
}  // namespace maillon::route
