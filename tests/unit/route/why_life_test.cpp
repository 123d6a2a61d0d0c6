#include "core/route/why.h"

#include "core/store/seals.h"
#include "core/store/state.h"
#include "tests/unit/route/why_fixture.h"

namespace maillon::route {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST_F(WhyTest, TellsWhatARunIsWaitingFor) {
    fail_calls(FaultKind::rate_limited, "429");
    auto& life = live(story());
    life.start();
    life.take({{"1", "t1", "anne", "one"}});
    ASSERT_TRUE(life.passes(
        [&] {
            const auto call =
                life.read([](db::Reader& reader) { return store::Calls::by_id(reader, CallId{1}); });
            return call && call->fault;
        },
        milliseconds{0}));

    const auto is_waiting = [&] {
        const auto delay = life.deliver->delay_of(RunId{1});
        return delay && delay->why == "rate limited: 429" && delay->until;
    };
    ASSERT_TRUE(life.passes(is_waiting, milliseconds{0}));

    const auto run = run_of(life.why(1), "message_to_case");

    EXPECT_EQ(run.at("state"), "calling");
    const auto& open = run.at("open_calls").as_array();
    ASSERT_THAT(open, SizeIs(1));
    EXPECT_EQ(open[0].at("call"), "crm.create");
    EXPECT_EQ(open[0].at("state"), "pending");
    EXPECT_EQ(open[0].at("detail"), "429");
    const auto step = run.at("steps").as_array().back().as_object();
    EXPECT_EQ(step.at("step"), "do open_case/match customers");
    EXPECT_EQ(step.at("status"), "calling");
    EXPECT_EQ(step.at("call").at("detail"), "429");
    EXPECT_EQ(step.at("inputs").at("module"), "Contacts");
    EXPECT_EQ(step.at("delay").at("why"), "rate limited: 429");
    EXPECT_TRUE(step.at("delay").as_object().contains("until"));
}

TEST_F(WhyTest, ARunBehindAnotherOfItsKeyTellsWhichOneGoesFirst) {
    fail_calls(FaultKind::rate_limited, "429");
    auto& life = live(route("      - { call: crm.create, with: { module: Notes, fields: {} } }\n"));
    life.start();
    life.take({{"1", "t1", "anne", "one"}, {"2", "t1", "anne", "two"}});
    const auto is_waiting = [&] {
        const auto delay = life.deliver->delay_of(RunId{1});
        return delay && delay->why == "rate limited: 429";
    };
    ASSERT_TRUE(life.passes(is_waiting, milliseconds{0}));

    const auto behind = run_of(life.why(2));

    EXPECT_EQ(behind.at("state"), "ready");
    const auto delay = step_of(behind, "call crm.create").at("delay").as_object();
    EXPECT_EQ(delay.at("why"), "run 1 has the same key and goes first");
    EXPECT_EQ(delay.at("todo"), "maillon why 1 r");
}

TEST_F(WhyTest, AReplayIsTheSecondRunAndIsToldToo) {
    fail_calls(FaultKind::rejected, "no such module");
    auto& life = run(route("      - { call: crm.create, with: { module: Notes, fields: {} } }\n"));
    ASSERT_TRUE(life.replay(DeadLetterId{1}, "again"));
    ASSERT_TRUE(life.comes_to_rest());

    const auto all = life.why(1);

    const auto& runs = route_of(all, "r").at("runs").as_array();
    ASSERT_THAT(runs, SizeIs(2));
    EXPECT_EQ(runs[0].at("dead_letter"), 1);
    EXPECT_EQ(runs[1].at("dead_letter"), 2);
}

TEST_F(WhyTest, AfterAChangeARunIsToldWithTheConfigurationThatItUsed) {
    const auto before =
        route("      - { call: crm.create, when: event.text == 'x', with: { module: A, fields: {} } }\n");
    run(before);
    const auto earlier = life_->plan;
    auto keep = [&](db::Unit& unit) {
        return store::Configs::put(unit, earlier->hash, before, clock_.now());
    };
    ASSERT_TRUE(life_->database->run(keep));
    auto& life = live("# lines have moved since\n\n" + route("      - drop: now\n") +
                          "  added:\n    from: x.message.received\n    steps: [ { drop: x } ]\n",
                      {.earlier = earlier});
    life.start();

    const auto all = life.why(1);

    EXPECT_EQ(all.at("config"), json::value(earlier->hash));
    EXPECT_EQ(all.at("config_changed"), true);
    ASSERT_THAT(all.at("routes").as_array(), SizeIs(1)) << "what was added since has not met the event";
    const auto run = run_of(all);
    EXPECT_EQ(run.at("config"), json::value(earlier->hash));
    EXPECT_EQ(step_of(run, "call crm.create").at("when").at("source"), "event.text == 'x'");
    EXPECT_EQ(step_of(run, "call crm.create").at("place"), place_in(before, "call: crm.create"))
        << "a line of the configuration that the run used";
    EXPECT_EQ(route_of(all, "r").at("place"), place_in(before, "  r:"));
}

TEST_F(WhyTest, ARunWhoseConfigurationIsGoneIsToldByItsTraceAlone) {
    run(route("      - { call: crm.create, name: note, with: { module: Notes, fields: {} } }\n"));
    auto& life = live(route("      - drop: now\n"));
    life.start();

    const auto all = life.why(1);

    const auto told = run_of(all);
    EXPECT_THAT(std::string(told.at("note").as_string()), HasSubstr("no longer kept"));
    EXPECT_THAT(steps_of(told), ElementsAre("note ok"));
    EXPECT_EQ(step_of(told, "note").at("inputs").at("module"), "Notes");
}

TEST_F(WhyTest, SaysWhyARunIsNotThere) {
    auto& life = live(route("      - drop: x\n"));
    life.take({{"1", "t1", "anne", "hello"}});
    EXPECT_EQ(route_of(life.why(1), "r").at("note"), "the event has not been put to the routes yet");

    life.start();
    ASSERT_TRUE(life.comes_to_rest());
    clock_.advance(hours{24 * 8});
    const auto due =
        life.database->read([](db::Reader& reader) { return store::Seals::due(reader, RunId{}, 10); });
    ASSERT_TRUE(due);
    auto gone = life.database->run([&](db::Unit& unit) -> Result<> {
        if (auto sealed = store::Seals::seal(unit, *due); !sealed) return sealed;
        auto count = store::Runs::forget(unit, clock_.now(), 10);
        if (!count) return count.error();
        return {};
    });
    ASSERT_TRUE(gone);

    EXPECT_EQ(route_of(life.why(1), "r").at("note"), "what it did is past its retention (hub.keep.traces)");
}

TEST_F(WhyTest, OneRouteIsAskedForByItsNameAndAWrongNameIsPutRight) {
    auto& life = run(route("      - drop: x\n") +
                     "  second:\n    from: x.message.received\n    steps: [ { drop: x } ]\n");

    const auto one = life.why(1, "second");
    const auto wrong = life.try_why(1, "secnd");

    EXPECT_THAT(one.at("routes").as_array(), SizeIs(1));
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().kind, FaultKind::unsupported);
    EXPECT_EQ(wrong.error().what, "there is no route 'secnd'; did you mean 'second'?");
}

}  // namespace
}  // namespace maillon::route
