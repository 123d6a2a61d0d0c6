#include "core/route/why.h"
#include "core/store/approvals.h"
#include "tests/unit/route/life.h"

#include <boost/json/serialize.hpp>

namespace maillon::route {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ApprovalTest : public RouteTest {
protected:
    static std::string answering(const std::string& approve = "team_lead", const std::string& rest = "") {
        return route(
            "      - conversation: support\n"
            "      - answer: support\n"
            "        text: \"To ${event.author.name}\"\n"
            "        approve: " +
            approve + "\n" + rest);
    }
    static std::vector<store::ApprovalRow> open(Life& life) {
        return life.read([](db::Reader& reader) { return store::Approvals::list(reader, {}); });
    }
    Life& asks(const std::string& text) {
        auto& life = live(text);
        life.start();
        life.take({{"1", "t1", "anne", "help"}});
        EXPECT_TRUE(life.passes([&] { return life.is_at_rest() && open(life).size() == 1; }));
        return life;
    }
};

TEST_F(ApprovalTest, TheCallWaitsWithWhatThePersonSees) {
    auto& life = asks(answering());
    const auto rows = open(life);
    ASSERT_THAT(rows, SizeIs(1));
    EXPECT_EQ(rows[0].role, "team_lead");
    EXPECT_EQ(rows[0].step, "answer support");
    EXPECT_EQ(rows[0].instance + '.' + rows[0].operation, "x.reply");
    EXPECT_EQ(rows[0].args, R"({"to":"1","text":"To Ms anne"})");
    EXPECT_EQ(life.book("r").waiting, 1);
    // The store knows a moment before the engine does.
    EXPECT_TRUE(life.passes([&] { return life.engine->state().runs == 0; }));
    EXPECT_EQ(world_.effects(), 0);
}

TEST_F(ApprovalTest, ReleasedItIsMadeOnceAndTheDecisionIsKept) {
    auto& life = asks(answering());
    clock_.advance(hours{1});
    ASSERT_TRUE(life.engine->decide(ApprovalId{1}, {.is_released = true, .by = "anne"}));
    ASSERT_TRUE(life.comes_to_rest());

    EXPECT_THAT(world_.answers(), ElementsAre("x 1: To Ms anne"));
    EXPECT_EQ(life.book("r").finished, 1);
    EXPECT_THAT(open(life), IsEmpty());
    const auto again = life.engine->decide(ApprovalId{1}, {.is_released = false, .by = "bob"});
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, FaultKind::conflict);
    const auto told = boost::json::serialize(life.why(1));
    EXPECT_THAT(told, HasSubstr(R"("state":"released")"));
    EXPECT_THAT(told, HasSubstr(R"("by":"anne")"));
}

TEST_F(ApprovalTest, RefusedTheRunEndsAsDroppedWithTheReason) {
    auto& life = asks(answering());
    ASSERT_TRUE(life.engine->decide(ApprovalId{1}, {.by = "bob", .reason = "too rude"}));
    ASSERT_TRUE(life.comes_to_rest());

    EXPECT_EQ(life.runs_of(1)[0].state, store::RunState::dropped);
    EXPECT_EQ(life.runs_of(1)[0].reason, "refused by bob: too rude");
    EXPECT_THAT(world_.answers(), IsEmpty());
    EXPECT_THAT(life.letters(), IsEmpty());
}

TEST_F(ApprovalTest, RefusedIsAClassOfFailure) {
    auto& life = asks(
        answering("team_lead",
                  "        on_error: { rejected: [ { drop: wrong } ], refused: [ { drop: \"${error.class}: "
                  "${error.message}\" } ] }\n"));
    ASSERT_TRUE(life.engine->decide(ApprovalId{1}, {.reason = "no"}));
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(life.runs_of(1)[0].reason, "refused: refused: no");
}

TEST_F(ApprovalTest, NobodyDecidingInTimeIsARefusal) {
    auto& life = asks(answering("{ role: team_lead, within: 2h }"));
    clock_.advance(hours{3});
    life.engine->wake();
    ASSERT_TRUE(life.passes([&] { return life.book("r").dropped == 1; }));
    EXPECT_EQ(life.runs_of(1)[0].reason, "'team_lead' did not decide in time");
    const auto row =
        life.read([](db::Reader& reader) { return store::Approvals::by_id(reader, ApprovalId{1}); });
    ASSERT_TRUE(row);
    EXPECT_EQ(row->state, store::ApprovalState::lapsed);
}

TEST_F(ApprovalTest, ItSurvivesARestartAndADecisionMadeWhileNoHubRanIsCarriedOut) {
    asks(answering());
    life_.reset();
    {
        auto& life = live(answering());
        life.start();
        ASSERT_TRUE(life.comes_to_rest());
        ASSERT_THAT(open(life), SizeIs(1));
        EXPECT_EQ(world_.effects(), 0) << "nothing goes out by itself";
        life.deliver->stop(milliseconds{0});
        life.engine->stop();
        auto done = life.database->run([&](db::Unit& unit) -> Result<> {
            auto row = decide(unit, ApprovalId{1}, {.is_released = true, .by = "anne"}, clock_.now());
            if (!row) return row.error();
            return {};
        });
        ASSERT_TRUE(done);
    }
    auto& life = live(answering());
    life.start();
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_THAT(world_.answers(), ElementsAre("x 1: To Ms anne"));
}

TEST_F(ApprovalTest, AReleasedCallThatIsCutOffIsMadeOnceAndNotAskedForAgain) {
    for (const bool after : {false, true}) {
        World world;
        test::TemporaryFolder folder;
        const auto plan = plan_of(answering());
        {
            Life life(world, folder.url(), clock_, plan);
            life.start();
            life.take({{"1", "t1", "anne", "help"}});
            ASSERT_TRUE(life.passes([&] { return life.is_at_rest() && open(life).size() == 1; }));
            world.die_at(1, after);
            ASSERT_TRUE(life.engine->decide(ApprovalId{1}, {.is_released = true}));
            ASSERT_TRUE(life.comes_to_rest());
            ASSERT_TRUE(world.is_dead());
        }
        world.revive();
        Life life(world, folder.url(), clock_, plan);
        life.start();
        ASSERT_TRUE(life.comes_to_rest());
        EXPECT_THAT(world.answers(), ElementsAre("x 1: To Ms anne"));
        EXPECT_THAT(open(life), IsEmpty());
        EXPECT_THAT(life.imbalances(), IsEmpty());
        EXPECT_EQ(life.book("r").finished, 1);
    }
}

TEST_F(ApprovalTest, EachRoundOfALoopAsksForItself) {
    auto& life = live(
        route("      - each: \"['a', 'b']\"\n        as: one\n        steps:\n          - call: crm.create\n"
              "            with: { module: Notes, fields: { name: \"${one}\" } }\n"
              "            approve: clerk\n            on_error: { refused: continue }\n"));
    life.start();
    life.take({{"1", "t1", "anne", "help"}});
    ASSERT_TRUE(life.passes([&] { return life.is_at_rest() && open(life).size() == 1; }));
    EXPECT_EQ(open(life)[0].step, "each one[a]/call crm.create");
    ASSERT_TRUE(life.engine->decide(ApprovalId{1}, {.reason = "no"}));
    ASSERT_TRUE(life.passes([&] { return life.is_at_rest() && open(life).size() == 1; }));
    EXPECT_EQ(open(life)[0].step, "each one[b]/call crm.create");
    ASSERT_TRUE(life.engine->decide(ApprovalId{2}, {.is_released = true}));
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_THAT(world_.notes(), ElementsAre("b"));
    EXPECT_EQ(life.book("r").finished, 1);
}

TEST_F(ApprovalTest, ADecisionAboutNothingIsTold) {
    auto& life = live(answering());
    life.start();
    const auto done = life.engine->decide(ApprovalId{7}, {.is_released = true});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().what, "there is no approval 7");
}

TEST_F(ApprovalTest, AReleaseThatComesRightAfterItsTimeIsTooLate) {
    asks(answering("{ role: team_lead, within: 2h }"));
    life_.reset();
    auto& life = live(answering("{ role: team_lead, within: 2h }"));
    clock_.advance(hours{3});
    const auto now = clock_.now();
    ASSERT_TRUE(life.database->run([&](db::Unit& unit) -> Result<> {
        const auto rows = wake_due(unit, now, 10);
        if (!rows) return rows.error();
        EXPECT_THAT(*rows, SizeIs(1));
        return {};
    }));

    const auto late = life.engine->decide(ApprovalId{1}, {.is_released = true, .by = "anne"});

    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, FaultKind::conflict);
    EXPECT_THAT(late.error().what, HasSubstr("too late"));
    EXPECT_THAT(open(life), SizeIs(1)) << "the run itself ends it";
    life.start();
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(life.runs_of(1)[0].reason, "'team_lead' did not decide in time");
}

}  // namespace
}  // namespace maillon::route
