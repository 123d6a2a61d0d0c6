#include "core/event/json.h"
#include "tests/unit/plugin/plugin_fixture.h"

namespace maillon::plugin {
namespace {

using ::testing::HasSubstr;

class InProcessTest : public PluginTest {
protected:
    void SetUp() override {
        auto made = create();
        ASSERT_TRUE(made) << made.error().what;
        connector_ = std::move(*made);
    }
    std::vector<CallReport> deliver(const std::vector<OutCall>& calls) {
        return connector_->deliver(calls, soon());
    }

    std::unique_ptr<Connector> connector_;
};

TEST_F(InProcessTest, AnInstanceMayRefuseItsConfigurationInItsOwnWords) {
    const auto made = create({{"greeting", "oi"}, {"fail", "config"}});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, FaultKind::config);
    EXPECT_EQ(made.error().what, "/greeting is not polite");
}

TEST_F(InProcessTest, ConnectGetsTheDeadlineAndCheckTellsWhatIsWrong) {
    EXPECT_TRUE(connector_->connect(soon()));
    clock_.advance(std::chrono::minutes{2});
    const auto late = connector_->connect(soon() - std::chrono::minutes{2});
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, FaultKind::retry);
    const auto check = connector_->check(soon());
    ASSERT_FALSE(check);
    EXPECT_EQ(check.error().kind, FaultKind::auth);
    EXPECT_EQ(check.error().what, "the token was revoked");
}

TEST_F(InProcessTest, ReportsComeBackByIndexWhateverTheOrder) {
    const auto reports = deliver({say("failure"), say("ok", 4), say("throw")});
    ASSERT_EQ(reports.size(), 3u);
    ASSERT_TRUE(reports[0].fault);
    EXPECT_EQ(reports[0].fault->kind, FaultKind::rate_limited);
    EXPECT_EQ(reports[0].fault->what, "too fast");
    EXPECT_EQ(reports[0].fault->retry_after, std::chrono::milliseconds{1234});
    EXPECT_FALSE(reports[1].fault);
    EXPECT_EQ(reports[1].value, R"({"said":"hello","key":"key-ok","attempt":4})");
    EXPECT_EQ(reports[1].remote_id, "remote-1");
    EXPECT_EQ(reports[1].remote_revision, "rev-1");
    ASSERT_TRUE(reports[2].fault) << "an exception spoils its own call only";
    EXPECT_EQ(reports[2].fault->kind, FaultKind::internal);
    EXPECT_EQ(reports[2].fault->what, "a bug");
}

TEST_F(InProcessTest, ACallThatWasNotReportedWasNotAttempted) {
    const auto reports = deliver({say("skip"), say("ok")});
    ASSERT_TRUE(reports[0].fault);
    EXPECT_EQ(reports[0].fault->kind, FaultKind::retry);
    EXPECT_FALSE(reports[1].fault);
}

TEST_F(InProcessTest, WhenTheBatchBreaksOffWhatWasReportedStandsAndTheRestSharesItsFate) {
    const auto reports = deliver({say("ok"), say("stop"), say("ok")});
    EXPECT_FALSE(reports[0].fault);
    for (const std::size_t i : {1u, 2u}) {
        ASSERT_TRUE(reports[i].fault);
        EXPECT_EQ(reports[i].fault->kind, FaultKind::in_doubt);
        EXPECT_EQ(reports[i].fault->what, "the line was cut");
    }
}

TEST_F(InProcessTest, ASecondReportOfACallChangesNothing) {
    const auto reports = deliver({say("twice")});
    ASSERT_EQ(reports.size(), 1u) << "nor does one beyond the end";
    EXPECT_FALSE(reports[0].fault);
}

TEST_F(InProcessTest, AStatusThatTheHubDoesNotKnowIsThePluginsMistake) {
    const auto reports = deliver({say("odd")});
    ASSERT_TRUE(reports[0].fault);
    EXPECT_EQ(reports[0].fault->kind, FaultKind::internal);
    EXPECT_THAT(reports[0].fault->what, HasSubstr("unknown status 77"));
}

TEST_F(InProcessTest, AReasonWithoutEndIsCutAndSoIsAPause) {
    const auto reports = deliver({say("endless")});
    ASSERT_TRUE(reports[0].fault);
    EXPECT_LE(reports[0].fault->what.size(), 2'010u) << "it is kept with every try";
    EXPECT_THAT(reports[0].fault->what, ::testing::StartsWith("\uFFFDxxx"));
    ASSERT_TRUE(reports[0].fault->retry_after);
    EXPECT_GT(*reports[0].fault->retry_after, std::chrono::hours{24});
    EXPECT_LT(*reports[0].fault->retry_after, std::chrono::hours{24 * 400}) << "and no moment before now";
}

TEST_F(InProcessTest, ReconcileTellsWhatArrivedAndTheUnreportedStaysInDoubt) {
    const std::vector<OutCall> calls{say("arrived"), say("ok")};
    const auto reports = connector_->reconcile(calls, soon());
    ASSERT_EQ(reports.size(), 2u);
    EXPECT_FALSE(reports[0].fault);
    EXPECT_EQ(reports[0].remote_id, "r-9");
    ASSERT_TRUE(reports[1].fault);
    EXPECT_EQ(reports[1].fault->kind, FaultKind::in_doubt);
}

TEST_F(InProcessTest, AProcessorAnswersToEachEvent) {
    auto call = say("bonjour");
    call.operation = "message.received";
    const auto reports = connector_->process(std::vector<OutCall>{call}, soon());
    ASSERT_EQ(reports.size(), 1u);
    EXPECT_FALSE(reports[0].fault);
    EXPECT_EQ(reports[0].value, R"({"type":"message.received","said":"bonjour"})");
}

TEST_F(InProcessTest, PollBringsEventsTheCursorAndTheWishForTheNext) {
    const auto polled = connector_->poll("", 17, soon());
    EXPECT_FALSE(polled.fault);
    ASSERT_EQ(polled.events.size(), 2u);
    const auto& first = polled.events[0];
    EXPECT_EQ(first.id, "1:created");
    EXPECT_EQ(first.type, "message.received");
    EXPECT_EQ(first.key, "thread-1");
    EXPECT_EQ(first.data, R"({"text":"hello"})");
    EXPECT_EQ(first.subject, "1");
    EXPECT_EQ(first.origin, "hub");
    EXPECT_EQ(first.time_ms, 42);
    EXPECT_EQ(polled.events[1].data, R"({"most":17})");
    EXPECT_EQ(polled.cursor, "after 2");
    EXPECT_EQ(polled.next, std::chrono::milliseconds{250});
}

TEST_F(InProcessTest, APollThatFailsHalfWayKeepsWhatItHad) {
    const auto polled = connector_->poll("broken", 17, soon());
    ASSERT_EQ(polled.events.size(), 1u);
    EXPECT_EQ(polled.cursor, "after 1");
    ASSERT_TRUE(polled.fault);
    EXPECT_EQ(polled.fault->kind, FaultKind::rate_limited);
    EXPECT_EQ(polled.fault->retry_after, std::chrono::milliseconds{1500});
}

TEST_F(InProcessTest, APollWithoutNewsMovesNoCursor) {
    const auto polled = connector_->poll("end", 17, soon());
    EXPECT_TRUE(polled.events.empty());
    EXPECT_FALSE(polled.cursor);
    EXPECT_EQ(polled.next, std::chrono::milliseconds{5000});
}

TEST_F(InProcessTest, AWebRequestIsTranslatedAndAnswered) {
    const auto got = connector_->receive({"POST", "/in?token=good", "the body", {{"x-sample", "thanks"}}});
    ASSERT_TRUE(got) << got.error().what;
    ASSERT_EQ(got->events.size(), 1u);
    EXPECT_EQ(got->events[0].data, R"({"body":"the body"})");
    EXPECT_EQ(got->status, 202);
    EXPECT_EQ(got->body, "thanks");
    EXPECT_EQ(got->content_type, "text/html");
}

TEST_F(InProcessTest, AWebRequestThatIsRefusedBringsNothing) {
    const auto got = connector_->receive({"POST", "/in?token=bad", "the body", {}});
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, FaultKind::rejected);
}

TEST_F(InProcessTest, ADirectoryIsReadPageByPage) {
    const std::vector<std::string> fields{"email", "last_name"};
    const auto first = connector_->read_directory("Contacts", fields, "", 100, soon());
    ASSERT_EQ(first.records.size(), 1u);
    EXPECT_EQ(first.records[0].key, "r-1");
    EXPECT_EQ(first.records[0].data, R"({"module":"Contacts","fields":["email","last_name"]})");
    EXPECT_FALSE(first.complete);
    const auto second = connector_->read_directory("Contacts", fields, *first.cursor, 100, soon());
    EXPECT_TRUE(second.complete);
}

}  // namespace
}  // namespace maillon::plugin
