#include "tests/unit/route/life.h"

#include <algorithm>
#include <atomic>
#include <map>

namespace maillon::route {
namespace {

using ::testing::Each;
using ::testing::Le;
using ::testing::SizeIs;

/// Far more runs than there is room for in memory.
class PagingTest : public RouteTest {
protected:
    static constexpr int kRoom = 100;
    static constexpr std::size_t kMany = 1'500;

    /// Messages of x become notes in the CRM, those of fb are answered there.
    static std::string two_routes() {
        return "hub: { limits: { max_runs: " + std::to_string(kRoom) + " } }\n" + std::string(kPreamble) +
               "routes:\n"
               "  to_crm:\n    from: x.message.received\n    steps:\n"
               "      - call: crm.create\n"
               "        with: { module: Notes, fields: { name: \"${event.thread} ${event.id}\" } }\n"
               "  reply:\n    from: fb.message.received\n    steps:\n"
               "      - call: fb.reply\n        with: { to: \"${event.author.name}\", text: hello }\n";
    }
    /// A service that is down for hours is no reason to give up here.
    static Life::Options patient() {
        return {.retry = {milliseconds{20}, seconds{60}, std::chrono::hours{1'000}}};
    }
    static Life::Options patient_with_budgets_of(const std::string& text) {
        auto options = patient();
        options.budgets = config::load_texts({{"maillon.yaml", text}}, "/etc/maillon", {}).config->budgets;
        return options;
    }
    static std::vector<Message> many(const std::string& connector, std::size_t count, std::size_t threads) {
        std::vector<Message> out;
        for (std::size_t i = 0; i < count; ++i) {
            // Numbers of one length, so that their order is that of the text.
            const auto id = std::to_string(10'000 + i);
            out.push_back(
                {connector + id, connector + "-t" + std::to_string(i % threads), "anne", "hello", connector});
        }
        return out;
    }
    /// The CRM is down as long as `crm_is_down_`.
    void let_the_crm_be_down() {
        crm_is_down_ = true;
        world_.script = [this](const std::string& instance,
                               const plugin::OutCall&) -> std::optional<World::Report> {
            if (instance != "crm" || !crm_is_down_) return std::nullopt;
            return deliver::ScriptedConnector::fails(FaultKind::retry, "503 Service Unavailable");
        };
    }
    /// The notes of each thread stand in the order of their messages, none is missing and none is double.
    void expect_notes_in_order(std::size_t count) {
        std::map<std::string, std::string> last;
        const auto notes = world_.notes();
        EXPECT_THAT(notes, SizeIs(count));
        for (const auto& note : notes) {
            const auto thread = note.substr(0, note.find(' '));
            EXPECT_LT(last[thread], note) << "order within " << thread;
            last[thread] = note;
        }
    }
    std::size_t most_runs_ = 0;
    bool goes_on_until(Life& life, const std::function<bool()>& done, milliseconds step = milliseconds{10}) {
        return life.passes(
            [&] {
                most_runs_ = std::max(most_runs_, life.engine->state().runs);
                return done();
            },
            step);
    }
    std::atomic<bool> crm_is_down_{false};
};

TEST_F(PagingTest, AConnectorThatIsDownKeepsNobodyElseWaitingAndCatchesUpInOrder) {
    let_the_crm_be_down();
    auto& life = live(two_routes(), patient());
    life.start();
    life.take(many("x", kMany, 400));
    life.take(many("fb", 300, 300));
    ASSERT_TRUE(goes_on_until(life, [&] { return world_.answers().size() == 300; }));
    EXPECT_EQ(world_.notes().size(), 0u);
    EXPECT_TRUE(life.engine->state().is_paging);
    crm_is_down_ = false;
    ASSERT_TRUE(goes_on_until(
        life, [&] { return life.is_at_rest(); }, seconds{1}));
    expect_notes_in_order(kMany);
    EXPECT_EQ(life.book("to_crm").finished, std::int64_t{kMany});
    EXPECT_THAT(life.letters(), SizeIs(0));
    // One batch of events is routed at a time, and a fetch of a key brings a few more.
    EXPECT_LE(most_runs_, 5 * kRoom);
    ASSERT_TRUE(goes_on_until(life, [&] { return !life.engine->state().is_paging; }));
}

TEST_F(PagingTest, AKeyWithVeryManyEventsLeavesRoomForTheOthers) {
    std::atomic<std::size_t> hot{0};
    std::atomic<bool> others_are_done{false};
    world_.script = [&](const std::string&, const plugin::OutCall& call) -> std::optional<World::Report> {
        if (call.arguments.find("\"x-t0 ") == std::string::npos) return std::nullopt;
        // Slower than anything else: from one message to the next the others get on.
        if (++hot > 50 && !others_are_done)
            return deliver::ScriptedConnector::fails(FaultKind::retry, "slow");
        return std::nullopt;
    };
    auto& life = live(two_routes(), patient());
    life.start();
    life.take(many("x", kMany, 1));
    auto others = many("x", 200, 50);
    for (auto& one : others) one.id = 'y' + one.id, one.thread = 'y' + one.thread;
    life.take(others);
    // Nobody answers but for the others: in between the connector rests for a while.
    ASSERT_TRUE(goes_on_until(
        life, [&] { return world_.count("Notes") >= 200 + 50; }, seconds{1}));
    others_are_done = true;
    ASSERT_TRUE(goes_on_until(
        life, [&] { return life.is_at_rest(); }, seconds{1}));
    expect_notes_in_order(kMany + 200);
    EXPECT_LE(most_runs_, 5 * kRoom);
}

TEST_F(PagingTest, AHubThatEndsWithMoreRunsThanItCanHoldGoesOnWithAllOfThem) {
    let_the_crm_be_down();
    for (int i = 0; i < 3; ++i) {
        auto& life = live(two_routes(), patient());
        life.start();
        if (i == 0) life.take(many("x", kMany, 300));
        ASSERT_TRUE(goes_on_until(life, [&] {
            return life.book("to_crm").started == std::int64_t{kMany} && life.engine->state().is_paging;
        }));
    }
    crm_is_down_ = false;
    auto& life = live(two_routes(), patient());
    life.start();
    ASSERT_TRUE(goes_on_until(
        life, [&] { return life.is_at_rest(); }, seconds{1}));
    expect_notes_in_order(kMany);
    EXPECT_LE(most_runs_, 5 * kRoom);
}

TEST_F(PagingTest, RunsThatWaitForADirectoryLeaveRoomAndComeBackWhenItIsRead) {
    const std::string text =
        "hub: { limits: { max_runs: " + std::to_string(kRoom) + " } }\n" + std::string(kPreamble) +
        "routes:\n"
        "  known:\n    from: x.message.received\n    steps:\n"
        "      - match: customers\n        who: event.author\n        none: skip\n"
        "      - call: crm.create\n"
        "        with: { module: Notes, fields: { name: \"${event.thread} ${event.id}\" } }\n"
        "  reply:\n    from: fb.message.received\n    steps:\n"
        "      - call: fb.reply\n        with: { to: \"${event.author.name}\", text: hello }\n";
    auto options = patient();
    options.directory_is_read = false;
    auto& life = live(text, std::move(options));
    life.start();
    life.take(many("x", 600, 200));
    life.take(many("fb", 100, 100));
    ASSERT_TRUE(goes_on_until(life, [&] { return world_.answers().size() == 100; }));
    ASSERT_TRUE(life.database->run([&](db::Unit& unit) {
        return store::Directory::set_progress(unit, "customers",
                                              {.started = clock_.now(), .finished = clock_.now()});
    }));
    life.engine->directory_ready("customers");
    ASSERT_TRUE(goes_on_until(life, [&] { return life.is_at_rest(); }));
    expect_notes_in_order(600);
}

TEST_F(PagingTest, ACallWithoutARecordIsKeptWhenItLeavesMemory) {
    // Linking is idempotent: as long as there is room, the store knows nothing of such calls.
    let_the_crm_be_down();
    auto& life =
        live("hub: { limits: { max_runs: " + std::to_string(kRoom) + " } }\n" +
                 route("      - call: crm.link\n        with: { module: Cases, id: \"${event.id}\", link: "
                       "contacts, ids: [ a ] }\n"),
             patient());
    life.start();
    life.take(many("x", 500, 500));
    ASSERT_TRUE(goes_on_until(life, [&] { return life.book("r").started == 500; }));
    EXPECT_TRUE(life.engine->state().is_paging);
    crm_is_down_ = false;
    ASSERT_TRUE(goes_on_until(
        life, [&] { return life.is_at_rest(); }, seconds{1}));
    EXPECT_EQ(life.book("r").finished, 500);
    std::set<std::string> keys;
    for (const auto& batch : life.connectors.at("crm")->seen()) {
        for (const auto& call : batch.calls) keys.insert(call.idempotency_key);
    }
    EXPECT_THAT(keys, SizeIs(500))
        << "a service that remembers keys knows each call by one, in all its tries";
}

TEST_F(PagingTest, CallsToAConnectorThatIsGoneAreToldAtStart) {
    let_the_crm_be_down();
    {
        auto& life = live(two_routes(), patient());
        life.start();
        life.take(many("x", 1, 1));
        ASSERT_TRUE(goes_on_until(life, [&] { return life.connectors.at("crm")->count("deliver") > 0; }));
    }
    life_.reset();
    const auto plan = plan_of(two_routes());
    Life life(world_, folder_.url(), clock_, plan, {.without = "crm"});
    const auto recovered = life.engine->recover();
    ASSERT_FALSE(recovered);
    EXPECT_EQ(recovered.error().kind, FaultKind::config);
    EXPECT_THAT(recovered.error().what, ::testing::HasSubstr("calls to the connector 'crm' are not settled"));
}

TEST_F(PagingTest, ARepeatableCallThatIsPutDownTwiceByOneRunComesBackTwice) {
    // The CRM asks for an hour of patience before each reading; the call after the first one meets a
    // conflict.
    std::atomic<int> gets{0}, appends{0};
    world_.script = [&](const std::string&, const plugin::OutCall& call) -> std::optional<World::Report> {
        if (call.operation == "get" && ++gets % 2 == 1)
            return deliver::ScriptedConnector::fails(FaultKind::retry, "later", std::chrono::hours{1});
        if (call.operation == "get") return World::Report{{}, R"({"id":"r1","revision":1})", "r1", "1"};
        if (call.operation == "append" && ++appends == 1)
            return deliver::ScriptedConnector::fails(FaultKind::conflict, "somebody was faster");
        if (call.operation == "append") return deliver::ScriptedConnector::ok();
        return std::nullopt;
    };
    auto& life =
        live("hub: { limits: { max_runs: " + std::to_string(kRoom) + " } }\n" +
                 route("      - call: crm.get\n        as: record\n        with: { id: r1 }\n"
                       "      - call: crm.append\n        with: { id: r1, revision: "
                       "\"${record.revision}\", text: hello }\n") +
                 "  reply:\n    from: fb.message.received\n    steps:\n"
                 "      - call: fb.reply\n        with: { to: \"${event.author.name}\", text: hello }\n",
             patient());
    life.start();
    life.take(many("x", 1, 1));
    for (int round = 1; round <= 2; ++round) {
        SCOPED_TRACE(round);
        const auto waits_for_long = [&] {
            const auto delay = life.deliver->delay_of(RunId{1});
            return gets == 2 * round - 1 && delay && delay->until;
        };
        ASSERT_TRUE(goes_on_until(life, waits_for_long));
        // So much else to do that there is no room for a call that waits.
        auto others = many("fb", 600, 600);
        for (auto& one : others) one.id += '-' + std::to_string(round);
        life.take(others);
        const auto is_put_down = [&] {
            return std::ranges::any_of(
                life.read([](db::Reader& reader) { return store::Calls::of_run(reader, RunId{1}); }),
                [](const auto& row) {
                    return row.operation == "get" && row.state == store::CallState::pending;
                });
        };
        ASSERT_TRUE(goes_on_until(life, is_put_down));
        clock_.advance(std::chrono::hours{1});
    }
    ASSERT_TRUE(goes_on_until(
        life, [&] { return life.book("r").finished == 1; }, seconds{1}));
}

TEST_F(PagingTest, ACallThatWaitsForABudgetIsNotDueInTheStoreBeforeItCanBeAfforded) {
    const auto text = "hub: { limits: { max_runs: " + std::to_string(kRoom) + " } }\n" +
                      std::string(kPreamble) +
                      "budgets: { notes: { of: crm, operations: [create], calls: 1, per: 1d } }\n"
                      "routes:\n  r:\n    from: x.message.received\n    steps:\n"
                      "      - call: crm.create\n        with: { module: Notes, fields: { name: a } }\n";
    auto& life = live(text, patient_with_budgets_of(text));
    life.start();
    std::vector<store::CallRow> postponed;
    const auto is_postponed = [&] {
        for (const auto& row : life.read(
                 [](db::Reader& reader) { return store::Calls::open(reader, "crm", CallId{}, 1'000); })) {
            if (row.not_before > row.created + std::chrono::minutes{1}) postponed.push_back(row);
        }
        return !postponed.empty();
    };
    life.take(many("x", 1'000, 1'000));
    ASSERT_TRUE(goes_on_until(life, is_postponed));
    EXPECT_EQ(postponed[0].state, store::CallState::pending);
    EXPECT_FALSE(postponed[0].fault) << "it was not tried";
    EXPECT_EQ(postponed[0].attempts, 0);
}

TEST_F(PagingTest, AnAnswerPassesAllThatWaitsForABudget) {
    const auto text = "hub: { limits: { max_runs: 20 } }\n" + std::string(kPreamble) +
                      "budgets: { likes: { of: x, operations: [like], calls: 1, per: 1d } }\n"
                      "routes:\n"
                      "  like:\n    from: x.message.received\n    steps:\n"
                      "      - call: x.like\n        with: { of: \"${event.id}\" }\n"
                      "  reply:\n    from: fb.message.received\n    steps:\n"
                      "      - call: x.reply\n        with: { to: \"${event.author.name}\", text: hello }\n";
    auto& life = live(text, patient_with_budgets_of(text));
    life.deliver->hold_outbound("jane: later");
    life.start();
    life.take(many("fb", 30, 30));
    ASSERT_TRUE(goes_on_until(life, [&] { return life.engine->state().routed == EventSeq{30}; }));
    life.take(many("x", 600, 600));
    ASSERT_TRUE(goes_on_until(life, [&] {
        return life.engine->state().is_paging && life.engine->state().routed == EventSeq{630};
    }));
    const auto begun = clock_.now();

    life.deliver->release_outbound();

    ASSERT_TRUE(goes_on_until(life, [&] { return world_.answers().size() == 30; }));
    EXPECT_LT(clock_.now() - begun, std::chrono::hours{24}) << "no budget was given meanwhile";
    EXPECT_GT(life.book("like").started - life.book("like").finished, 500);
}

TEST_F(PagingTest, ATimerThatIsDueFindsRoomWhenMemoryIsFull) {
    let_the_crm_be_down();
    auto& life = live("hub: { limits: { max_runs: 3 } }\n" + std::string(kPreamble) +
                          "routes:\n"
                          "  to_crm:\n    from: x.message.received\n    steps:\n"
                          "      - call: crm.create\n        with: { module: Notes, fields: { name: a } }\n"
                          "  later:\n    from: fb.message.received\n    steps:\n"
                          "      - timer: later\n        after: 30m\n        steps:\n"
                          "          - call: fb.reply\n            with: { to: anne, text: hello }\n",
                      patient());
    life.start();
    life.take(many("fb", 1, 1));
    ASSERT_TRUE(goes_on_until(life, [&] { return life.book("later").waiting == 1; }));
    life.take(many("x", 3, 3));
    ASSERT_TRUE(goes_on_until(life, [&] {
        return life.engine->state().runs == 3 && life.connectors.at("crm")->count("deliver") >= 3;
    }));
    clock_.advance(std::chrono::minutes{31});
    ASSERT_TRUE(goes_on_until(life, [&] { return world_.answers().size() == 1; }));
}

}  // namespace
}  // namespace maillon::route
