#include "tests/unit/route/life.h"

namespace maillon::route {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Script = std::optional<World::Report>;

class FailureTest : public RouteTest {
protected:
    /// Calls whose arguments hold this text fail so.
    void fails(const std::string& text, FaultKind kind, const std::string& what = "no") {
        world_.script = [=](const std::string&, const plugin::OutCall& call) -> Script {
            if (call.arguments.find(text) == std::string::npos) return std::nullopt;
            return deliver::ScriptedConnector::fails(kind, what);
        };
    }
    Life& run(const std::string& text,
              const std::vector<Message>& messages = {{"1", "t1", "anne", "hello"}}) {
        auto& life = live(text);
        life.start();
        life.take(messages);
        EXPECT_TRUE(life.comes_to_rest());
        return life;
    }
    /// A step that makes a note of this name.
    static std::string note(const std::string& name, const std::string& more = {}) {
        return "      - call: crm.create\n        with: { module: Notes, fields: { name: \"" + name +
               "\" } }\n" + more;
    }
};

TEST_F(FailureTest, AWhenThatFailsIsADeadLetterFromTheStart) {
    auto& life = run(std::string(kPreamble) +
                     "routes:\n  r:\n    from: x.message.received\n    when: event.nothing == 1\n    steps: "
                     "[ { drop: x } ]\n");
    const auto letters = life.letters();
    ASSERT_THAT(letters, SizeIs(1));
    EXPECT_EQ(letters[0].step, "when");
    EXPECT_EQ(letters[0].kind, FaultKind::rejected);
    EXPECT_THAT(letters[0].reason, HasSubstr("nothing"));
    EXPECT_EQ(life.book("r").dead_lettered, 1);
    EXPECT_EQ(life.events_book().routed, 1);
    EXPECT_EQ(life.engine->state().runs, 0u);
}

TEST_F(FailureTest, AWhenThatIsNeitherTrueNorFalseIsOneToo) {
    auto& life = run(
        std::string(kPreamble) +
        "routes:\n  r:\n    from: x.message.received\n    when: event.text\n    steps: [ { drop: x } ]\n");
    ASSERT_THAT(life.letters(), SizeIs(1));
    EXPECT_THAT(life.letters()[0].reason, HasSubstr("neither true nor false"));
}

TEST_F(FailureTest, AStepThatFailsWithoutAHandlerIsADeadLetterAndTheNextRunOfTheKeyGoesOn) {
    fails("bad", FaultKind::rejected, "no such field");
    auto& life = run(story(), {{"1", "t1", "anne", "bad"}, {"2", "t1", "anne", "good"}});
    const auto letters = life.letters();
    ASSERT_THAT(letters, SizeIs(1));
    EXPECT_EQ(letters[0].step, "do open_case/call crm.upsert");
    EXPECT_EQ(letters[0].instance, "crm");
    EXPECT_EQ(letters[0].kind, FaultKind::rejected);
    EXPECT_EQ(letters[0].reason, "no such field");
    EXPECT_EQ(letters[0].attempts, 1);
    EXPECT_EQ(life.runs_of(1)[0].state, store::RunState::dead_lettered);
    EXPECT_EQ(life.runs_of(2)[0].state, store::RunState::finished);
    EXPECT_THAT(world_.notes(), ElementsAre("good"));
    EXPECT_EQ(life.book().dead_lettered, 1);
    EXPECT_EQ(life.book().finished, 1);
}

TEST_F(FailureTest, APersonWhoCouldNotBeCreatedIsFreeForTheNextRun) {
    bool first = true;
    world_.script = [&](const std::string&, const plugin::OutCall& call) -> Script {
        if (!first || call.arguments.find("\"module\":\"Contacts\"") == std::string::npos)
            return std::nullopt;
        first = false;
        return deliver::ScriptedConnector::fails(FaultKind::rejected, "not now");
    };
    auto& life = run(story(), {{"1", "t1", "anne", "one"}, {"2", "t2", "anne", "two"}});
    EXPECT_EQ(world_.count("Contacts"), 1u);
    EXPECT_EQ(life.book().dead_lettered, 1);
    EXPECT_EQ(life.book().finished, 1);
}

TEST_F(FailureTest, AFailureGoesToTheHandlerOfItsClass) {
    fails("first", FaultKind::rejected, "too long");
    auto& life =
        run(route(note("first",
                       "        on_error:\n          any: [ { drop: any } ]\n          rejected:\n"
                       "            - let: { why: \"${error.class} at ${error.step}: ${error.message}\" }\n"
                       "            - call: crm.create\n              with: { module: Notes, fields: { name: "
                       "\"${why}\" } }\n") +
                  note("after")));
    EXPECT_THAT(world_.notes(), ElementsAre("rejected at call crm.create: too long", "after"))
        << "then the run goes on";
    EXPECT_EQ(life.book("r").finished, 1);
    EXPECT_THAT(life.letters(), IsEmpty());
}

TEST_F(FailureTest, ARunThatTheStoreKeepsRefusingIsADeadLetterAndTheNextOneOfItsKeyGoesOn) {
    auto& life = live(route(note("${event.text}")));
    // The store refuses what one run writes, for as long as it lives.
    ASSERT_TRUE(life.database->run([](db::Unit& unit) -> Result<> {
        auto made = unit.exec(
            "CREATE TRIGGER refuse BEFORE INSERT ON steps WHEN NEW.inputs LIKE '%bad%'"
            " BEGIN SELECT RAISE(ABORT, 'not this one'); END");
        return made ? Result<>{} : Result<>{made.error()};
    }));
    life.start();
    life.take({{"1", "t1", "anne", "bad"}, {"2", "t1", "anne", "good"}});
    ASSERT_TRUE(life.comes_to_rest());
    const auto letters = life.letters();
    ASSERT_THAT(letters, SizeIs(1));
    EXPECT_EQ(letters[0].step, "call crm.create");
    EXPECT_EQ(letters[0].kind, FaultKind::internal);
    EXPECT_THAT(letters[0].reason, HasSubstr("not this one"));
    EXPECT_THAT(world_.notes(), ElementsAre("bad", "good")) << "the call itself was made, once";
    EXPECT_EQ(life.book("r").dead_lettered, 1);
    EXPECT_EQ(life.book("r").finished, 1);
    EXPECT_EQ(life.engine->state().trouble, "");
}

TEST_F(FailureTest, AnyTakesWhatNoOtherClassDoes) {
    fails("first", FaultKind::unsupported, "cannot");
    auto& life = run(route(note("first",
                                "        on_error:\n          rejected: [ { drop: rejected } ]\n          "
                                "any: [ { drop: \"${error.class}\" } ]\n")));
    EXPECT_EQ(life.book("r").dropped, 1);
    EXPECT_EQ(life.runs_of(1)[0].reason, "unsupported");
}

TEST_F(FailureTest, ContinueGoesOnAsIfNothingHadHappened) {
    fails("first", FaultKind::rejected);
    auto& life = run(route(note("first", "        on_error: continue\n") + note("after")));
    EXPECT_THAT(world_.notes(), ElementsAre("after"));
    EXPECT_EQ(life.book("r").finished, 1);
    const auto steps = life.steps_of(life.runs_of(1)[0].id);
    EXPECT_EQ(steps.front().status, store::StepStatus::failed) << "yet why tells it";
}

TEST_F(FailureTest, AHandlerOfABlockCatchesItsStepsAndItsOwnFailureIsNotCaughtAgain) {
    fails("Notes", FaultKind::rejected);
    auto& life =
        run(std::string(kPreamble) + "blocks:\n  b:\n" +
            "    - call: crm.create\n      with: { module: Notes, fields: { name: a } }\n" +
            "routes:\n  r:\n    from: x.message.received\n    steps:\n      - do: b\n        on_error:\n     "
            "     any:\n" +
            "            - call: crm.create\n              with: { module: Notes, fields: { name: b } }\n");
    ASSERT_THAT(life.letters(), SizeIs(1));
    EXPECT_EQ(life.letters()[0].step, "do b/any/call crm.create");
}

TEST_F(FailureTest, AnExpressionThatFailsIsAFailureOfItsStep) {
    auto& life =
        run(route("      - let: { a: \"${event.nothing.deeper}\" }\n        on_error: { rejected: [ { drop: "
                  "\"caught\" } ] }\n"));
    EXPECT_EQ(life.runs_of(1)[0].reason, "caught");
}

TEST_F(FailureTest, ACallOfUnknownOutcomeWaitsForAPersonAndTheNextRunOfTheKeyGoesOn) {
    world_.script = [](const std::string& instance, const plugin::OutCall& call) -> Script {
        if (instance != "crm" || call.arguments.find("\"lost\"") == std::string::npos) return std::nullopt;
        return deliver::ScriptedConnector::fails(FaultKind::in_doubt, "line dead");
    };
    auto& life = live(route(note("${event.text}")));
    life.connectors.at("crm")->on_reconcile = [](const plugin::OutCall&) {
        return deliver::ScriptedConnector::fails(FaultKind::in_doubt, "it keeps no record of that");
    };
    life.start();
    life.take({{"1", "t1", "anne", "lost"}, {"2", "t1", "anne", "found"}});
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(life.runs_of(1)[0].state, store::RunState::in_doubt);
    EXPECT_EQ(life.runs_of(1)[0].reason, "crm.create: it keeps no record of that");
    EXPECT_EQ(life.runs_of(2)[0].state, store::RunState::finished);
    EXPECT_EQ(life.book("r").in_doubt, 1);
    EXPECT_THAT(world_.notes(), ElementsAre("found"));
}

}  // namespace
}  // namespace maillon::route
