#include "core/store/approvals.h"
#include "core/store/claims.h"
#include "core/store/doubts.h"
#include "tests/unit/route/life.h"

namespace maillon::route {
namespace {

using std::chrono::hours;
using store::Verdict;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A run that has waited comes back, and its configuration cannot be read any more: only its row is left.
class AbandonedTest : public RouteTest {
protected:
    /// Says hello, or makes the author known to the CRM; `n` makes it a configuration of its own.
    static std::string creating(int n) {
        return route(
                   "      - match: customers\n        who: event.author\n        none:\n"
                   "          create: crm.Contacts\n"
                   "          fields: { last_name: \"${event.author.name}\", twitter_c: "
                   "\"${event.author.?handle}\" }\n") +
               "      - let: { version: " + std::to_string(n) + " }\n";
    }
    static std::string answering(int n) {
        return route(
                   "      - conversation: support\n"
                   "      - answer: support\n        text: hello\n"
                   "        approve: { role: lead, within: 2h }\n") +
               "      - let: { version: " + std::to_string(n) + " }\n";
    }
    /// The CRM loses its answers: the run of the first message is in doubt, and holds what it has claimed.
    void leave_in_doubt() {
        auto& before = live(creating(1));
        auto& crm = *before.connectors.at("crm");
        crm.on_deliver = crm.on_reconcile = [](const plugin::OutCall&) {
            return deliver::ScriptedConnector::fails(FaultKind::in_doubt, "the answer was lost");
        };
        before.start();
        before.take({{"1", "t1", "anne", "one"}});
        ASSERT_TRUE(before.passes([&] { return before.book("r").in_doubt == 1; }));
    }
    static std::vector<std::string> unsettled(Life& life) {
        return life.read([](db::Reader& reader) { return store::Calls::open_instances(reader); });
    }
};

TEST_F(AbandonedTest, WhoWaitsForWhatItHeldGoesOn) {
    leave_in_doubt();
    auto& life = live(creating(2));
    life.start();
    life.take({{"2", "t2", "anne", "two"}});
    const auto is_claiming = [&] {
        const auto rows = life.runs_of(2);
        return !rows.empty() && rows[0].state == store::RunState::claiming;
    };
    ASSERT_TRUE(life.passes(is_claiming));

    ASSERT_TRUE(life.engine->decide(CallId{1}, Verdict{.kind = Verdict::Kind::failed, .by = "anne"}));
    ASSERT_TRUE(life.passes([&] { return life.book("r").finished == 1; }));
    EXPECT_EQ(life.runs_of(1)[0].state, store::RunState::dead_lettered);
    EXPECT_EQ(world_.count("Contacts"), 1u);
}

TEST_F(AbandonedTest, ACallThatWasToBeMadeIsOverAndCanBeReplayed) {
    leave_in_doubt();
    auto& life = live(creating(2));
    life.start();
    ASSERT_TRUE(life.engine->decide(CallId{1}, Verdict{.kind = Verdict::Kind::again, .by = "anne"}));
    ASSERT_TRUE(life.passes([&] { return life.book("r").dead_lettered == 1; }));
    EXPECT_THAT(unsettled(life), IsEmpty());
    EXPECT_EQ(world_.count("Contacts"), 0u);

    ASSERT_TRUE(life.replay(DeadLetterId{1}, "under the present configuration"));
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(life.book("r").finished, 1);
    EXPECT_EQ(world_.count("Contacts"), 1u);
}

TEST_F(AbandonedTest, WhatItAskedAPersonLapses) {
    auto& before = live(answering(1));
    before.start();
    before.take({{"1", "t1", "anne", "help"}});
    ASSERT_TRUE(before.passes([&] { return before.is_at_rest() && before.book("r").waiting == 1; }));
    life_.reset();
    clock_.advance(hours{3});

    auto& life = live(answering(2));
    life.start();
    ASSERT_TRUE(life.passes([&] { return life.book("r").dead_lettered == 1; }));
    EXPECT_THAT(life.read([](db::Reader& reader) { return store::Approvals::list(reader, {}); }), IsEmpty());
}

TEST_F(AbandonedTest, WhatCannotBeReadForNowIsReadAgain) {
    auto& before = live(answering(1));
    before.start();
    before.take({{"1", "t1", "anne", "help"}});
    ASSERT_TRUE(before.passes([&] { return before.is_at_rest() && before.book("r").waiting == 1; }));
    const auto earlier = before.plan;
    life_.reset();
    clock_.advance(hours{3});

    auto& life = live(answering(2), {.earlier = earlier, .unreadable = 3});
    life.start();
    ASSERT_TRUE(life.passes([&] { return life.book("r").dropped == 1; }));
    EXPECT_EQ(life.unreadable, 0);
    EXPECT_THAT(life.letters(), IsEmpty());
    ASSERT_TRUE(life.passes([&] { return life.engine->state().trouble.empty(); }));
}

TEST_F(AbandonedTest, ACallThatMayHaveArrivedIsAskedAboutByTheReplayAndKeepsNoConnector) {
    {
        auto& before = live(creating(1));
        before.take({{"1", "t1", "anne", "one"}});
        world_.die_at(1, true);  // the contact is made, and nobody learns of it
        before.start();
        ASSERT_TRUE(before.comes_to_rest());
    }
    world_.revive();
    auto& life = live(creating(2));
    ASSERT_TRUE(life.database->run([&](db::Unit& unit) -> Result<> {
        if (auto doubted = store::Calls::doubt_interrupted(unit, clock_.now()); !doubted)
            return doubted.error();
        const auto row = store::Runs::by_id(unit, RunId{1});
        if (!row) return row.error();
        Machine machine({*life.journal, clock_});
        Effects effects;
        auto done = machine.abandon(unit, row->value(), config_fault("it cannot be read any more"), effects);
        EXPECT_THAT(effects.freed, SizeIs(1));
        EXPECT_TRUE(machine.abandon(unit, row->value(), config_fault("found once more"), effects));
        return done;
    }));
    EXPECT_THAT(life.letters(), SizeIs(1)) << "it is over once, however often it is found";
    EXPECT_THAT(unsettled(life), IsEmpty()) << "its connector may be taken out";

    life.start();
    ASSERT_TRUE(life.replay(DeadLetterId{1}, "under the present configuration"));
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(life.book("r").finished, 1);
    EXPECT_EQ(world_.count("Contacts"), 1u);
    EXPECT_EQ(life.connectors.at("crm")->count("deliver"), 0u);
}

}  // namespace
}  // namespace maillon::route
