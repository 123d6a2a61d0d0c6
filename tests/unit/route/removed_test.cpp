#include "core/store/doubts.h"
#include "tests/unit/route/life.h"

namespace maillon::route {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A connector or processor is taken out of the configuration while a run of the one before comes to it.
class RemovedTest : public RouteTest {
protected:
    /// `text` as the hub reads it later, when the plug-ins' descriptions of `gone` are no longer at hand.
    static std::shared_ptr<const Plan> as_older(const std::string& text, const std::string& gone) {
        auto loaded = config::load_texts({{"maillon.yaml", text}}, "/etc/maillon", {});
        auto known = abilities();
        known.connectors.erase(gone);
        known.processors.erase(gone);
        return compile(*loaded.config, known, loaded.diagnostics, Judging::trusting);
    }
    /// Lives without `gone` on the store of lives before, which had `text`.
    Life& live_without(const std::string& gone, const std::string& text) {
        auto& life = live(route("      - drop: other\n"), {.earlier = as_older(text, gone), .without = gone});
        life.start();
        return life;
    }
    /// Lives with `text` until a run waits for its time, which comes after that life.
    void live_until_a_run_waits(const std::string& text) {
        auto& life = live(text);
        life.start();
        life.take({{"1", "t1", "anne", "help"}});
        ASSERT_TRUE(life.passes([&] { return life.is_at_rest() && life.book("r").waiting == 1; }));
        life_.reset();
        clock_.advance(hours{3});
    }
    /// Lives with `text` until the processor has been asked, which is always busy.
    void live_until_language_is_asked(const std::string& text) {
        auto& life = live(text);
        auto& language = *life.connectors.at("language");
        language.on_process = [](const plugin::OutCall&) {
            return deliver::ScriptedConnector::fails(FaultKind::retry, "busy");
        };
        life.start();
        life.take({{"1", "t1", "anne", "help"}});
        ASSERT_TRUE(life.passes([&] { return language.count("process") > 0; }));
    }
    static void expect_letter(Life& life, const std::string& instance) {
        const auto letters = life.letters();
        ASSERT_THAT(letters, SizeIs(1));
        EXPECT_EQ(letters[0].kind, FaultKind::unsupported);
        EXPECT_EQ(letters[0].instance, instance);
        EXPECT_THAT(letters[0].reason, HasSubstr("'" + instance + "' is no longer configured"));
    }
    static std::vector<std::string> unsettled(Life& life) {
        return life.read([](db::Reader& reader) { return store::Calls::open_instances(reader); });
    }
    static std::string noting(const std::string& rest = {}) {
        return "      - call: crm.create\n"
               "        with: { module: Notes, fields: { name: \"${event.id}\" } }\n" +
               rest;
    }
};

TEST_F(RemovedTest, ARunThatWaitedForTimeBecomesALetterAtTheFirstCall) {
    const auto text = route(
        "      - timer: later\n        after: 2h\n"
        "        steps: [ { call: crm.create, with: { module: Notes, fields: { name: late } } } ]\n");
    live_until_a_run_waits(text);

    auto& life = live_without("crm", text);
    ASSERT_TRUE(life.passes([&] { return life.book("r").dead_lettered == 1; }));
    expect_letter(life, "crm");
    EXPECT_THAT(unsettled(life), IsEmpty()) << "else the hub would not start again";
}

TEST_F(RemovedTest, ARunAtAProcessorGoesToItsHandler) {
    const auto text = route(
        "      - use: language\n"
        "        on_error: { unsupported: [ { drop: \"${error.message}\" } ] }\n");
    live_until_language_is_asked(text);
    auto& life = live_without("language", text);
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(life.book("r").dropped, 1);
    EXPECT_THAT(life.runs_of(1)[0].reason, HasSubstr("'language' is no longer configured"));
}

TEST_F(RemovedTest, ARunAtACallWithoutARecordBecomesALetter) {
    const auto text = route(
        "      - call: crm.link\n        with: { module: Cases, id: c1, link: contacts, ids: [ a ] }\n");
    world_.script = [](const std::string&, const plugin::OutCall&) -> std::optional<World::Report> {
        return deliver::ScriptedConnector::fails(FaultKind::retry, "busy");
    };
    {
        auto& before = live(text);
        before.start();
        before.take({{"1", "t1", "anne", "help"}});
        ASSERT_TRUE(before.passes([&] { return before.connectors.at("crm")->count("deliver") > 0; }));
    }
    auto& life = live_without("crm", text);
    ASSERT_TRUE(life.comes_to_rest());
    expect_letter(life, "crm");
}

TEST_F(RemovedTest, NobodyIsAskedToReleaseWhatCannotBeMade) {
    const auto text = route(
        "      - timer: later\n        after: 2h\n"
        "        steps: [ { call: crm.create, approve: lead, with: { module: Notes, fields: {} } } ]\n");
    live_until_a_run_waits(text);

    auto& life = live_without("crm", text);
    ASSERT_TRUE(life.passes([&] { return life.book("r").dead_lettered == 1; }));
    expect_letter(life, "crm");
}

TEST_F(RemovedTest, WhatAPersonHasSaidOfACallCountsWithoutItsConnector) {
    const auto text = route(noting("      - emit: hub.noted\n        with: { a: 1 }\n"));
    {
        auto& before = live(text);
        auto& crm = *before.connectors.at("crm");
        crm.on_deliver = crm.on_reconcile = [](const plugin::OutCall&) {
            return deliver::ScriptedConnector::fails(FaultKind::in_doubt, "the answer was lost");
        };
        before.start();
        before.take({{"1", "t1", "anne", "help"}});
        ASSERT_TRUE(before.passes([&] { return before.book("r").in_doubt == 1; }));
        before.deliver->stop(milliseconds{0});
        before.engine->stop();
        ASSERT_TRUE(before.database->run([&](db::Unit& unit) -> Result<> {
            auto run = route::decide(unit, CallId{1}, store::Verdict{.by = "anne"}, clock_.now());
            if (!run) return run.error();
            return {};
        }));
    }
    auto& life = live_without("crm", text);
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(life.book("r").finished, 1);
    EXPECT_THAT(life.letters(), IsEmpty());
}

TEST_F(RemovedTest, TheLetterCanBeReplayedWhenItIsConfiguredAgain) {
    const auto text = route("      - use: language\n" + noting());
    live_until_language_is_asked(text);
    auto& without = live_without("language", text);
    ASSERT_TRUE(without.comes_to_rest());
    expect_letter(without, "language");

    auto& life = live(text);
    life.start();
    ASSERT_TRUE(life.replay(DeadLetterId{1}, "it is back"));
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_THAT(world_.notes(), ElementsAre("1"));
}

}  // namespace
}  // namespace maillon::route
