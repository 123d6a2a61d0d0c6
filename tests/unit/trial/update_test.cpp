#include "core/trial/update.h"

#include "tests/unit/trial/trial_play.h"

namespace maillon::trial {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

Correction at(std::uint32_t line, std::uint32_t column, std::uint32_t length, const std::string& text) {
    return {{0, line, column, length}, text};
}

TEST(Corrected, EachCorrectionTakesTheCharactersOfItsPlace) {
    EXPECT_EQ(
        corrected("a: é1, b: 22 # keep\nc: 3\n", {at(1, 4, 2, "long"), at(2, 4, 1, "4"), at(1, 11, 2, "x")}),
        "a: long, b: x # keep\nc: 4\n");
    EXPECT_EQ(corrected("a: 1", {at(1, 4, 1, "2"), at(1, 4, 1, "3")}), "a: 2") << "the first counts";
}

class UpdateTest : public TrialTest {};

TEST_F(UpdateTest, AValueThatDiffersIsWrittenAndEverythingElseStays) {
    configure(std::string(kAsk));
    const std::string cases =
        "  # a first test\n"
        "  - name: it\n" +
        std::string(kEvent) + std::string(kAnswer) +
        "    expect:\n"
        "      calls:\n"
        "        - crm.ask: { what: \"good-bye\" }   # what was said\n"
        "          tries: 2\n"
        "      runs: [ { state: dropped } ]\n";
    const auto before = play(cases);
    ASSERT_EQ(before.failed(), 1u) << said(before);

    const auto written = update(before);

    ASSERT_TRUE(written) << written.error().what;
    EXPECT_EQ(written->size(), 1u);
    EXPECT_EQ(written->begin()->second, 2u) << "two of the three: the call with other words counts no tries";
    auto expected = cases;
    expected.replace(expected.find("\"good-bye\""), 10, "hello");
    expected.replace(expected.find("dropped"), 7, "finished");
    EXPECT_THAT(read("a.test.yaml"), HasSubstr(expected));
    const auto after = run({.paths = {path("a.test.yaml")}, .plugins = modules_.folder(), .filter = {}});
    ASSERT_TRUE(after);
    const auto again = update(*after);
    ASSERT_TRUE(again);
    EXPECT_THAT(read("a.test.yaml"), HasSubstr("tries: 1\n"));
}

TEST_F(UpdateTest, WhatIsMissingFromAListIsToBePasted) {
    configure(std::string(kAsk) + "      - { emit: hub.asked, with: { what: \"${event.text}\" } }\n");

    const auto trial = one("{ calls: [], events: [ { type: hub.asked }, { type: hub.asked } ] }");

    ASSERT_EQ(trial.cases.size(), 1u);
    EXPECT_THAT(trial.cases[0].corrections, IsEmpty());
    EXPECT_EQ(trial.cases[0].paste,
              "calls:\n  - crm.ask: { what: hello }\n"
              "events:\n  - { type: hub.asked, body: { what: hello }, key: t1, subject: \"1\", hops: 1 }\n");
}

TEST_F(UpdateTest, AFileThatWasChangedMeanwhileIsLeftAlone) {
    configure(std::string(kAsk));
    const auto before = one("{ calls: [ { crm.ask: { what: x } } ] }");
    write("a.test.yaml", "# all new\n");

    const auto written = update(before);

    ASSERT_FALSE(written);
    EXPECT_THAT(written.error().what, HasSubstr("has been changed while its tests were played"));
    EXPECT_EQ(read("a.test.yaml"), "# all new\n");
}

TEST_F(UpdateTest, WithoutAFailureNothingIsWritten) {
    configure(std::string(kAsk));
    const auto before = one("{ calls: [ { crm.ask: { what: hello } } ] }");
    const auto text = read("a.test.yaml");

    const auto written = update(before);

    ASSERT_TRUE(written);
    EXPECT_THAT(*written, IsEmpty());
    EXPECT_EQ(read("a.test.yaml"), text);
}

}  // namespace
}  // namespace maillon::trial
