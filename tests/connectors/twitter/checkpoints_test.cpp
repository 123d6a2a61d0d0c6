#include "support.h"

namespace maillon::twitter {
namespace {

constexpr std::int64_t kNow = 1'789'375'964'000;

testkit::TestCall reply(const std::string& key, std::int64_t time_ms) {
    return {"reply", {{"to", "11"}, {"text", "hello"}}, key, 1, "thread-1", time_ms};
}

void posts(Instance& x, int from, int count) {
    for (int i = from; i < from + count; ++i) {
        x.host.answer(201, {{"data", {{"id", std::to_string(i)}}}});
        const auto outcome = x.only(x.driver->deliver({reply("call " + std::to_string(i), x.host.now_ms)}));
        ASSERT_EQ(outcome.code, Code::ok) << outcome.detail;
    }
}

/// How far back an instance that starts with this state reads for a reply first tried at `time_ms`.
std::string read_back_to(const std::map<std::string, std::string>& state, std::int64_t time_ms) {
    Instance x;
    x.host.state = state;
    x.host.answer(200, {{"meta", {{"result_count", 0}}}});
    EXPECT_EQ(x.only(x.driver->reconcile({reply("lost", time_ms)})).code, Code::retry);
    return parameter(x.host.sent.at(0), "since_id");
}

TEST(XCheckpoints, AfterARestartBoundTheSearchByTheLastPostConfirmedBeforeTheCall) {
    Instance x;
    posts(x, 1000, 150);
    x.host.now_ms += 60'000;
    posts(x, 1150, 100);

    EXPECT_EQ(read_back_to(x.host.state, kNow), "11") << "nothing was confirmed before";
    EXPECT_EQ(read_back_to(x.host.state, kNow + 1'000), "1100");
    EXPECT_EQ(read_back_to(x.host.state, kNow + 60'001), "1200");
}

TEST(XCheckpoints, AreNoYoungerThanTheCallWhenTheClockHasGoneBack) {
    Instance x;
    posts(x, 1000, 100);
    const auto before = x.host.now_ms;
    x.host.monotonic_ms += 1'000;
    x.host.now_ms -= 3'600'000;
    posts(x, 1100, 100);

    // First tried half a second before the clock went back, when the second one was not yet confirmed.
    EXPECT_EQ(read_back_to(x.host.state, before + 500), "1000");
}

TEST(XCheckpoints, ReachAsFarBackAsXLetsOneRead) {
    Instance x;
    posts(x, 1000, 3'401);
    const auto kept = json::parse(x.host.state.at("confirmed")).as_array();
    ASSERT_EQ(kept.size(), 32u);
    EXPECT_EQ(kept.front().at("post").as_string(), "1300");
    EXPECT_EQ(kept.back().at("post").as_string(), "4400");
}

TEST(XCheckpoints, AreDoneWithoutWhenTheirStateMakesNoSense) {
    for (const auto* state :
         {"", "{", "{}", "[1]", R"([{"at_ms":"x","post":"7"}])", R"([{"at_ms":1,"post":"x"}])"})
        EXPECT_EQ(read_back_to({{"confirmed", state}}, kNow), "11") << state;
}

TEST(XCheckpoints, AreDoneWithoutWhenTheHubKeepsNoState) {
    Instance x;
    x.host.absent_services.insert(MAILLON_STATE);
    posts(x, 1000, 2);
}

TEST(XCheckpoints, OneOldReplyInDoubtDoesNotMakeTheOthersUndecidable) {
    Instance before;
    posts(before, 1000, 1);
    Instance x;
    x.host.state = before.host.state;
    int next = 1'000 + 3'200;
    x.host.on_http = [&](const testkit::Sent&) {
        next -= 100;
        return testkit::Scripted{
            200, json::serialize(page({post(std::to_string(next), {{"created_at", "2026-09-14T08:53:00Z"}})},
                                      "before " + std::to_string(next)))};
    };

    const auto delivered = x.driver->reconcile({reply("old", kNow), reply("new", kNow + 1'000)});

    EXPECT_EQ(delivered.outcomes.at(0)->code, Code::in_doubt);
    EXPECT_EQ(delivered.outcomes.at(1)->code, Code::retry) << delivered.outcomes.at(1)->detail;
    EXPECT_EQ(x.host.sent.size(), 32u);
}

}  // namespace
}  // namespace maillon::twitter
