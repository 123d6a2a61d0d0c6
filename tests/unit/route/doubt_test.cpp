#include "core/store/doubts.h"
#include "tests/unit/route/life.h"

#include <boost/json/serialize.hpp>

namespace maillon::route {
namespace {

using store::Verdict;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// An answer on x, of which x can never tell whether it arrived; it did, or it did not.
class DoubtTest : public RouteTest {
protected:
    Life& doubts(bool arrives, const std::string& rest = "") {
        arrives_ = arrives;
        world_.script = [this](const std::string& instance,
                               const plugin::OutCall& call) -> std::optional<World::Report> {
            if (instance != "x" || call.operation != "reply" || !is_deaf_) return std::nullopt;
            if (arrives_) ++arrived_;
            return deliver::ScriptedConnector::fails(FaultKind::in_doubt, "the answer was lost");
        };
        return begin(rest);
    }
    Life& begin(const std::string& rest = "") {
        auto& life =
            live(route("      - conversation: support\n"
                       "      - answer: support\n"
                       "        text: \"To ${event.author.name}\"\n" +
                       rest));
        life.connectors.at("x")->on_reconcile = [](const auto&) {
            return deliver::ScriptedConnector::fails(FaultKind::in_doubt, "the answer was lost; cannot tell");
        };
        life.start();
        return life;
    }
    Life& in_doubt(bool arrives, const std::string& rest = "") {
        auto& life = doubts(arrives, rest);
        life.take({{"1", "t1", "anne", "help"}});
        EXPECT_TRUE(life.passes([&] { return life.book("r").in_doubt == 1; }));
        return life;
    }
    static std::vector<store::DoubtRow> open(Life& life) {
        return life.read([](db::Reader& reader) { return store::Doubts::list(reader, {}); });
    }
    void hear() { is_deaf_ = false; }

    std::atomic<bool> is_deaf_{true}, arrives_{false};
    std::atomic<int> arrived_{0};
};

TEST_F(DoubtTest, ItIsListedWithWhatWasSentAndWhy) {
    auto& life = in_doubt(true);
    const auto rows = open(life);
    ASSERT_THAT(rows, SizeIs(1));
    EXPECT_EQ(rows[0].route, "r");
    EXPECT_EQ(rows[0].step, "answer support");
    EXPECT_EQ(rows[0].instance + '.' + rows[0].operation, "x.reply");
    EXPECT_THAT(rows[0].args, HasSubstr("To Ms anne"));
    EXPECT_THAT(rows[0].detail, HasSubstr("lost"));
    EXPECT_EQ(rows[0].attempts, 1);
    EXPECT_TRUE(rows[0].outbound);
    EXPECT_THAT(
        life.read([](db::Reader& reader) { return store::Doubts::list(reader, {.instance = "crm"}); }),
        IsEmpty());
}

TEST_F(DoubtTest, DoneItIsNeverMadeAgainAndTheRunGoesOn) {
    auto& life = in_doubt(true);
    const auto call = open(life).at(0).id;
    ASSERT_TRUE(life.engine->decide(call, {.remote_id = "42", .by = "anne", .note = "seen on the page"}));
    ASSERT_TRUE(life.comes_to_rest());

    EXPECT_EQ(arrived_, 1);
    EXPECT_EQ(life.book("r").finished, 1);
    EXPECT_EQ(life.book("r").in_doubt, 0);
    EXPECT_THAT(open(life), IsEmpty());
    const auto told = boost::json::serialize(life.why(1));
    EXPECT_THAT(told, HasSubstr("anne: it arrived (seen on the page)"));
    EXPECT_THAT(told, HasSubstr(R"("id":"42")"));
}

TEST_F(DoubtTest, AgainItIsMadeUnderTheSameKeyHoweverOldItIs) {
    auto& life = in_doubt(false);
    const auto row = open(life).at(0);
    hear();
    clock_.advance(std::chrono::hours{24 * 30});
    ASSERT_TRUE(life.engine->decide(row.id, {.kind = Verdict::Kind::again, .by = "anne"}));
    ASSERT_TRUE(life.comes_to_rest());

    EXPECT_THAT(world_.answers(), ElementsAre("x 1: To Ms anne"));
    EXPECT_EQ(life.book("r").finished, 1);
    const auto made = life.read([&](db::Reader& reader) { return store::Calls::by_id(reader, row.id); });
    EXPECT_EQ(made->state, store::CallState::done);
    EXPECT_EQ(made->idempotency_key, row.idempotency_key);
    EXPECT_EQ(made->attempts, 2);
}

TEST_F(DoubtTest, FailedTheRunBecomesADeadLetterWithThePersonsWord) {
    auto& life = in_doubt(false);
    const auto call = open(life).at(0).id;
    ASSERT_TRUE(life.engine->decide(call, {.kind = Verdict::Kind::failed, .by = "bob", .note = "too late"}));
    ASSERT_TRUE(life.comes_to_rest());

    ASSERT_THAT(life.letters(), SizeIs(1));
    EXPECT_THAT(life.letters()[0].reason, HasSubstr("bob: it did not arrive (too late)"));
    EXPECT_EQ(life.book("r").dead_lettered, 1);
    EXPECT_THAT(world_.answers(), IsEmpty());
}

TEST_F(DoubtTest, FailedGoesToTheHandlerOfRefusedCalls) {
    auto& life = in_doubt(false, "        on_error: { rejected: [ { drop: \"${error.message}\" } ] }\n");
    const auto call = open(life).at(0).id;
    ASSERT_TRUE(life.engine->decide(call, {.kind = Verdict::Kind::failed, .by = "bob", .note = "no"}));
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_THAT(life.runs_of(1)[0].reason, HasSubstr("bob: it did not arrive (no)"));
    EXPECT_EQ(life.book("r").dropped, 1);
}

TEST_F(DoubtTest, OnlyTheFirstOfTwoPeopleDecides) {
    auto& life = in_doubt(true);
    const auto call = open(life).at(0).id;
    ASSERT_TRUE(life.engine->decide(call, {.by = "anne"}));
    const auto second = life.engine->decide(call, {.kind = Verdict::Kind::again, .by = "bob"});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, FaultKind::conflict);
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(arrived_, 1);
    EXPECT_FALSE(life.engine->decide(CallId{99}, {}));
}

TEST_F(DoubtTest, WhatWasDecidedWhileNoHubRanHappensAtTheNextStart) {
    CallId call{};
    {
        auto& life = in_doubt(true);
        call = open(life).at(0).id;
    }
    auto& stopped =
        live(route("      - conversation: support\n"
                   "      - answer: support\n"
                   "        text: \"To ${event.author.name}\"\n"));
    ASSERT_TRUE(stopped.database->run([&](db::Unit& unit) -> Result<> {
        auto run = route::decide(unit, call, Verdict{.by = "anne"}, clock_.now());
        if (!run) return run.error();
        return {};
    }));
    stopped.start();
    ASSERT_TRUE(stopped.comes_to_rest());
    EXPECT_EQ(stopped.book("r").finished, 1);
    EXPECT_EQ(arrived_, 1);
}

/// What a `match` created, of which nobody has told the id.
class NoIdTest : public RouteTest {
protected:
    static std::string creating() {
        return route(
            "      - match: customers\n        who: event.author\n        none:\n"
            "          create: crm.Contacts\n"
            "          fields: { last_name: \"${event.author.name}\", twitter_c: "
            "\"${event.author.?handle}\" }\n"
            "      - call: crm.create\n"
            "        with: { module: Notes, fields: { name: \"${event.author.name}: ${person.found}\" } }\n");
    }
    static std::optional<store::DirectoryRecord> nameless(Life& life) {
        return life.read([](db::Reader& reader) { return store::Directory::get(reader, "customers", ""); });
    }
    Life& in_doubt() {
        world_.script = [](const std::string&, const plugin::OutCall& call) -> std::optional<World::Report> {
            if (call.arguments.find("\"Contacts\"") == std::string::npos) return std::nullopt;
            return deliver::ScriptedConnector::fails(FaultKind::in_doubt, "the answer was lost");
        };
        auto& life = live(creating());
        life.connectors.at("crm")->on_reconcile = [](const auto&) {
            return deliver::ScriptedConnector::fails(FaultKind::in_doubt, "cannot tell");
        };
        life.start();
        life.take({{"1", "t1", "anne", "help"}});
        EXPECT_TRUE(life.passes([&] { return life.book("r").in_doubt == 1; }));
        return life;
    }
};

TEST_F(NoIdTest, TwoPeopleWhoseRecordsHaveNoIdAreNotOne) {
    world_.script = [](const std::string&, const plugin::OutCall& call) -> std::optional<World::Report> {
        if (call.arguments.find("\"Contacts\"") == std::string::npos) return std::nullopt;
        return deliver::ScriptedConnector::ok();
    };
    auto& life = live(creating());
    life.start();
    life.take({{"1", "t1", "anne", "help"}, {"2", "t2", "bob", "help"}});
    ASSERT_TRUE(life.comes_to_rest());

    EXPECT_THAT(world_.notes(), ::testing::UnorderedElementsAre("Ms anne: false", "Ms bob: false"));
    EXPECT_FALSE(nameless(life));
    EXPECT_THAT(boost::json::serialize(life.why(1)), HasSubstr("nobody told the id"));
}

TEST_F(NoIdTest, DoneWithoutAnIdIsNobodyAndHoldsNobodyUp) {
    auto& life = in_doubt();
    ASSERT_TRUE(life.engine->decide(CallId{1}, {.by = "paul", .note = "it is there"}));
    ASSERT_TRUE(life.comes_to_rest());

    EXPECT_THAT(world_.notes(), ElementsAre("Ms anne: false"));
    EXPECT_FALSE(nameless(life));
    EXPECT_THAT(boost::json::serialize(life.why(1)),
                HasSubstr("paul: it arrived (it is there); nobody told the id"));
    life.take({{"2", "t2", "anne", "again"}});
    ASSERT_TRUE(life.passes([&] { return life.book("r").in_doubt == 1; })) << "nothing is held any more";
}

TEST_F(NoIdTest, WhatTheDirectoryHasLearntMeanwhileIsFound) {
    auto& life = in_doubt();
    const store::DirectoryRecord copied{.id = "c-5",
                                        .data = R"({"id":"c-5","twitter_c":"anne"})",
                                        .version = "1",
                                        .keys = {{"handle_x", "anne"}}};
    ASSERT_TRUE(life.database->run(
        [&](db::Unit& unit) { return store::Directory::upsert(unit, "customers", std::span(&copied, 1)); }));
    ASSERT_TRUE(life.engine->decide(CallId{1}, {.by = "paul"}));
    ASSERT_TRUE(life.comes_to_rest());

    EXPECT_THAT(world_.notes(), ElementsAre("Ms anne: true"));
}

}  // namespace
}  // namespace maillon::route
