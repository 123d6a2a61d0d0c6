#include "tests/unit/hub/admin_test.h"
#include "core/base/time.h"
#include "core/store/seals.h"

#include <thread>

namespace maillon::hub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(AdminTest, PathsThatAreNoneAreNotFound) {
    begin();

    expect_error(get("/"), 404, "no such path; see /v1/status");
    for (const auto* target : {"/v1/", "/v1/nothing", "/v1/status/more", "/v1/events/1/body", "/v1//status"})
        expect_error(get(target), 404, "no such path");
    expect_error(post("/v1/status"), 404, "no such path");
    expect_error(post("/v1/dead-letters/1/burn"), 404, "no such path");
    expect_error(post("/v1/connectors/x"), 404, "no such path");
    expect_error(Admin(running()).handle("DELETE", "/v1/dead-letters/1", {}), 404, "no such path");
}

TEST_F(AdminTest, StatusTellsOfEverythingThatRuns) {
    with_dead_letter();
    ASSERT_TRUE(life_->passes([this] { return life_->engine->state().runs == 0; }));

    const auto answer = get("/v1/status");

    ASSERT_EQ(answer.status, 200);
    const auto& status = answer.body;
    EXPECT_EQ(status.at("running"), true);
    EXPECT_EQ(status.at("started"), to_rfc3339(clock_.now()).c_str());
    EXPECT_EQ(status.at("config"), "the hash");
    EXPECT_EQ(status.at("events"), 1);
    EXPECT_EQ(status.at("unrouted"), 0);
    EXPECT_EQ(status.at("dead_letters"), 1);
    EXPECT_EQ(status.at("runs_in_memory"), 0);
    EXPECT_EQ(status.at("trouble"), "");
    EXPECT_THAT(status.at("sinks").as_array(), SizeIs(4));
    EXPECT_THAT(status.at("sources").as_array(), IsEmpty());
    EXPECT_EQ(status.at("store").at("file"), folder_.file("maillon.db").c_str());
    EXPECT_GT(status.at("store").at("bytes").to_number<std::int64_t>(), 0);
    EXPECT_EQ(status.at("books").at("balanced"), true);
}

TEST_F(AdminTest, WithoutAHubStatusTellsWhatTheStoreSays) {
    with_dead_letter();

    const auto answer = Admin(at_rest()).handle("GET", "/v1/status", {});

    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body.at("running"), false);
    EXPECT_FALSE(answer.body.contains("started"));
    EXPECT_FALSE(answer.body.contains("runs_in_memory"));
    EXPECT_THAT(answer.body.at("sinks").as_array(), IsEmpty());
    EXPECT_EQ(answer.body.at("dead_letters"), 1);
}

TEST_F(AdminTest, StatusCountsWhatIsNotYetRouted) {
    auto& life = begin();
    take({{"1", "t1", "anne", "one"}});
    life.engine->stop();
    life.take({{"2", "t2", "bob", "two"}, {"3", "t3", "carl", "three"}});

    EXPECT_EQ(get("/v1/status").body.at("unrouted"), 2);
}

TEST_F(AdminTest, TheStatusOfABusyHubIsOneMoment) {
    begin();
    std::thread source([&] {
        for (int i = 0; i < 200; ++i) life_->take({{std::to_string(i), "t", "anne", "x"}});
    });

    std::int64_t events = 0;
    while (events < 200) {
        const auto status = get("/v1/status").body;
        events = status.at("events").as_int64();
        const auto& books = status.at("books");
        ASSERT_EQ(books.at("balanced"), true) << json::serialize(books);
        if (events == 0) continue;
        const auto& book = books.at("events").at("x");
        const auto count = [&](const char* column) { return book.at(column).as_int64(); };
        ASSERT_EQ(count("received"), events);
        ASSERT_EQ(count("routed") + count("unmatched") + status.at("unrouted").as_int64(), events);
    }

    source.join();
    EXPECT_TRUE(life_->comes_to_rest());
}

TEST_F(AdminTest, TheLedgerShowsBothBooks) {
    with_dead_letter();

    const auto ledger = get("/v1/ledger").body;

    EXPECT_EQ(
        ledger.at("events").at("x"),
        (json::value{{"received", 1}, {"doubles", 0}, {"unmatched", 0}, {"routed", 1}, {"refused", 0}}));
    EXPECT_EQ(ledger.at("runs").at("message_to_case").at("dead_lettered"), 1);
    EXPECT_EQ(ledger.at("balanced"), true);
    EXPECT_THAT(ledger.at("wrong").as_array(), IsEmpty());
}

TEST_F(AdminTest, ALedgerThatDoesNotBalanceSaysWhatIsWrong) {
    auto& life = begin();
    ASSERT_TRUE(life.database->run(
        [](db::Unit& unit) { return store::Books::add(unit, "x", store::EventBook{.received = 3}); }));

    const auto ledger = get("/v1/ledger").body;

    EXPECT_EQ(ledger.at("balanced"), false);
    EXPECT_THAT(ledger.at("wrong").as_array(), SizeIs(2));
    ASSERT_TRUE(life.database->run(
        [](db::Unit& unit) { return store::Books::add(unit, "x", store::EventBook{.received = -3}); }));
}

TEST_F(AdminTest, EventsAreListedTheNewestFirstAndFiltered) {
    begin();
    take({{"1", "t1", "anne", "one"}});
    clock_.advance(std::chrono::hours{3});
    const auto later = to_rfc3339(clock_.now());
    take({{"2", "t2", "bob", "two"},
          {.id = "3", .thread = "t1", .author = "anne", .text = "3", .connector = "fb"}});

    EXPECT_THAT(listed("/v1/events"), ElementsAre(3, 2, 1));
    EXPECT_THAT(listed("/v1/events?connector=fb"), ElementsAre(3));
    EXPECT_THAT(listed("/v1/events?key=t1"), ElementsAre(3, 1));
    EXPECT_THAT(listed("/v1/events?key=t1&connector=x"), ElementsAre(1));
    EXPECT_THAT(listed("/v1/events?type=message.received&limit=1"), ElementsAre(3));
    EXPECT_THAT(listed("/v1/events?type=message.deleted"), IsEmpty());
    EXPECT_THAT(listed("/v1/events?since=2h"), ElementsAre(3, 2));
    EXPECT_THAT(listed("/v1/events?since=" + later), ElementsAre(3, 2));
    expect_error(get("/v1/events?since=yesterday"), 400, "since: 'yesterday'");
    expect_error(get("/v1/recorded?since=1h&until=2h"), 400, "since 1h (");
    expect_error(get("/v1/dead-letters?since=1h&until=2h"), 400, "nothing lies between");
}

TEST_F(AdminTest, LimitsStayWithinOneAndAThousand) {
    begin();
    std::vector<Event> many;
    for (int i = 0; i < 1'005; ++i) {
        auto event = life_->event_of({std::to_string(i), "t", "anne", "x"});
        event.meta.type = "message.deleted";  // no route asks for it
        many.push_back(event);
    }
    life_->take(many);
    ASSERT_TRUE(life_->comes_to_rest());

    EXPECT_THAT(listed("/v1/events"), SizeIs(50));
    EXPECT_THAT(listed("/v1/events?limit=0"), SizeIs(1));
    EXPECT_THAT(listed("/v1/events?limit=-7"), SizeIs(1));
    EXPECT_THAT(listed("/v1/events?limit=5000"), SizeIs(1'000));
}

TEST_F(AdminTest, AnEventIsFoundByPositionAndById) {
    begin();
    take({{"a/b c", "t1", "anne", "one"}});

    const auto by_position = get("/v1/events/1");
    const auto by_id = get("/v1/events/a%2Fb%20c:created");

    ASSERT_EQ(by_position.status, 200);
    EXPECT_EQ(by_position.body.at("seq"), 1);
    EXPECT_EQ(by_position.body.at("meta").at("id"), "a/b c:created");
    EXPECT_EQ(by_position.body.at("event").at("text"), "one");
    EXPECT_EQ(by_id.body, by_position.body);
    expect_error(get("/v1/events/2"), 404, "there is no event '2'");
    expect_error(get("/v1/events/nothing"), 404, "there is no event 'nothing'");
    expect_error(get("/v1/events/0"), 404, "there is no event '0'");
}

TEST_F(AdminTest, AnIdThatSeveralSourcesUseIsAConflict) {
    begin();
    take({{"1", "t1", "anne", "one"},
          {.id = "1", .thread = "t2", .author = "bob", .text = "two", .connector = "fb"}});

    expect_error(get("/v1/events/1:created"), 409, "several events are called '1:created'");
    expect_error(get("/v1/why/1:created"), 409, "name one by its position");
}

TEST_F(AdminTest, WhyTellsWhatEachRouteDid) {
    with_dead_letter();

    const auto answer = get("/v1/why/1:created");

    ASSERT_EQ(answer.status, 200);
    const auto& route = answer.body.at("routes").as_array().at(0);
    EXPECT_EQ(route.at("route"), "message_to_case");
    EXPECT_EQ(route.at("runs").as_array().at(0).at("state"), "dead_lettered");
    expect_error(get("/v1/why/9"), 404, "there is no event '9'");
}

TEST_F(AdminTest, WhyOfOneRouteAndOfARouteThatIsNotThere) {
    with_dead_letter();

    EXPECT_EQ(get("/v1/why/1?route=message_to_case").body.at("routes").as_array().size(), 1u);
    expect_error(get("/v1/why/1?route=mesage_to_case"), 404, "did you mean 'message_to_case'?");
}

TEST_F(AdminTest, AnEventPastItsRetentionIsToldApartFromOneThatNeverCame) {
    begin();
    take({{"1", "t1", "anne", "one"}, {"2", "t2", "anne", "two"}});
    const auto gone = life_->database->run([&](db::Unit& unit) -> Result<> {
        auto count = life_->journal->forget(
            unit, {clock_.now() + std::chrono::hours{1}, EventSeq{1}, clock_.now()}, 10);
        if (!count) return count.error();
        return store::Seals::seal(unit, {.events_to = EventSeq{1}, .journaled = count->by_connector});
    });
    ASSERT_TRUE(gone);

    expect_error(get("/v1/why/1"), 404, "event 1 is past its retention (hub.keep.events is 30d)");
    expect_error(get("/v1/why/3"), 404, "there is no event '3': it never came");
}

TEST_F(AdminTest, OnlyAConnectorThatThereIsCanBeResumed) {
    begin();

    const auto answer = post("/v1/connectors/crm/resume");

    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body.at("resumed"), "crm");
    expect_error(post("/v1/connectors/crn/resume"), 404, "there is no connector 'crn'");
}

}  // namespace
}  // namespace maillon::hub
