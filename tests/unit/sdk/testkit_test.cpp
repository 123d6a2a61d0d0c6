#include "sample_connector.h"

#include <gtest/gtest.h>
#include <thread>

namespace maillon {
namespace {

using sample::Everything;
using testkit::Driver;
using testkit::FakeHost;
using testkit::Scripted;
using testkit::Sent;

Response get(const Host& host, const std::string& url) {
    return host.send({"GET", url, {}, {}}, {});
}

TEST(FakeHost, AnswersInTheOrderOfTheScriptAndThenByTheFunction) {
    FakeHost fake;
    fake.answer(200, {{"n", 1}}).answer(404, {{"n", 2}});
    fake.on_http = [](const Sent& sent) { return Scripted{200, sent.url, {}, Code::ok}; };
    const Host host(fake.host());

    EXPECT_EQ(fake.unused_answers(), 2u);
    EXPECT_EQ(get(host, "https://a.example").json().at("n"), 1);
    EXPECT_EQ(get(host, "https://b.example").status, 404u);
    EXPECT_EQ(get(host, "https://c.example").body, "https://c.example");
    EXPECT_EQ(fake.unused_answers(), 0u);
    EXPECT_EQ(fake.sent.size(), 3u);
}

TEST(FakeHost, ARequestThatTheScriptDoesNotKnowIsNeverASilentSuccess) {
    FakeHost fake;
    const Host host(fake.host());
    try {
        get(host, "https://a.example");
        ADD_FAILURE() << "no failure";
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.code(), Code::internal);
        EXPECT_NE(std::string(failure.what()).find("https://a.example"), std::string::npos);
    }
}

TEST(FakeHost, ServicesCanBeTakenAway) {
    FakeHost fake;
    fake.absent_services = {MAILLON_HTTP, MAILLON_LOG};
    const Host host(fake.host());

    host.info("into the void");
    EXPECT_TRUE(fake.log.empty());
    EXPECT_THROW(get(host, "https://a.example"), Failure);
}

TEST(FakeHost, StateIsComparedBeforeItIsSet) {
    FakeHost fake;
    const auto* table = static_cast<const maillon_state*>(fake.host()->service(fake.host(), MAILLON_STATE));
    const auto absent = str(""), one = str("1");

    EXPECT_EQ(table->put(fake.host(), str("k"), str("1"), &absent), MAILLON_OK);
    EXPECT_EQ(table->put(fake.host(), str("k"), str("2"), &absent), MAILLON_CONFLICT);
    EXPECT_EQ(fake.state.at("k"), "1");
    EXPECT_EQ(table->put(fake.host(), str("k"), str("2"), &one), MAILLON_OK);
    EXPECT_EQ(fake.state.at("k"), "2");
}

TEST(FakeHost, ItsServicesMayBeUsedByBothLanes) {
    FakeHost fake;
    fake.on_http = [](const Sent&) { return Scripted{}; };
    const Host host(fake.host());
    std::vector<std::thread> lanes;
    for (int lane = 0; lane < 2; ++lane) {
        lanes.emplace_back([&] {
            for (int i = 0; i < 200; ++i) {
                get(host, "https://a.example");
                host.info("x");
                host.count("n");
                host.set_state("k", "v");
            }
        });
    }
    for (auto& lane : lanes) lane.join();

    EXPECT_EQ(fake.sent.size(), 400u);
    EXPECT_EQ(fake.log.size(), 400u);
    EXPECT_EQ(fake.metrics.at("n"), 400);
}

TEST(Driver, FillsInDefaultsAsTheHostDoesAndKeepsWhatIsGiven) {
    FakeHost fake;
    Driver plain(fake, {});
    Driver given(fake, {{"greeting", "salut"}});

    EXPECT_EQ(plain.poll().events.at(0).data.at("text"), "hello");
    EXPECT_EQ(given.poll().events.at(0).data.at("text"), "salut");
}

TEST(Driver, RefusalOfCreateIsThrownAndLeavesNothingBehind) {
    FakeHost fake;
    EXPECT_THROW(Driver(fake, {{"fail", "failure"}}), Failure);
    EXPECT_EQ(Everything::alive, 0);
}

TEST(Driver, CallsThatWereNotReportedAreTellable) {
    FakeHost fake;
    Driver driver(fake, {}, maillon_module_entry(), sample::kBatchSink);

    const auto got = driver.deliver({{"skip", {}}, {"do", {}}});

    EXPECT_FALSE(got.outcomes.at(0).has_value());
    EXPECT_TRUE(got.outcomes.at(1).has_value());
}

TEST(Driver, KeepsTheCursorWhereThePluginMovedNone) {
    FakeHost fake;
    Driver driver(fake, {});

    EXPECT_EQ(driver.poll("failure").cursor, "failure");
}

TEST(Driver, ShowsTheDeclaredOperations) {
    FakeHost fake;
    Driver driver(fake, {});

    EXPECT_TRUE(driver.operations().contains("say"));
    EXPECT_EQ(view(driver.connector().id), "everything");
}

}  // namespace
}  // namespace maillon
