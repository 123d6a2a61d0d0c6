#include "control/publisher.h"
#include "control/sandbox.h"
#include "control/tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

using namespace sandbox;
using ::testing::HasSubstr;

namespace {

std::vector<Mention> story() {
    std::vector<Mention> mentions;
    for (const char* author : {"ana", "bo", "ana"}) {
        Mention mention;
        mention.original_id = std::to_string(100 + mentions.size());
        mention.text = "text " + mention.original_id;
        mention.author_id = mention.username = mention.name = author;
        mentions.push_back(mention);
    }
    group_conversations(mentions);
    return mentions;
}

/// What a hub does with a story: a contact and a case a conversation, a note a mention, one reply; in some
/// order.
void serve(World& world, bool backwards) {
    while (!world.is_published()) {
        if (world.mentions_published < world.mentions.size())
            world.publish_mention();
        else
            world.publish_comment();
    }
    std::vector<const XPost*> posts;
    for (const std::uint64_t id : world.x.posts().mentions()) posts.push_back(world.x.posts().find(id));
    if (backwards) std::reverse(posts.begin(), posts.end());
    Table& cases = *world.crm.table("Cases");
    for (const XPost* post : posts) {
        const std::string thread = std::to_string(post->conversation);
        if (cases.with("thread_c", thread).empty()) {
            Record* contact =
                world.crm.create("Contacts", {{"last_name", post->author_id}, {"twitter_c", post->author_id}})
                    .value();
            Record* made = world.crm
                               .create("Cases", {{"name", "case"},
                                                 {"thread_c", thread},
                                                 {"last_message_c", "2026-09-14T08:12:44Z"}})
                               .value();
            world.crm.link(*find_link("Cases", "contacts"), *made, contact->id);
        }
        Record* ticket = cases.with("thread_c", thread).front();
        (void)world.crm.create("Notes", {{"parent_type", "Cases"},
                                         {"parent_id", ticket->id},
                                         {"description", post->text},
                                         {"message_c", std::to_string(post->id)}});
    }
    for (const XPost* post : posts) {
        if (post->id != post->conversation) continue;
        const std::string number =
            text_of(cases.with("thread_c", std::to_string(post->id)).front()->fields, "case_number");
        maillon::HttpRequest request;
        request.method = "POST";
        request.path = "/2/tweets";
        request.headers.add("Authorization", "Bearer sandbox-x-token");
        request.body = json::serialize(
            json::object{{"text", "Your case: " + number},
                         {"reply", json::object{{"in_reply_to_tweet_id", std::to_string(post->id)}}}});
        Call call(std::move(request));
        ASSERT_EQ(world.x.handle(call, maillon::Responder(nullptr))->status, 201);
    }
}

const Options kSmall{.comments = 3, .crm = {.contacts = 2, .linked = 1}};

TEST(Dump, IsTheSameHoweverTheWorkWasOrdered) {
    maillon::FakeClock one_clock;
    maillon::FakeClock other_clock(maillon::from_millis(1'900'000'000'000));
    World one(kSmall, story(), one_clock);
    World other(kSmall, story(), other_clock);

    serve(one, false);
    serve(other, true);

    const std::string text = json::serialize(dump_state(one));
    EXPECT_EQ(text, json::serialize(dump_state(other)));
    EXPECT_THAT(text, HasSubstr(R"({"to":"x:100","text":"Your case: {case_number}"})"));
    EXPECT_THAT(
        text,
        HasSubstr(
            R"({"start":"x:100","fields":{"last_message_c":"{time}","name":"case","status":"New","thread_c":"{x:100}"},"contacts":["ana"]})"));
    EXPECT_THAT(
        text,
        HasSubstr(
            R"({"case":"x:100","text":"text 102","fields":{"message_c":"{x:102}","parent_id":"{case:x:100}","parent_type":"Cases"}})"));
}

TEST(Dump, ShowsADifference) {
    maillon::FakeClock clock;
    World one(kSmall, story(), clock);
    World other(kSmall, story(), clock);
    serve(one, false);
    serve(other, false);
    Record& ticket = *other.crm.table("Cases")->by_time().begin()->second;
    other.crm.update("Cases", ticket, {{"status", "Closed"}});

    EXPECT_NE(json::serialize(dump_state(one)), json::serialize(dump_state(other)));
}

TEST(State, CountsWhatIsThereAndWhatIsDoubled) {
    maillon::FakeClock clock;
    World world(kSmall, story(), clock);
    serve(world, false);
    const json::object before = count_state(world);
    EXPECT_EQ(text_of(before, "conversations_with_case"), "2");
    EXPECT_EQ(text_of(before, "notes"), "3");
    EXPECT_EQ(text_of(before, "replies"), "2");
    EXPECT_EQ(text_of(before, "replies_doubled"), "0");
    // One contact was linked from the beginning, and the hub of this test has added both authors.
    EXPECT_EQ(text_of(before, "duplicate_persons"), "1");
    EXPECT_EQ(text_of(before, "duplicate_cases"), "0");

    (void)world.crm.create("Cases",
                           {{"name", "again"}, {"thread_c", std::to_string(world.published_ids[0])}});
    (void)world.crm.create("Contacts", {{"last_name", "again"}, {"twitter_c", "BO"}});

    const json::object after = count_state(world);
    EXPECT_EQ(text_of(after, "duplicate_persons"), "2");
    EXPECT_EQ(text_of(after, "duplicate_cases"), "1");
    EXPECT_EQ(text_of(after, "conversations_with_case"), "2");
}

TEST(State, TellsWhoOfTheKnownPeopleWasFoundWronglyFoundMissedAndDoubled) {
    const maillon::FakeClock clock;
    World world({.comments = 0, .crm = {.contacts = 3, .linked = 2}}, story(), clock);
    while (world.mentions_published < world.mentions.size()) world.publish_mention();
    ASSERT_EQ(world.truth.size(), 2U);
    const auto tie = [&](const std::string& author, const std::string& contact) {
        for (const auto id : world.published_ids) {
            const XPost& post = *world.x.posts().find(id);
            if (post.author_id != author || post.id != post.conversation) continue;
            Record* made =
                world.crm.create("Cases", {{"name", "a"}, {"thread_c", std::to_string(id)}}).value();
            world.crm.link(*find_link("Cases", "contacts"), *made, contact);
        }
    };
    const auto found = [&] { return json::serialize(count_state(world).at("found")); };
    EXPECT_EQ(found(), R"({"right":0,"wrong":0,"missed":0,"twice":0})");

    const auto& [one, of_one] = *world.truth.begin();
    const auto& [other, of_other] = *std::next(world.truth.begin());
    tie(one, of_one);
    EXPECT_EQ(found(), R"({"right":1,"wrong":0,"missed":0,"twice":0})");

    tie(other, of_one);
    EXPECT_EQ(found(), R"({"right":1,"wrong":1,"missed":1,"twice":0})");

    tie(other, of_other);
    EXPECT_EQ(found(), R"({"right":2,"wrong":1,"missed":0,"twice":1})");
}

TEST(State, MeasuresFromTheFirstMessageToTheCase) {
    maillon::FakeClock clock;
    World world({.comments = 0, .crm = {.contacts = 0}}, story(), clock);
    for (int i = 0; i < 3; ++i) {
        world.publish_mention();
        clock.advance(std::chrono::milliseconds(100));
    }
    (void)world.crm.create("Cases",
                           {{"name", "a"}, {"thread_c", "x:" + std::to_string(world.published_ids[0])}});
    (void)world.crm.create("Cases", {{"name", "b"}, {"thread_c", std::to_string(world.published_ids[1])}});
    (void)world.crm.create("Cases", {{"name", "c"}, {"thread_c", "unknown"}});

    EXPECT_EQ(json::serialize(count_state(world).at("latency_ms")),
              R"({"count":2,"p50":200,"p99":200,"max":300})");
    EXPECT_EQ(world.x.posts().find(world.published_ids[2])->conversation, world.published_ids[0]);
}

TEST(Publisher, SpreadsCommentsOverTheMentions) {
    EXPECT_EQ(Publisher::share(200, 0, 1000), 0U);
    EXPECT_EQ(Publisher::share(200, 500, 1000), 100U);
    EXPECT_EQ(Publisher::share(200, 1000, 1000), 200U);
    EXPECT_EQ(Publisher::share(7, 0, 0), 7U);
}

TEST(FaultPlan, IsCheckedBeforeItIsTaken) {
    Faults faults;
    EXPECT_EQ(faults.configure({{"rate_5xx", 0.5}, {"seed", 3}}), "");
    EXPECT_THAT(faults.configure({{"rate_5xx", 2}}), HasSubstr("rate_5xx"));
    EXPECT_THAT(faults.configure({{"rate_5xx", 0.6}, {"rate_429", 0.6}}), HasSubstr("more than 1"));
    EXPECT_THAT(faults.configure({{"rate_6xx", 0.1}}), HasSubstr("rate_6xx"));
    EXPECT_THAT(faults.configure({{"services", json::array{"y"}}}), HasSubstr("'y'"));
    EXPECT_EQ(faults.plan().at("rate_5xx"), 0.5);
}

TEST(FaultPlan, FallsAsOftenAsAskedAndAlikeForOneSeed) {
    const json::object plan{
        {"rate_5xx", 0.1}, {"rate_cut_after", 0.2}, {"seed", 9}, {"services", json::array{"sugar"}}};
    Faults one;
    Faults other;
    ASSERT_EQ(one.configure(plan), "");
    ASSERT_EQ(other.configure(plan), "");
    int errors = 0;
    int cuts = 0;
    for (int i = 0; i < 10'000; ++i) {
        EXPECT_EQ(one.draw("x"), Mishap::none);
        const Mishap fallen = one.draw("sugar");
        ASSERT_EQ(fallen, other.draw("sugar"));
        errors += fallen == Mishap::server_error ? 1 : 0;
        cuts += fallen == Mishap::cut_after ? 1 : 0;
    }
    EXPECT_NEAR(errors, 1000, 100);
    EXPECT_NEAR(cuts, 2000, 150);
    EXPECT_EQ(int_of(one.counts(), "cut_after", 0), cuts);
}

class Running : public ::testing::Test {
protected:
    Running() { EXPECT_TRUE(sandbox_.start()); }
    maillon::Result<maillon::HttpResponse> ask(const char* service, std::string_view method,
                                               const std::string& path, const std::string& body = {}) {
        maillon::HttpHeaders headers;
        headers.add("Authorization", "Bearer sandbox-x-token");
        return caller_.call(method, text_of(sandbox_.addresses(), service) + path, headers, body);
    }
    std::size_t own_posts() {
        const std::lock_guard lock(sandbox_.world().lock);
        return sandbox_.world().x.posts().by_author(sandbox_.world().x.account().id).size();
    }
    maillon::SystemClock clock_;
    Sandbox sandbox_{kSmall, story(), clock_};
    Caller caller_;
};

TEST_F(Running, ACutBeforeLeavesNoEffectAndACutAfterDoes) {
    ASSERT_EQ(ask("control", "PUT", "/faults", R"({"rate_cut_before":1})")->status, 200);
    EXPECT_FALSE(ask("x", "POST", "/2/tweets", R"({"text":"a"})"));
    EXPECT_EQ(own_posts(), 0U);
    ASSERT_EQ(ask("control", "PUT", "/faults", R"({"rate_cut_after":1})")->status, 200);
    EXPECT_FALSE(ask("x", "POST", "/2/tweets", R"({"text":"a"})"));
    EXPECT_EQ(own_posts(), 1U);
}

TEST_F(Running, EachServiceFailsInItsOwnShape) {
    ASSERT_EQ(ask("control", "PUT", "/faults", R"({"rate_429":1,"retry_after_s":7})")->status, 200);
    EXPECT_THAT(ask("x", "GET", "/2/users/me")->body, HasSubstr("Too Many Requests"));
    EXPECT_THAT(ask("graph", "GET", "/v25.0/me")->body, HasSubstr("\"code\":4"));
    EXPECT_EQ(ask("sugar", "GET", "/rest/v11_20/Cases")->status, 429);
    ASSERT_EQ(ask("control", "PUT", "/faults", R"({"rate_5xx":1,"services":["sugar"]})")->status, 200);
    EXPECT_EQ(ask("x", "GET", "/2/users/me")->status, 200);
    EXPECT_THAT(ask("sugar", "GET", "/rest/v11_20/Cases")->body, HasSubstr("fatal_error"));
    EXPECT_THAT(ask("control", "GET", "/state")->body, HasSubstr(R"("faults":{"5xx":1,"429":3)"));
}

TEST_F(Running, RefusesWhatItDoesNotKnow) {
    for (const auto& [method, path, body] : {std::tuple{"PUT", "/faults", "[]"},
                                             {"PUT", "/faults", R"({"a":1})"},
                                             {"PUT", "/settings", R"({"y":{}})"},
                                             {"PUT", "/settings", R"({"sugar":{"a":1}})"},
                                             {"POST", "/start", R"({"speed":1})"},
                                             {"POST", "/graph/comment", R"({"parent":"nowhere"})"},
                                             {"POST", "/x/mention", "{}"},
                                             {"POST", "/webhook/send", "{}"}}) {
        EXPECT_EQ(ask("control", method, path, body)->status, 400) << path << body;
    }
    EXPECT_EQ(ask("control", "GET", "/nowhere")->status, 404);
}

TEST_F(Running, SettingsComeBackAsTheyWereSet) {
    EXPECT_EQ(
        ask("control", "PUT", "/settings", R"({"sugar":{"token_life_s":5},"graph":{"batch":3}})")->status,
        200);
    const std::string all = ask("control", "GET", "/settings")->body;
    EXPECT_THAT(all, HasSubstr("\"token_life_s\":5"));
    EXPECT_THAT(all, HasSubstr("\"batch\":3"));
}

}  // namespace
