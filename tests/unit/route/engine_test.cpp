#include "tests/unit/route/life.h"

#include <condition_variable>

namespace maillon::route {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

using EngineTest = RouteTest;

TEST_F(EngineTest, DropEndsARunWithItsReason) {
    auto& life = live(route("      - drop: \"${event.author.name} said ${event.text}\"\n"));
    life.start();
    life.take({{"1", "t1", "anne", "hello"}});
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(life.runs_of(1)[0].state, store::RunState::dropped);
    EXPECT_EQ(life.runs_of(1)[0].reason, "Ms anne said hello");
    EXPECT_EQ(life.book("r").dropped, 1);
}

TEST_F(EngineTest, EmitBringsAnEventOfTheHubThatOtherRoutesTake) {
    auto& life = live(std::string(kPreamble) +
                      "routes:\n  one:\n    from: x.message.received\n    steps: [ { emit: hub.case.opened, "
                      "with: { about: \"${event.text}\" } } ]\n"
                      "  two:\n    from: hub.case.opened\n    steps:\n      - call: crm.create\n        "
                      "with: { module: Notes, fields: { name: "
                      "\"${event.about}\" } }\n");
    life.start();
    life.take({{"1", "t1", "anne", "hello"}});
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_THAT(world_.notes(), ElementsAre("hello"));
    const auto emitted = life.journal->by_seq(EventSeq{2}).value().value();
    EXPECT_EQ(emitted.meta.connector, "hub");
    EXPECT_EQ(emitted.meta.type, "hub.case.opened");
    EXPECT_EQ(emitted.meta.key, "t1");
    EXPECT_EQ(emitted.meta.hops, 1);
    EXPECT_EQ(life.events_book("hub").received, 1);
    EXPECT_EQ(life.events_book("hub").routed, 1);
}

TEST_F(EngineTest, WhatIsEmittedAboutSomebodyWhoWasErasedIsKeptOutAndTheRunGoesOn) {
    const std::string routes =
        "routes:\n  one:\n    from: x.message.received\n    steps:\n"
        "      - emit: hub.seen\n        with: { person: { name: \"${event.text}\" } }\n"
        "      - call: crm.create\n        with: { module: Notes, fields: { name: \"${event.text}\" } }\n";
    const auto admit = [](db::Unit&, Event& event) -> Result<bool> {
        const auto said = event.body.dump();
        if (said.find("masked") != std::string::npos)
            event.body = Json::from(boost::json::object{{"person", "[erased]"}});
        return said.find("refused") == std::string::npos;
    };
    auto& life = live(std::string(kPreamble) + routes, {.admit = admit});
    life.start();
    life.take({{"1", "t1", "anne", "refused"}, {"2", "t2", "bob", "masked"}, {"3", "t3", "eve", "hello"}});
    ASSERT_TRUE(life.comes_to_rest());

    EXPECT_THAT(world_.notes(), UnorderedElementsAre("refused", "masked", "hello"));
    std::vector<std::string> emitted;
    for (const auto& event : life.journal->read(EventSeq{3}, 10).value())
        emitted.push_back(event.body.dump());
    EXPECT_THAT(emitted, UnorderedElementsAre(R"({"person":"[erased]"})", R"({"person":{"name":"hello"}})"));
    EXPECT_EQ(life.events_book("hub").received, 3);
    EXPECT_EQ(life.events_book("hub").refused, 1);
    const auto steps = life.steps_of(life.runs_of(1)[0].id);
    EXPECT_EQ(steps[0].detail, "not emitted: it is about a person who was erased");
    EXPECT_EQ(steps[0].inputs.find("refused"), std::string::npos) << steps[0].inputs;
    EXPECT_EQ(life.steps_of(life.runs_of(2)[0].id)[0].inputs, R"({"person":"[erased]"})");
}

TEST_F(EngineTest, ALoopOfEmittingRoutesEndsAtTheHopLimit) {
    auto& life = live("hub: { limits: { max_hops: 3 } }\n" + std::string(kPreamble) +
                      "routes:\n  r:\n    from: [ x.message.received, hub.again ]\n    steps: [ { emit: "
                      "hub.again, with: { a: 1 } } ]\n");
    life.start();
    life.take({{"1", "t1", "anne", "hello"}});
    ASSERT_TRUE(life.comes_to_rest());
    const auto letters = life.letters();
    ASSERT_THAT(letters, SizeIs(1));
    EXPECT_THAT(letters[0].reason, HasSubstr("looks like a loop (hub.limits.max_hops)"));
    EXPECT_EQ(life.events_book("hub").received, 3);
    EXPECT_EQ(life.book("r").finished, 3);
    EXPECT_EQ(life.book("r").dead_lettered, 1);
}

TEST_F(EngineTest, NoMoreRunsAreHeldThanTheLimitAllowsAndAllGetTheirTurn) {
    auto& life = live("hub: { limits: { max_runs: 100 } }\n" +
                      route("      - call: crm.create\n        with: { module: Notes, fields: { name: "
                            "\"${event.id}\" } }\n"));
    life.start();
    std::vector<Message> many;
    for (int i = 0; i < 600; ++i)
        many.push_back({std::to_string(i), "t" + std::to_string(i % 7), "anne", "hello"});
    life.take(many);
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_THAT(world_.notes(), SizeIs(600));
    EXPECT_EQ(life.book("r").finished, 600);
}

TEST_F(EngineTest, AFullDiskChangesNothingAndTheRunsGoOnAfterwards) {
    auto full = std::make_shared<std::atomic<int>>(0);
    auto& life = live(story(), {.inject = [full](db::Step step) {
                          if (step != db::Step::commit || full->load() == 0) return db::Injected::none;
                          --*full;
                          return db::Injected::disk_full;
                      }});
    life.take({{"1", "t1", "anne", "one"}, {"2", "t2", "bob", "two"}});
    // Whenever the outside has acted, the next commit finds the disk full.
    world_.script = [full](const std::string&, const plugin::OutCall&) -> std::optional<World::Report> {
        *full = 1;
        return std::nullopt;
    };
    life.start();
    ASSERT_TRUE(life.comes_to_rest());
    world_.script = nullptr;
    EXPECT_FALSE(life.log.of("route.trouble").empty() && life.log.of("deliver.not_recorded").empty())
        << "the disk was full now and then";
    EXPECT_EQ(world_.count("Contacts"), 2u);
    EXPECT_EQ(world_.count("Cases"), 2u);
    EXPECT_EQ(world_.count("Notes"), 2u);
    EXPECT_THAT(world_.answers(), SizeIs(2));
    EXPECT_EQ(life.book().finished, 2);
}

TEST_F(EngineTest, AnOutcomeThatIsKnownWhenTheHubStopsIsKept) {
    std::mutex mutex;
    std::condition_variable wake;
    bool called = false, go = false;
    world_.script = [&](const std::string&, const plugin::OutCall&) -> std::optional<World::Report> {
        std::unique_lock lock(mutex);
        called = true;
        wake.notify_all();
        wake.wait_for(lock, seconds{60}, [&] { return go; });
        return std::nullopt;
    };
    auto& life = live(story());
    life.start();
    life.take({{"1", "t1", "anne", "one"}});
    {
        std::unique_lock lock(mutex);
        ASSERT_TRUE(wake.wait_for(lock, seconds{60}, [&] { return called; }));
        go = true;
        wake.notify_all();
    }
    life.deliver->stop(seconds{60});
    life.engine->stop();
    world_.script = nullptr;
    const auto calls =
        life.read([&](db::Reader& reader) { return store::Calls::of_run(reader, life.runs_of(1)[0].id); });
    ASSERT_FALSE(calls.empty());
    EXPECT_EQ(calls[0].state, store::CallState::done);
    EXPECT_EQ(world_.effects(), 1) << "and nothing else was begun";
    auto& next = live(story());
    next.start();
    ASSERT_TRUE(next.comes_to_rest());
    EXPECT_EQ(next.connectors.at("crm")->count("reconcile"), 0u) << "nothing was in doubt";
    EXPECT_EQ(next.book().finished, 1);
    EXPECT_THAT(world_.answers(), SizeIs(1));
}

TEST_F(EngineTest, ARecordWhoseAnswerIsNoJsonIsStillThere) {
    world_.script = [](const std::string&, const plugin::OutCall& call) -> std::optional<World::Report> {
        if (call.arguments.find("\"module\":\"Contacts\"") == std::string::npos) return std::nullopt;
        return deliver::ScriptedConnector::ok("<html>", "c-77");
    };
    auto& life = live(story());
    life.start();
    life.take({{"1", "t1", "anne", "one"}, {"2", "t2", "anne", "two"}});
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(life.book().finished, 2);
    const auto known =
        life.read([](db::Reader& reader) { return store::Directory::get(reader, "customers", "c-77"); });
    ASSERT_TRUE(known);
    EXPECT_THAT(known->keys, ElementsAre(store::RecordKey{"handle_x", "anne"}));
}

}  // namespace
}  // namespace maillon::route
