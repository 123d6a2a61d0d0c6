#include "core/route/replaying.h"
#include "core/store/seals.h"
#include "tests/unit/route/life.h"

#include <atomic>

namespace maillon::route {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class ReplayTest : public RouteTest {
protected:
    /// The note's call answers with what `answer` says until it says nothing.
    Life& dead_letter(std::function<std::optional<World::Report>()> answer) {
        world_.script = [answer](const std::string&,
                                 const plugin::OutCall& call) -> std::optional<World::Report> {
            if (call.arguments.find("\"Notes\"") == std::string::npos) return std::nullopt;
            return answer();
        };
        auto& life = live(story());
        life.start();
        life.take({{"1", "t1", "anne", "one"}});
        EXPECT_TRUE(life.comes_to_rest());
        EXPECT_THAT(life.letters(), SizeIs(1));
        return life;
    }
    /// All that the hour's chore may take away, whatever its age.
    void forget_runs() {
        auto& database = *life_->database;
        const auto due =
            database.read([](db::Reader& reader) { return store::Seals::due(reader, {}, 1'000); });
        ASSERT_TRUE(due) << due.error().what;
        ASSERT_TRUE(database.run([&](db::Unit& unit) -> Result<> {
            if (auto sealed = store::Seals::seal(unit, *due); !sealed) return sealed;
            const auto gone = store::Runs::forget(unit, TimePoint::max(), 1'000);
            return gone ? Result<>{} : Result<>(gone.error());
        }));
    }
};

TEST_F(ReplayTest, WhatWasDoneIsNotDoneAgain) {
    std::atomic<bool> broken{true};
    auto& life = dead_letter([&]() -> std::optional<World::Report> {
        if (broken) return deliver::ScriptedConnector::fails(FaultKind::rejected, "field is required");
        return std::nullopt;
    });
    EXPECT_EQ(world_.count("Notes"), 0u);
    broken = false;
    const auto run = life.replay(life.letters()[0].id, "anne mended the field");
    ASSERT_TRUE(run) << run.error().what;
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(world_.count("Contacts"), 1u);
    EXPECT_EQ(world_.count("Cases"), 1u);
    EXPECT_EQ(world_.count("Notes"), 1u);
    EXPECT_THAT(world_.answers(), ElementsAre("x 1: Hello Ms anne: N-t1"))
        << "the case was created by this event, also in its replay";
    const auto letter = life.letters()[0];
    EXPECT_EQ(letter.state, store::LetterState::replayed);
    EXPECT_EQ(letter.note, "anne mended the field");
    EXPECT_EQ(life.book().started, 2);
    EXPECT_EQ(life.book().dead_lettered, 1);
    EXPECT_EQ(life.book().finished, 1);
    std::vector<std::string> before;
    for (const auto& step : life.steps_of(*run)) {
        if (step.detail == "done before, not made again") before.push_back(step.step);
    }
    EXPECT_THAT(before, ElementsAre("do open_case/call crm.upsert"));
}

TEST_F(ReplayTest, WhatWasDoneIsNotDoneAgainHoweverShortTracesAreKept) {
    std::atomic<bool> broken{true};
    auto& life = dead_letter([&]() -> std::optional<World::Report> {
        if (broken) return deliver::ScriptedConnector::fails(FaultKind::rejected, "field is required");
        return std::nullopt;
    });
    forget_runs();
    ASSERT_TRUE(life.replay(life.letters()[0].id, "too early"));
    ASSERT_TRUE(life.comes_to_rest());
    ASSERT_THAT(life.letters(), SizeIs(2));
    forget_runs();
    broken = false;

    const auto run = life.replay(life.letters()[1].id, "mended");

    ASSERT_TRUE(run) << run.error().what;
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(world_.count("Cases"), 1u);
    EXPECT_EQ(world_.count("Notes"), 1u);
    forget_runs();
    EXPECT_TRUE(life.runs_of(1).empty()) << "no letter is open any more";
}

TEST_F(ReplayTest, WhatFailedIsMadeWhereTheRouteSendsItNow) {
    const auto replying = [](const std::string& connector) {
        return route("      - name: reply\n        call: " + connector +
                     ".reply\n        with: { to: \"${event.author.name}\", text: hello }\n");
    };
    world_.script = [](const std::string& instance, const plugin::OutCall&) -> std::optional<World::Report> {
        if (instance != "x") return std::nullopt;
        return deliver::ScriptedConnector::fails(FaultKind::rejected, "the account is closed");
    };
    auto& before = live(replying("x"));
    before.start();
    before.take({{"1", "t1", "anne", "help"}});
    ASSERT_TRUE(before.comes_to_rest());
    ASSERT_THAT(before.letters(), SizeIs(1));

    auto& life = live(replying("fb"));
    life.start();
    ASSERT_TRUE(life.replay(DeadLetterId{1}, "they are answered there now"));
    ASSERT_TRUE(life.comes_to_rest());

    EXPECT_THAT(world_.answers(), ElementsAre("fb Ms anne: hello"));
    EXPECT_THAT(life.letters(), SizeIs(1));
    EXPECT_EQ(life.book("r").finished, 1);
}

TEST_F(ReplayTest, ALetterWhoseRunIsGoneIsRefusedSinceNobodyKnowsWhatItDid) {
    auto& life = dead_letter([]() -> std::optional<World::Report> {
        return deliver::ScriptedConnector::fails(FaultKind::rejected, "no");
    });
    ASSERT_TRUE(life.database->run([](db::Unit& unit) -> Result<> {
        const auto done = unit.exec("UPDATE dead_letters SET run = 99");
        return done ? Result<>{} : Result<>(done.error());
    }));

    const auto run = life.replay(life.letters()[0].id, "again");

    ASSERT_FALSE(run);
    EXPECT_THAT(run.error().what, HasSubstr("hub.keep.traces"));
    EXPECT_EQ(life.letters()[0].state, store::LetterState::open);
    EXPECT_EQ(world_.count("Cases"), 1u);
}

TEST_F(ReplayTest, TheTimeForRetriesBeginsAnew) {
    std::atomic<int> left{-1};
    auto& life = dead_letter([&]() -> std::optional<World::Report> {
        if (left == 0) return std::nullopt;
        --left;
        return deliver::ScriptedConnector::fails(FaultKind::retry, "busy");
    });
    EXPECT_THAT(life.letters()[0].reason, HasSubstr("given up"));
    clock_.advance(std::chrono::hours{1});
    left = 1;
    ASSERT_TRUE(life.replay(life.letters()[0].id, "it is up again"));
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_THAT(life.letters(), SizeIs(1)) << "one more busy moment is no reason to give up again";
    EXPECT_EQ(world_.count("Notes"), 1u);
    EXPECT_EQ(life.book().finished, 1);
}

TEST_F(ReplayTest, ALetterIsReplayedOnceAndOnlyIfItIsThere) {
    auto& life = dead_letter([]() -> std::optional<World::Report> {
        return deliver::ScriptedConnector::fails(FaultKind::rejected, "no");
    });
    EXPECT_FALSE(life.replay(DeadLetterId{99}, "who?"));
    const auto id = life.letters()[0].id;
    ASSERT_TRUE(life.replay(id, "try"));
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_FALSE(life.replay(id, "try again"));
    EXPECT_THAT(life.letters(), SizeIs(2)) << "it failed again, which is a letter of its own";
    EXPECT_EQ(life.book().dead_lettered, 2);
}

TEST_F(ReplayTest, AReplayThatIsCutOffGoesOnAfterTheNextStart) {
    std::atomic<bool> broken{true};
    {
        auto& life = dead_letter([&]() -> std::optional<World::Report> {
            if (broken) return deliver::ScriptedConnector::fails(FaultKind::rejected, "no");
            return std::nullopt;
        });
        broken = false;
        world_.die_at(1, true);
        ASSERT_TRUE(life.replay(life.letters()[0].id, "mended"));
        ASSERT_TRUE(life.comes_to_rest());
        ASSERT_TRUE(world_.is_dead());
    }
    life_.reset();
    world_.revive();
    world_.script = nullptr;
    auto& life = live(story());
    life.start();
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(world_.count("Notes"), 1u);
    EXPECT_THAT(world_.answers(), SizeIs(1));
    EXPECT_EQ(life.book().finished, 1);
}

TEST_F(ReplayTest, WhatAPersonGaveOneCallCountsOnWhenAnotherOneIsEdited) {
    const auto with = [](const std::string& text) {
        return R"({"id":"r","revision":1,"text":")" + text + "\"}";
    };
    world_.script = [](const std::string&, const plugin::OutCall& call) -> std::optional<World::Report> {
        const auto wanted = call.operation == "update" ? "\"one\"" : "\"two\"";
        if (call.arguments.find(wanted) == std::string::npos)
            return deliver::ScriptedConnector::fails(FaultKind::rejected, call.operation + " is refused");
        return deliver::ScriptedConnector::ok();
    };
    auto& life = live(
        route("      - call: crm.update\n        with: { id: r, revision: 1, text: \"${event.text}\" }\n"
              "      - call: crm.append\n        with: { id: r, revision: 1, text: \"${event.text}\" }\n"));
    life.start();
    life.take({{"1", "t1", "anne", "neither"}});
    ASSERT_TRUE(life.comes_to_rest());
    for (const auto& [letter, text] : {std::pair{1, "one"}, {2, "two"}}) {
        ASSERT_THAT(life.letters(), SizeIs(letter));
        ASSERT_TRUE(life.database->run([&](db::Unit& unit) {
            return store::DeadLetters::edit(unit, {.letter = DeadLetterId{letter},
                                                   .what = store::LetterEdit::What::arguments,
                                                   .value = with(text),
                                                   .who = "anne"});
        }));
        ASSERT_TRUE(life.replay(DeadLetterId{letter}, "edited"));
        ASSERT_TRUE(life.comes_to_rest());
    }
    EXPECT_EQ(life.book("r").finished, 1);
    EXPECT_THAT(life.letters(), SizeIs(2));
}

TEST_F(ReplayTest, ARunThatWasFoundInTheStoreAndIsOverIsNotTakenInAgain) {
    std::atomic<bool> broken{true};
    auto& before = dead_letter([&]() -> std::optional<World::Report> {
        if (broken) return deliver::ScriptedConnector::fails(FaultKind::rejected, "field is required");
        return std::nullopt;
    });
    ASSERT_THAT(before.letters(), SizeIs(1));
    broken = false;
    auto& life = live(story());
    // The run is in the store; before the engine is told, it comes across it.
    std::vector<route::Run> runs;
    ASSERT_TRUE(life.database->run([&](db::Unit& unit) -> Result<> {
        auto run = route::replay(unit, {*life.journal, *life.plan, clock_}, DeadLetterId{1}, {.who = "anne"});
        if (!run) return run.error();
        runs.push_back(std::move(*run));
        return {};
    }));
    life.start();
    ASSERT_TRUE(life.passes([&] { return life.book().finished == 1 && life.engine->state().idle; }));
    const auto turns = life.engine->state().turns;

    life.engine->take_in(std::move(runs));

    ASSERT_TRUE(life.passes([&] { return life.engine->state().turns > turns && life.engine->state().idle; }));
    EXPECT_EQ(life.engine->state().runs, 0u);
    EXPECT_EQ(life.engine->state().trouble, "");
    EXPECT_EQ(life.book().finished, 1);
}

}  // namespace
}  // namespace maillon::route
