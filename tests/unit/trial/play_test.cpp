#include "tests/unit/trial/trial_play.h"

namespace maillon::trial {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Tests of routes as they are played: what is told of a failure, scripted failures, the clock, persons.
class PlayTest : public TrialTest {
protected:
    void passes(const Trial& trial) const {
        EXPECT_TRUE(trial.can_tell());
        EXPECT_EQ(trial.failed(), 0u) << said(trial);
        EXPECT_FALSE(trial.cases.empty()) << said(trial);
    }
    static constexpr std::string_view kTimer =
        "      - conversation: support\n"
        "      - { timer: late, after: 2h, unless: talk.closed, steps: [ { emit: hub.late, with: { n: 1 } } "
        "] }\n";
};

TEST_F(PlayTest, AValueThatDiffersIsShownWithBothValuesAtItsPlace) {
    configure(std::string(kAsk));

    const auto trial = one("{ calls: [ { crm.ask: { what: good-bye } } ] }");

    ASSERT_EQ(trial.failed(), 1u) << said(trial);
    EXPECT_EQ(said(trial),
              "a.test.yaml:7:43: error: crm.ask was called with something else\n"
              " 7 |     expect: { calls: [ { crm.ask: { what: good-bye } } ] }\n"
              "   |                                           ^~~~~~~~\n"
              "  hint: what: expected \"good-bye\"\n"
              "              got      \"hello\"\n"
              "1 error\n");
    EXPECT_FALSE(trial.cases[0].why.empty());
}

TEST_F(PlayTest, ACallThatWasNotMadeIsToldWithThoseThatWere) {
    configure(std::string(kAsk));

    const auto text = said(one("{ calls: [ { crm.ask: {} }, { crm.ask: {} } ] }"));

    EXPECT_THAT(text, HasSubstr("error: crm.ask was not called\n"));
    EXPECT_THAT(text, HasSubstr("the calls were, in this order:\n"));
    EXPECT_THAT(text, HasSubstr("crm.ask {\"what\":\"hello\"}"));
}

TEST_F(PlayTest, ScriptedFailuresAreTriedAgainAndEndAsTheyWould) {
    configure(std::string(kAsk));
    const auto with = [&](const std::string& answers, const std::string& expect) {
        return play("  - name: it\n" + std::string(kEvent) + "    answers: " + answers +
                    "\n    expect: " + expect + "\n");
    };

    passes(with("[ { call: crm.ask, fails: retry, times: 2 }, { call: crm.ask, returns: {} } ]",
                "{ calls: [ { crm.ask: {}, tries: 3 } ], runs: [ { state: finished } ] }"));
    passes(with("[ { call: crm.ask, fails: { class: rejected, message: no such thing } } ]",
                "{ dead_letters: [ { class: rejected, reason: no such thing, step: call crm.ask } ] }"));
    passes(with("[ { call: crm.ask, fails: { class: in_doubt, arrived: true } } ]",
                "{ runs: [ { state: finished } ] }"));
    EXPECT_THAT(said(with("[ { call: crm.ask, fails: rejected } ]", "{ calls: [ { crm.ask: {} } ] }")),
                HasSubstr("dead_letters: one more than expected"));
}

TEST_F(PlayTest, TheClockStandsStillUntilTheTestMovesIt) {
    configure(std::string(kTimer));
    const auto after = [&](const std::string& span, const std::string& expect) {
        return play(
            "  - name: it\n    now: 2026-03-02T09:00:00Z\n    given: [ { event: x.message.received }, { "
            "after: " +
            span + " } ]\n    expect: " + expect + "\n");
    };

    passes(after("1h59m", "{ events: [], runs: [ { state: waiting } ] }"));
    passes(after("2h", "{ events: [ { type: hub.late } ], runs: [ { state: finished } ] }"));
}

TEST_F(PlayTest, AConversationClosesWhenNobodyHasWrittenForItsTime) {
    configure(
        "      - conversation: support\n"
        "      - { timer: late, after: 2d, unless: talk.closed, steps: [ { emit: hub.late, with: { n: 1 } } "
        "] }\n");

    passes(play(
        "  - name: open\n    given: [ { event: x.message.received }, { after: 23h } ]\n"
        "    expect: { conversations: [ { name: support, closed: false } ], runs: [ { state: waiting } ] }\n"
        "  - name: closed\n    given: [ { event: x.message.received }, { after: 24h } ]\n"
        "    expect: { conversations: [ { name: support, closed: true } ], runs: [ { state: finished } ], "
        "events: [] }\n"));
}

TEST_F(PlayTest, APersonDecidesWhereTheTestSaysSo) {
    configure("      - call: crm.ask\n        with: { what: \"${event.text}\" }\n        approve: boss\n");
    const auto decided = [&](const std::string& how, const std::string& answers, const std::string& expect) {
        return play("  - name: it\n    given: [ { event: x.message.received }" + how +
                    " ]\n    answers: " + answers + "\n    expect: " + expect + "\n");
    };

    passes(decided("", "[]", "{ calls: [], approvals: [ { role: boss, state: open } ] }"));
    passes(decided(", { approve: boss }", "[ { call: crm.ask, returns: {} } ]",
                   "{ calls: [ { crm.ask: {} } ] }"));
    passes(decided(", { refuse: boss, reason: rude }", "[]",
                   "{ calls: [], runs: [ { state: dropped, reason: \"refused: rude\" } ] }"));
    EXPECT_THAT(said(decided(", { approve: chief }", "[]", "{ calls: [] }")), HasSubstr("a.test.yaml:5:"));
    EXPECT_THAT(said(decided(", { approve: boss }, { approve: boss }", "[ { call: crm.ask, returns: {} } ]",
                             "{ calls: [] }")),
                HasSubstr("no call waits for 'boss' at this point"));
}

TEST_F(PlayTest, AnAnswerThatNobodyAsksForAndACallThatNobodyAnswersFail) {
    configure(std::string(kAsk));

    EXPECT_THAT(said(play("  - name: it\n    given: [ { after: 1h } ]\n" + std::string(kAnswer) +
                          "    expect: { calls: [] }\n")),
                HasSubstr("error: nothing asked for this answer"));
    EXPECT_THAT(
        said(play("  - name: it\n" + std::string(kEvent) + "    expect: { calls: [ { crm.ask: {} } ] }\n")),
        HasSubstr("error: the test has no answer to a call of crm.ask"));
}

TEST_F(PlayTest, CoverageTellsWhatWasReached) {
    configure(
        "      - choose:\n"
        "          - { name: greeting, when: event.text == 'hello', steps: [ { drop: a } ] }\n"
        "          - { name: leave, when: event.text == 'bye', steps: [ { drop: b } ] }\n");
    const auto trial =
        play("  - name: it\n" + std::string(kEvent) + "    expect: { runs: [ { reason: a } ] }\n");
    passes(trial);

    std::vector<std::string> missed;
    for (const auto& item : trial.coverage) {
        if (item.hits == 0) missed.push_back(item.what);
    }
    EXPECT_THAT(missed, ::testing::Contains(HasSubstr("leave")));
    EXPECT_THAT(missed, ::testing::Not(::testing::Contains(HasSubstr("greeting"))));
}

}  // namespace
}  // namespace maillon::trial
