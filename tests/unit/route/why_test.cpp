#include "core/route/why.h"

#include "core/store/seals.h"
#include "core/store/state.h"
#include "tests/unit/route/life.h"

#include <boost/json/serialize.hpp>

namespace maillon::route {
namespace {

using std::chrono::hours;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

namespace json = boost::json;

class WhyTest : public RouteTest {
protected:
    static const json::object& route_of(const json::object& from, const std::string& name) {
        for (const auto& one : from.at("routes").as_array()) {
            if (one.at("route").as_string() == name) return one.as_object();
        }
        throw std::runtime_error("no route " + name);
    }
    /// The only run that the event started of route "r".
    static json::object run_of(const json::object& from, const std::string& route = "r") {
        const auto& runs = route_of(from, route).at("runs").as_array();
        EXPECT_THAT(runs, SizeIs(1));
        return runs.at(0).as_object();
    }
    static std::vector<std::string> steps_of(const json::object& run) {
        std::vector<std::string> out;
        for (const auto& step : run.at("steps").as_array()) {
            out.push_back(std::string(step.at("step").as_string()) + ' ' +
                          std::string(step.at("status").as_string()));
        }
        return out;
    }
    static json::object step_of(const json::object& run, const std::string& name) {
        for (const auto& step : run.at("steps").as_array()) {
            if (step.at("step").as_string() == name) return step.as_object();
        }
        ADD_FAILURE() << "no step " << name << " in " << json::serialize(run);
        return {};
    }
    /// One message met this configuration, and all that it started is done.
    Life& run(const std::string& text, const Message& message = {"1", "t1", "anne", "hello"}) {
        auto& life = live(text);
        life.start();
        life.take({message});
        EXPECT_TRUE(life.comes_to_rest());
        return life;
    }
    /// Where this stands in a configuration, as `why` names places.
    static json::value place_in(const std::string& text, const std::string& what) {
        const auto end = text.begin() + static_cast<std::ptrdiff_t>(text.find(what));
        return json::value("maillon.yaml:" + std::to_string(std::count(text.begin(), end, '\n') + 1));
    }
    void fail_calls(FaultKind kind, const std::string& what) {
        world_.script = [=](const std::string&, const plugin::OutCall&) -> std::optional<World::Report> {
            return deliver::ScriptedConnector::fails(kind, what, hours{10});
        };
    }
    static std::string with_when(const std::string& when) {
        return std::string(kPreamble) + "routes:\n  r:\n    from: x.message.received\n    when: \"" + when +
               "\"\n    steps: [ { drop: x } ]\n";
    }
};

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
