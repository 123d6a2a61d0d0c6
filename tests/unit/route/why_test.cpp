#include "core/route/why.h"

#include "tests/unit/route/why_fixture.h"

namespace maillon::route {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(WhyTest, TellsTheTriggerTheWhenAndEachStep) {
    auto& life = live(story());
    life.start();
    life.take({{"1", "t1", "anne", "one"}, {"2", "t1", "anne", "two"}});
    ASSERT_TRUE(life.comes_to_rest());

    const auto all = life.why(2);

    EXPECT_EQ(all.at("event").at("id"), "2:created");
    EXPECT_EQ(all.at("body").at("text"), "two");
    EXPECT_EQ(all.at("config_changed"), false);
    const auto& route = route_of(all, "message_to_case");
    EXPECT_EQ(route.at("trigger"), true);
    EXPECT_EQ(route.at("fired"), true);
    EXPECT_EQ(route.at("when").at("source"), "!event.own");
    EXPECT_EQ(route.at("when").at("outcome"), "true");
    const auto run = run_of(all, "message_to_case");
    EXPECT_EQ(run.at("state"), "finished");
    EXPECT_EQ(run.at("key"), "t1");
    EXPECT_THAT(steps_of(run),
                ElementsAre("do open_case ok", "do open_case/match customers ok",
                            "do open_case/conversation support ok", "do open_case/call crm.upsert ok",
                            "do open_case/call crm.link skipped", "do open_case/call crm.create ok",
                            "use language skipped", "let hello skipped", "answer support skipped"));
    const auto upsert = step_of(run, "do open_case/call crm.upsert");
    EXPECT_EQ(upsert.at("inputs").at("module"), "Cases");
    EXPECT_EQ(upsert.at("result").at("created"), false);
    EXPECT_EQ(upsert.at("attempts"), 1);
    EXPECT_EQ(upsert.at("place"), place_in(story(), "call: crm.upsert")) << "within the block";
    EXPECT_EQ(route.at("place"), place_in(story(), "  message_to_case:"));
    EXPECT_TRUE(run.at("open_calls").as_array().empty());
}

TEST_F(WhyTest, TellsWhyAStepWasSkippedFromWhatTheStepsBeforeItGave) {
    auto& life = live(story());
    life.start();
    life.take({{"1", "t1", "anne", "one"}, {"2", "t1", "anne", "two"}});
    ASSERT_TRUE(life.comes_to_rest());

    const auto link = step_of(run_of(life.why(2), "message_to_case"), "do open_case/call crm.link");

    EXPECT_EQ(link.at("when").at("outcome"), "false");
    const auto& operands = link.at("when").at("operands").as_array();
    EXPECT_EQ(operands.at(0).at("source"), "case.created");
    EXPECT_EQ(operands.at(0).at("outcome"), "false");
    EXPECT_EQ(operands.at(0).at("decided"), true);
    EXPECT_EQ(operands.at(1).at("source"), "person.found");
    EXPECT_EQ(operands.at(1).at("reached"), false);
}

TEST_F(WhyTest, TellsWhichOperandMadeWhenFalseAndWhatItHadRead) {
    auto& life = run(with_when("!event.own && event.text.contains('help')") +
                     "  other:\n    from: fb.message.received\n    steps: [ { drop: x } ]\n");

    const auto all = life.why(1);

    const auto& route = route_of(all, "r");
    EXPECT_EQ(route.at("fired"), false);
    EXPECT_FALSE(route.contains("note")) << "its when says it all";
    EXPECT_EQ(route.at("when").at("outcome"), "false");
    const auto& operands = route.at("when").at("operands").as_array();
    ASSERT_THAT(operands, SizeIs(2));
    EXPECT_EQ(operands[0].at("outcome"), "true");
    EXPECT_EQ(operands[0].at("decided"), false);
    EXPECT_EQ(operands[1].at("source"), "event.text.contains('help')");
    EXPECT_EQ(operands[1].at("outcome"), "false");
    EXPECT_EQ(operands[1].at("decided"), true);
    EXPECT_EQ(operands[1].at("facts").at(0).at("source"), "event.text");
    EXPECT_EQ(operands[1].at("facts").at(0).at("outcome"), "\"hello\"");
    EXPECT_THAT(route.at("runs").as_array(), IsEmpty());
    const auto& other = route_of(all, "other");
    EXPECT_EQ(other.at("trigger"), false);
    EXPECT_EQ(other.at("listens_to"), json::array{"fb.message.received"});
    EXPECT_FALSE(other.contains("when"));
}

TEST_F(WhyTest, TellsTheElementsAndTheSideThatDecided) {
    auto& life =
        run(with_when("event.text.split(' ').exists(w, w == 'help') ? event.own : event.text == 'x'"),
            {"1", "t1", "anne", "please help me"});

    const auto all = life.why(1);

    const auto& operands = route_of(all, "r").at("when").at("operands").as_array();
    ASSERT_THAT(operands, SizeIs(3));
    EXPECT_EQ(operands[0].at("shape"), "elements");
    ASSERT_THAT(operands[0].at("operands").as_array(), SizeIs(1));
    EXPECT_EQ(operands[0].at("operands").at(0).at("element"), "w = \"help\"");
    EXPECT_EQ(operands[1].at("source"), "event.own");
    EXPECT_EQ(operands[1].at("decided"), true);
    EXPECT_EQ(operands[2].at("reached"), false);
}

TEST_F(WhyTest, AWhenThatFailsIsTold) {
    auto& life = run(with_when("event.score > 3"));

    const auto all = life.why(1);

    EXPECT_EQ(route_of(all, "r").at("when").at("failed"), true);
    EXPECT_EQ(run_of(all).at("state"), "dead_lettered");
    EXPECT_EQ(run_of(all).at("dead_letter"), 1);
}

TEST_F(WhyTest, LetIsToldWithItsValuesAndWhatUsesThem) {
    auto& life =
        run(route("      - let: { word: \"${event.text.split('l')[0]}\", n: 3 }\n"
                  "      - let: { again: \"${word}${n}\" }\n"
                  "      - { call: crm.create, when: again == 'x', with: { module: Notes, fields: {} } }\n"));

    const auto told = run_of(life.why(1));

    EXPECT_THAT(steps_of(told), ElementsAre("let word ok", "let again ok", "call crm.create skipped"));
    EXPECT_EQ(step_of(told, "let word").at("result"), (json::object{{"word", "he"}, {"n", 3}}));
    EXPECT_EQ(step_of(told, "let again").at("result").at("again"), "he3");
    EXPECT_EQ(step_of(told, "call crm.create").at("when").at("facts").at(0).at("outcome"), "\"he3\"");
}

TEST_F(WhyTest, TellsEachBranchThatWasAsked) {
    auto& life = run(route(
        "      - choose:\n"
        "          - { when: event.own, steps: [ { drop: own } ] }\n"
        "          - { when: event.text == 'hello', name: greeting, steps: [ { drop: \"hi ${event.id}\" } ] "
        "}\n"
        "          - else: [ { drop: other } ]\n"));

    const auto told = run_of(life.why(1));

    EXPECT_EQ(told.at("state"), "dropped");
    const auto choose = told.at("steps").at(0).as_object();
    EXPECT_EQ(choose.at("kind"), "choose");
    EXPECT_EQ(choose.at("detail"), "took 'greeting'");
    const auto& branches = choose.at("branches").as_array();
    ASSERT_THAT(branches, SizeIs(2)) << "the third one was not asked";
    EXPECT_EQ(branches[0].at("taken"), false);
    EXPECT_EQ(branches[0].at("when").at("outcome"), "false");
    EXPECT_EQ(branches[1].at("branch"), "greeting");
    EXPECT_EQ(branches[1].at("taken"), true);
    const auto drop = told.at("steps").at(1).as_object();
    EXPECT_EQ(drop.at("kind"), "drop");
    EXPECT_EQ(drop.at("detail"), "hi 1");
}

TEST_F(WhyTest, TellsEachRoundOfALoopByItsKey) {
    auto& life = run(route("      - each: event.text.split(' ')\n        as: word\n        steps:\n"
                           "          - let: { loud: \"${word}!\" }\n"
                           "          - call: crm.create\n            when: word != 'b'\n"
                           "            with: { module: Notes, fields: { name: \"${loud}\" } }\n"
                           "      - let: { end: 1 }\n"),
                     {"1", "t1", "anne", "a b"});

    const auto told = run_of(life.why(1));

    EXPECT_THAT(steps_of(told), ElementsAre("each word ok", "each word[a]/let loud ok",
                                            "each word[a]/call crm.create ok", "each word[b]/let loud ok",
                                            "each word[b]/call crm.create skipped", "let end ok"));
    EXPECT_EQ(step_of(told, "each word").at("items"), 2);
    EXPECT_EQ(step_of(told, "each word").at("detail"), "2 rounds");
    EXPECT_EQ(step_of(told, "each word[b]/let loud").at("result").at("loud"), "b!");
}

TEST_F(WhyTest, TellsATimerWhileItWaitsAndWhatItSawInTheEnd) {
    auto& life = run(
        route("      - conversation: support\n"
              "      - timer: first_answer\n        after: 2h\n        unless: talk.answered || talk.closed\n"
              "        steps: [ { emit: hub.late, with: { n: 1 } } ]\n"));

    auto told = run_of(life.why(1));
    EXPECT_EQ(told.at("state"), "waiting");
    EXPECT_TRUE(told.contains("waits_until"));
    auto timer = step_of(told, "timer first_answer");
    EXPECT_EQ(timer.at("status"), "waiting");
    EXPECT_EQ(timer.at("unless").at("outcome"), "false");
    EXPECT_EQ(timer.at("unless").at("operands").at(0).at("source"), "talk.answered");

    auto done = life.database->run(
        [&](db::Unit& unit) { return store::Conversations::close(unit, ConversationId{1}, clock_.now()); });
    ASSERT_TRUE(done);
    life.engine->conversation_changed(ConversationId{1});
    ASSERT_TRUE(life.passes([&] { return life.book("r").finished == 1; }));

    told = run_of(life.why(1));
    timer = step_of(told, "timer first_answer");
    EXPECT_EQ(timer.at("status"), "skipped");
    EXPECT_EQ(timer.at("detail"), "unless is true");
    EXPECT_TRUE(timer.contains("waited_since"));
    EXPECT_EQ(timer.at("unless").at("outcome"), "true");
    EXPECT_EQ(timer.at("unless").at("operands").at(0).at("outcome"), "false");
    EXPECT_EQ(timer.at("unless").at("operands").at(1).at("decided"), true)
        << "as the talk was then, not as it was when the run began";
}

TEST_F(WhyTest, TellsWhoReleasedACallAndWhatBecameOfIt) {
    auto& life = run(
        route("      - call: crm.create\n        with: { module: Notes, fields: { name: \"${event.id}\" } }\n"
              "        approve: team_lead\n"));
    auto told = run_of(life.why(1));
    EXPECT_EQ(step_of(told, "call crm.create").at("status"), "waiting");
    EXPECT_EQ(step_of(told, "call crm.create").at("inputs").at("fields").at("name"), "1");
    EXPECT_EQ(step_of(told, "call crm.create").at("approval").at("state"), "open");

    ASSERT_TRUE(life.engine->decide(ApprovalId{1}, {.is_released = true, .by = "anne"}));
    ASSERT_TRUE(life.comes_to_rest());

    told = run_of(life.why(1));
    const auto step = step_of(told, "call crm.create");
    EXPECT_EQ(step.at("status"), "ok");
    EXPECT_EQ(step.at("approval").at("by"), "anne");
    EXPECT_FALSE(step.contains("detail")) << "nobody waits any more";
}

TEST_F(WhyTest, TellsTheFailedStepItsInputsItsErrorAndWhoCaughtIt) {
    fail_calls(FaultKind::rejected, "no such module");
    auto& life = run(route(
        "      - emit: hub.seen\n        with: { id: \"${event.id}\" }\n"
        "      - call: crm.create\n        with: { module: Nots, fields: {} }\n"
        "        on_error: { rejected: [ { let: { what: \"${error.message}\" } } ] }\n"
        "      - call: crm.create\n        name: second\n        with: { module: Nots, fields: {} }\n"));

    const auto told = run_of(life.why(1));

    EXPECT_THAT(steps_of(told), ElementsAre("emit hub.seen ok", "call crm.create failed",
                                            "call crm.create/rejected/let what ok", "second failed"));
    const auto emitted = step_of(told, "emit hub.seen");
    EXPECT_EQ(emitted.at("inputs").at("id"), "1");
    EXPECT_EQ(emitted.at("result").at("id"), "x:1:created/r/emit hub.seen");
    const auto first = step_of(told, "call crm.create");
    EXPECT_EQ(first.at("inputs").at("module"), "Nots");
    EXPECT_EQ(first.at("error").at("class"), "rejected");
    EXPECT_EQ(first.at("caught_by"), "rejected");
    EXPECT_EQ(step_of(told, "call crm.create/rejected/let what").at("result").at("what"), "no such module");
    EXPECT_FALSE(step_of(told, "second").contains("caught_by"));
    EXPECT_EQ(told.at("state"), "dead_lettered");
    EXPECT_EQ(told.at("reason"), "no such module");
    EXPECT_EQ(told.at("dead_letter"), 1);
}

TEST_F(WhyTest, TellsWhyNobodyWasFoundOrMadeWhereThePersonHasNothingToBeKnownBy) {
    auto& life =
        run(route("      - match: customers\n        who: \"{'name': event.text}\"\n"
                  "        none: { create: crm.Contacts, fields: { last_name: \"${event.text}\" } }\n"));

    const auto step = step_of(run_of(life.why(1)), "match customers");

    EXPECT_EQ(step.at("status"), "ok");
    EXPECT_EQ(step.at("detail"), "nothing to know them by: none of the fields of 'customers' is given");
    EXPECT_EQ(step.at("result").at("created"), false) << "made, it would be made anew by each message";
}

}  // namespace
}  // namespace maillon::route
