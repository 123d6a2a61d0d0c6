#include "tests/unit/trial/trial_play.h"

namespace maillon::trial {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// Files of tests that are wrong: each is told of at its place, with what to do.
class ReadTest : public TrialTest {
protected:
    void SetUp() override { configure(std::string(kAsk)); }

    /// The file cannot be played, and this is told of it.
    void wrong(const std::string& cases, const std::string& place, const std::string& what,
               const std::string& hint) {
        const auto trial = play(cases);
        EXPECT_FALSE(trial.can_tell()) << cases;
        EXPECT_TRUE(trial.cases.empty());
        const auto text = said(trial);
        EXPECT_THAT(text, HasSubstr("a.test.yaml:" + place + ": error: " + what)) << text;
        EXPECT_THAT(text, HasSubstr(hint)) << text;
    }
    const std::string kHead = "  - name: it\n" + std::string(kEvent);
    const std::string kNothing = "    expect: { calls: [] }\n";
};

TEST_F(ReadTest, AMisspeltKeyIsToldWithTheOneThatIsMeant) {
    wrong(kHead + "    expects: { calls: [] }\n", "6:5", "", "did you mean 'expect'?");
    wrong(kHead + "    expect: { cals: [] }\n", "6:15", "", "did you mean 'calls'?");
    wrong(kHead + "    answers: [ { call: crm.ask, time: 2 } ]\n" + kNothing, "6:33", "",
          "did you mean 'times'?");
    wrong(kHead + "    expect: { runs: [ { stat: finished } ] }\n", "6:25", "", "did you mean 'state'?");
}

TEST_F(ReadTest, NamesAreHeldAgainstTheConfiguration) {
    wrong("  - name: it\n    given: [ { event: x.message.recieved } ]\n" + kNothing, "5:23", "",
          "did you mean 'x.message.received'?");
    wrong(kHead + "    answers: [ { call: crm.aks, returns: {} } ]\n" + kNothing, "6:24", "",
          "did you mean 'ask'?");
    wrong(kHead + "    expect: { calls: [ { cmr.ask: {} } ] }\n", "6:26", "", "did you mean");
    wrong(
        "  - name: it\n    given: [ { event: x.message.received }, { approve: bos } ]\n    expect: { cals: "
        "[] }\n",
        "6:15", "", "did you mean 'calls'?");
}

TEST_F(ReadTest, ValuesAreHeldAgainstWhatTheyStandFor) {
    wrong("  - name: it\n    given: [ { after: 2 } ]\n" + kNothing, "5:23", "", "2s");
    wrong("  - name: it\n    now: yesterday\n    given: [ { after: 1h } ]\n" + kNothing, "5:10", "", "2026");
    wrong(kHead + "    answers: [ { call: crm.ask, fails: broken } ]\n" + kNothing, "6:40", "", "rejected");
    wrong(kHead + "    expect: { calls: [ { crm.ask: {}, tries: often } ] }\n", "6:46", "", "");
}

TEST_F(ReadTest, ATestThatCannotFailIsRefused) {
    wrong(kHead + "    expect: {}\n", "6:5", "nothing is expected, so this test cannot fail",
          "write at least one of calls");
}

TEST_F(ReadTest, AConfigurationThatIsWrongIsToldOfAtItsOwnPlace) {
    configure("      - call: crm.aks\n        with: { what: x }\n");

    const auto text = said(one("{ calls: [] }"));

    EXPECT_THAT(text,
                HasSubstr("a.test.yaml:1:9: error: the configuration of these tests is wrong: see there"));
    EXPECT_THAT(text, HasSubstr("maillon.yaml:9:15: error: connector 'crm' has no operation 'aks'"));
    EXPECT_THAT(text, HasSubstr("did you mean 'crm.ask'?"));
}

TEST_F(ReadTest, AFileThatIsNotThereAndAFolderWithoutTestsAreFaults) {
    const auto none = run({.paths = {folder_.path()}, .plugins = modules_.folder(), .filter = {}});
    ASSERT_FALSE(none);
    EXPECT_THAT(none.error().what, StartsWith("there is no *.test.yaml in "));
    const auto missing = run({.paths = {path("b.test.yaml")}, .plugins = modules_.folder(), .filter = {}});
    ASSERT_TRUE(missing);
    EXPECT_THAT(said(*missing), HasSubstr("b.test.yaml: error: this file of tests cannot be read"));
}

}  // namespace
}  // namespace maillon::trial
