#include "reconcile.h"
#include "dm.h"
#include "support.h"

namespace maillon::facebook {
namespace {

json::object listed(const std::string& id, const std::string& text, const std::string& from = kPage,
                    const std::string& at = "2026-09-14T08:52:50+0000") {
    return {{"id", id}, {"message", text}, {"created_time", at}, {"from", {{"id", from}}}};
}
json::object list(const json::array& comments, const std::string& after = {}) {
    json::object out{{"data", comments}};
    // A cursor stands on the last page too; only `next` says that there is more.
    out["paging"] = json::object{{"cursors", {{"before", "b"}, {"after", after.empty() ? "last" : after}}}};
    if (!after.empty())
        out.at("paging").as_object()["next"] = "https://graph.facebook.com/x?access_token=REDACTED";
    return out;
}
const json::object kOld = listed("555_1", "old", "246", "2026-09-13T00:00:00+0000");
const testkit::TestCall kCall{"reply", {{"to", "555_777"}, {"text", "Yes, from 12 €.\r\nSee you"}}};

TEST(Reconcile, FindsTheCommentThatArrived) {
    Instance page;
    page.host.answer(200, list({listed("555_3", "Yes, from 12 €.\nSee you", "246"),
                                listed("555_2", "Yes, from 12 €.\nSee you"), kOld}));

    const auto outcome = page.only(page.driver->reconcile({kCall}));

    EXPECT_EQ(outcome.code, Code::ok) << outcome.detail;
    EXPECT_EQ(outcome.remote_id, "555_2");
    EXPECT_EQ(outcome.value, (json::value{{"id", "555_2"}}));
    const auto& url = page.host.sent.at(0).url;
    EXPECT_NE(url.find("/555_777/comments?"), std::string::npos) << url;
    EXPECT_NE(url.find("filter=stream"), std::string::npos);
    EXPECT_NE(url.find("order=reverse_chronological"), std::string::npos);
}

TEST(Reconcile, SaysThatItDidNotArriveAfterReadingAll) {
    Instance page;
    page.host.answer(200, list({listed("555_2", "something else")})).answer(200, {{"id", "555_777"}});
    EXPECT_EQ(page.only(page.driver->reconcile({kCall})).code, Code::retry);
}

/// A thread under comment 555_700, in which Graph puts answers to answers beside what they answer.
void serve_beside(Instance& page, const std::string& to, const json::array& beside) {
    page.host.answer(200, list({})).answer(200, {{"id", to}, {"parent", {{"id", "555_700"}}}});
    page.host.answer(200, list(beside));
}
json::object under(json::object comment, const std::string& parent) {
    comment["parent"] = {{"id", parent}};
    return comment;
}
testkit::TestCall canned(const std::string& to, const std::string& key) {
    return {"reply", {{"to", to}, {"text", "Thank you!"}}, key};
}

TEST(Reconcile, LooksBesideAnAnswerToAnAnswer) {
    Instance page;
    serve_beside(page, "555_777", {under(listed("555_2", "Yes, from 12 €.\nSee you"), "555_777"), kOld});

    const auto outcome = page.only(page.driver->reconcile({kCall}));

    EXPECT_EQ(outcome.code, Code::ok) << outcome.detail;
    EXPECT_EQ(outcome.remote_id, "555_2");
    EXPECT_NE(page.host.sent.at(2).url.find("/555_700/comments?"), std::string::npos);
    EXPECT_NE(page.host.sent.at(2).url.find("parent"), std::string::npos);
}

TEST(Reconcile, StaysInDoubtWhenWhatStandsBesideDoesNotSayWhatItAnswers) {
    for (const auto& beside :
         {listed("555_2", "Thank you!"), under(listed("555_2", "Thank you!"), "555_700")}) {
        Instance page;
        serve_beside(page, "555_777", {beside, kOld});

        const auto outcome = page.only(page.driver->reconcile({canned("555_777", "a")}));

        EXPECT_EQ(outcome.code, Code::in_doubt) << outcome.detail;
        EXPECT_NE(outcome.detail.find("555_2"), std::string::npos) << outcome.detail;
        EXPECT_NE(outcome.detail.find("555_777"), std::string::npos) << outcome.detail;
    }
}

TEST(Reconcile, DoesNotTakeTheAnswerToSomebodyElse) {
    Instance beside, below;
    serve_beside(beside, "555_777", {under(listed("555_2", "Thank you!"), "555_778"), kOld});
    below.host.answer(200, list({under(listed("555_2", "Thank you!"), "555_700"), kOld}));

    EXPECT_EQ(beside.only(beside.driver->reconcile({canned("555_777", "a")})).code, Code::retry);
    // All levels are listed under a post.
    EXPECT_EQ(below.only(below.driver->reconcile({canned(std::string(kPage) + "_555", "a")})).code,
              Code::retry);
}

TEST(Reconcile, DoesNotTakeTheCommentOfACallThatWasAnswered) {
    Instance page;
    page.host.answer(200, {{"id", "555_2"}});
    EXPECT_EQ(page.only(page.driver->deliver({canned("555_776", "a")})).code, Code::ok);
    serve_beside(page, "555_777", {under(listed("555_2", "Thank you!"), "555_700"), kOld});

    EXPECT_EQ(page.only(page.driver->reconcile({canned("555_777", "b")})).code, Code::retry);
}

TEST(Reconcile, OfTwoAlikeGivesTheCommentToTheFirstOverBatchesTooAndAgainToTheSame) {
    Instance page;
    page.host.on_http = [](const testkit::Sent& sent) {
        const bool comments = sent.url.find("/comments?") != std::string::npos;
        return testkit::Scripted{200, json::serialize(comments ? list({listed("555_2", "Thank you!"), kOld})
                                                               : json::object{{"id", "555_777"}})};
    };

    EXPECT_EQ(page.only(page.driver->reconcile({canned("555_777", "a")})).code, Code::ok);
    EXPECT_EQ(page.only(page.driver->reconcile({canned("555_777", "b")})).code, Code::retry);
    // The hub asks again when it could not keep the answer.
    EXPECT_EQ(page.only(page.driver->reconcile({canned("555_777", "a")})).code, Code::ok);
}

TEST(Reconcile, NeedsNoParentOfAPost) {
    Instance page;
    page.host.answer(200, list({})).answer(200, list({})).answer(400, error(100));
    EXPECT_EQ(
        page.only(page.driver->reconcile({{"reply", {{"to", std::string(kPage) + "_555"}, {"text", "a"}}}}))
            .code,
        Code::retry);
    EXPECT_EQ(page.host.sent.size(), 1u);
    const testkit::TestCall of_another{"reply", {{"to", "27721710_555"}, {"text", "a"}}};
    EXPECT_EQ(page.only(page.driver->reconcile({of_another})).code, Code::retry);
    page.host.answer(200, list({})).answer(500, error(100));
    EXPECT_EQ(page.only(page.driver->reconcile({of_another})).code, Code::not_connected);
}

TEST(Reconcile, DoesNotTakeAnOlderCommentWithTheSameWords) {
    Instance page;
    page.host.answer(200,
                     list({listed("555_2", "Yes, from 12 €.\nSee you", kPage, "2026-09-14T07:00:00+0000")}));
    page.host.answer(200, {{"id", "555_777"}});
    EXPECT_EQ(page.only(page.driver->reconcile({kCall})).code, Code::retry);
}

TEST(Reconcile, PagesBackWhileThereIsMore) {
    Instance page;
    page.host.answer(200, list({listed("555_9", "x", "246")}, "QVFI"));
    page.host.answer(200, list({listed("555_2", "Yes, from 12 €.\nSee you")}));

    EXPECT_EQ(page.only(page.driver->reconcile({kCall})).code, Code::ok);

    EXPECT_NE(page.host.sent.at(1).url.find("after=QVFI"), std::string::npos);
    EXPECT_EQ(page.host.sent.at(1).url.find("REDACTED"), std::string::npos);
}

TEST(Reconcile, StaysInDoubtWhenThereIsTooMuchToRead) {
    Instance page;
    page.host.on_http = [](const testkit::Sent& sent) {
        const bool comments = sent.url.find("/comments?") != std::string::npos;
        return testkit::Scripted{200, json::serialize(comments ? list({listed("555_9", "x", "246")}, "more")
                                                               : json::object{{"id", "555_777"}})};
    };
    EXPECT_EQ(page.only(page.driver->reconcile({kCall})).code, Code::in_doubt);
    EXPECT_EQ(page.host.sent.size(), 6u);
}

TEST(Reconcile, NeverSaysThatItDidNotArriveWhenGraphCannotBeRead) {
    for (const auto& answer : std::vector<testkit::Scripted>{{500, "<html>"},
                                                             {401, json::serialize(error(190))},
                                                             {200, "{}"},
                                                             {200, "[]"},
                                                             {400, json::serialize(error(100, 33))},
                                                             {200, R"({"data":[],"paging":{"next":"x"}})"}}) {
        Instance page;
        page.host.answer(answer);
        const auto code = page.only(page.driver->reconcile({kCall})).code;
        EXPECT_NE(code, Code::retry) << answer.status << answer.body;
        EXPECT_NE(code, Code::ok) << answer.status << answer.body;
    }
}

TEST(Reconcile, ReadsEachThreadOnceAndGivesEachCommentOutOnce) {
    Instance page;
    page.host.answer(200, list({listed("555_2", "hello"), kOld})).answer(200, {{"id", "555_777"}});
    const testkit::TestCall hello{"reply", {{"to", "555_777"}, {"text", "hello"}}};
    auto again = hello;
    again.idempotency_key = "evt-2/route/step";

    const auto delivered = page.driver->reconcile({hello, again, {"hide", {{"id", "5"}}}});

    EXPECT_EQ(delivered.outcomes.at(0)->code, Code::ok);
    EXPECT_EQ(delivered.outcomes.at(1)->code, Code::retry);
    EXPECT_EQ(delivered.outcomes.at(2)->code, Code::retry);
    EXPECT_EQ(page.host.sent.size(), 2u);
}

TEST(Reconcile, OfAMessageGoesByItsEcho) {
    Instance page;
    const testkit::TestCall send{"send", {{"to", "7712"}, {"text", "hello"}}, "evt-9/route/step"};
    EXPECT_EQ(page.only(page.driver->reconcile({send})).code, Code::in_doubt);

    page.post(messaging(
        {{"sender", {{"id", kPage}}},
         {"recipient", {{"id", "7712"}}},
         {"message", {{"mid", "m_9"}, {"is_echo", true}, {"metadata", mark_of("evt-9/route/step")}}}}));
    const auto outcome = page.only(page.driver->reconcile({send}));

    EXPECT_EQ(outcome.code, Code::ok);
    EXPECT_EQ(outcome.remote_id, "m_9");
    EXPECT_TRUE(page.host.sent.empty());
}

TEST(Reconcile, ReadsTheRecordedPages) {
    const auto first = fixture("api-comments-page1.json"), last = fixture("api-comments-page2-last.json");
    const auto empty = fixture("api-comments-empty.json");
    if (!first || !last || !empty) return;
    Instance page;
    page.host.now_ms = 1'789'373'564'000;  // when the recorded comments were made
    page.host.answer({200, *first}).answer({200, *last}).answer({200, *empty});
    const testkit::TestCall call{"reply",
                                 {{"to", std::string(kPage) + "_555000111222"}, {"text", "not there"}}};
    EXPECT_EQ(page.only(page.driver->reconcile({call})).code, Code::retry);
    EXPECT_EQ(page.host.unused_answers(), 1u);
    EXPECT_EQ(page.only(page.driver->reconcile({call})).code, Code::retry);
}

}  // namespace
}  // namespace maillon::facebook
