#include "tests/unit/route/life.h"

namespace maillon::route {
namespace {

using ::testing::SizeIs;

/// The story, cut off at every point and taken up again, must end as if nothing had happened: nothing lost,
/// nothing twice.
class RecoverTest : public RouteTest {
protected:
    static std::vector<Message> messages() {
        return {{"1", "t1", "anne", "it is broken"},
                {"2", "t2", "anne", "bonjour"},
                {"3", "t1", "anne", "still broken"},
                {"4", "t1", "bob", "me too"}};
    }
    struct End {
        std::vector<std::string> summary;
        std::int64_t started = 0, finished = 0, dead = 0, doubt = 0, routed = 0;
        friend bool operator==(const End&, const End&) = default;
    };
    static End end_of(Life& life) {
        const auto book = life.book();
        return {life.world.summary(), book.started,  book.finished,
                book.dead_lettered,   book.in_doubt, life.events_book().routed};
    }
    /// The end without any trouble, and how many effects it took.
    End undisturbed(int* effects = nullptr) {
        World world;
        test::TemporaryFolder folder;
        Life life(world, folder.url(), clock_, plan_of(story()));
        life.take(messages());
        life.start();
        EXPECT_TRUE(life.comes_to_rest());
        if (effects) *effects = world.effects();
        return end_of(life);
    }
    /// Another life that is left alone.
    static void finish(World& world, const std::string& url, FakeClock& clock, const End& expected) {
        Life life(world, url, clock, plan_of(story()));
        life.start();
        ASSERT_TRUE(life.comes_to_rest());
        EXPECT_EQ(life.imbalances(), std::vector<std::string>{});
        const auto end = end_of(life);
        EXPECT_EQ(end.summary, expected.summary);
        EXPECT_EQ(end, expected);
        EXPECT_EQ(life.letters().size(), 0u);
    }
};

TEST_F(RecoverTest, DyingAtAnyCallBeforeOrAfterItsEffectLosesNothingAndDoublesNothing) {
    int calls = 0;
    const auto expected = undisturbed(&calls);
    ASSERT_THAT(expected.summary, SizeIs(12));
    ASSERT_GE(calls, 14);
    for (const bool after : {false, true}) {
        for (int n = 1; n <= calls; ++n) {
            SCOPED_TRACE("call " + std::to_string(n) +
                         (after ? ", after its effect" : ", before its effect"));
            World world;
            test::TemporaryFolder folder;
            {
                Life life(world, folder.url(), clock_, plan_of(story()));
                life.take(messages());
                world.die_at(n, after);
                life.start();
                ASSERT_TRUE(life.comes_to_rest());
                ASSERT_TRUE(world.is_dead());
            }
            world.revive();
            finish(world, folder.url(), clock_, expected);
        }
    }
}

class RecoverFromDiskTest : public RecoverTest, public ::testing::WithParamInterface<db::Injected> {};

TEST_P(RecoverFromDiskTest, ADiskThatBreaksAtAnyCommitLosesNothingAndDoublesNothing) {
    const auto expected = undisturbed();
    int broke = 0;
    for (int n = 0;; ++n) {
        SCOPED_TRACE("commit " + std::to_string(n));
        World world;
        test::TemporaryFolder folder;
        Life(world, folder.url(), clock_, plan_of(story())).take(messages());
        auto fail = std::make_shared<db::FailAt>(n, GetParam(), db::Step::commit);
        auto armed = std::make_shared<std::atomic<bool>>(false);
        {
            Life life(world, folder.url(), clock_, plan_of(story()), {.inject = [fail, armed](db::Step step) {
                          return *armed ? (*fail)(step) : db::Injected::none;
                      }});
            *armed = true;
            life.start();
            ASSERT_TRUE(life.comes_to_rest());
        }
        if (!fail->fired()) break;
        ++broke;
        finish(world, folder.url(), clock_, expected);
        if (HasFailure()) break;
    }
    EXPECT_GT(broke, 8) << "the story takes more commits than that";
}

INSTANTIATE_TEST_SUITE_P(BeforeAndAfter, RecoverFromDiskTest,
                         ::testing::Values(db::Injected::io_error, db::Injected::io_error_after),
                         [](const auto& param) {
                             return param.param == db::Injected::io_error ? "NothingIsKept"
                                                                          : "KeptAndNobodyLearntOfIt";
                         });

TEST_F(RecoverTest, ACallFoundTryingIsReconciledAndNotRepeated) {
    {
        auto& life = live(story());
        life.take({{"1", "t1", "anne", "one"}});
        world_.die_at(1, true);
        life.start();
        ASSERT_TRUE(life.comes_to_rest());
        const auto calls =
            life.read([&](db::Reader& reader) { return store::Calls::of_run(reader, RunId{1}); });
        ASSERT_THAT(calls, SizeIs(1));
        EXPECT_EQ(calls[0].state, store::CallState::trying);
    }
    life_.reset();
    world_.revive();
    auto& life = live(story());
    life.start();
    ASSERT_TRUE(life.comes_to_rest());
    const auto& crm = *life.connectors.at("crm");
    const std::string key = "x:1:created/message_to_case/do open_case/match customers";
    EXPECT_EQ(crm.count("reconcile", key), 1u);
    EXPECT_EQ(crm.count("deliver", key), 0u);
    EXPECT_EQ(world_.count("Contacts"), 1u);
    EXPECT_EQ(life.book().finished, 1);
}

TEST_F(RecoverTest, ARunInDoubtStaysAPersonsDecision) {
    {
        auto& life = live(story());
        for (auto& [name, connector] : life.connectors) {
            connector->on_deliver = [](const plugin::OutCall&) {
                return deliver::ScriptedConnector::fails(FaultKind::in_doubt, "dead line");
            };
            connector->on_reconcile = connector->on_deliver;
        }
        life.start();
        life.take({{"1", "t1", "anne", "one"}});
        ASSERT_TRUE(life.comes_to_rest());
        EXPECT_EQ(life.book().in_doubt, 1);
    }
    auto& life = live(story());
    life.start();
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(life.book().in_doubt, 1);
    EXPECT_EQ(world_.effects(), 0);
    EXPECT_EQ(life.engine->state().runs, 0u);
}

TEST_F(RecoverTest, ARunOfAConfigurationThatIsGoneIsToldAtStart) {
    {
        auto& life = live(story());
        life.take({{"1", "t1", "anne", "one"}});
        world_.die_at(1, false);
        life.start();
        ASSERT_TRUE(life.comes_to_rest());
    }
    life_.reset();
    world_.revive();
    auto& life = live(route("      - drop: other\n"));
    const auto recovered = life.engine->recover();
    ASSERT_FALSE(recovered);
    EXPECT_THAT(recovered.error().what, ::testing::HasSubstr("no configuration "));
}

TEST_F(RecoverTest, ARunThatWasWokenBehindOneAtACallWithoutARecordDoesNotBlockItsKey) {
    const auto text = route(
        "      - timer: later\n        after: 1h\n        unless: event.text == 'at once'\n"
        "        steps: [ { call: crm.create, with: { module: Notes, fields: { name: \"late ${event.id}\" } "
        "} } ]\n"
        "      - call: crm.get\n        with: { id: r1 }\n");
    std::atomic<bool> is_down{true};
    world_.script = [&](const std::string&, const plugin::OutCall& call) -> std::optional<World::Report> {
        if (call.operation != "get") return std::nullopt;
        if (is_down) return deliver::ScriptedConnector::fails(FaultKind::retry, "503 Service Unavailable");
        return World::Report{{}, R"({"id":"r1","revision":1})", "r1", "1"};
    };
    const Life::Options patient{.retry = {milliseconds{20}, seconds{60}, std::chrono::hours{1'000}}};
    const auto state_of = [&](Life& life, std::int64_t event) { return life.runs_of(event).at(0).state; };
    auto& life = live(text, patient);
    life.start();
    life.take({{"1", "t1", "anne", "later"}, {"2", "t1", "anne", "at once"}});
    ASSERT_TRUE(life.passes([&] {
        return life.events_book().routed == 2 && state_of(life, 1) == store::RunState::waiting &&
               state_of(life, 2) == store::RunState::calling;
    }));
    ASSERT_TRUE(life.passes(
        [&] {
            life.engine->wake();
            return state_of(life, 1) == store::RunState::ready;
        },
        seconds{60}));

    is_down = false;
    auto& next = live(text, patient);
    next.start();

    ASSERT_TRUE(next.comes_to_rest(seconds{1}));
    EXPECT_EQ(next.book("r").finished, 2);
    EXPECT_THAT(world_.notes(), SizeIs(1));
}

}  // namespace
}  // namespace maillon::route
