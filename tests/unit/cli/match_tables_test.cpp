#include "tests/unit/cli/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace maillon::cli {
namespace {

namespace json = boost::json;

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// A table with Anne three times, the first and the last of whom share no key, Bruno twice, and Chantal.
constexpr const char* kCustomers = R"(id,first_name,last_name,email,phone
a1,Anne,Abgrall,anne@abgrall.fr,
b1,Bruno,Bodenan,bruno@example.fr,0612345678
c1,Chantal,Cornec,cc@example.fr,
a2,Anne,Abgrall,anne@abgrall.fr,0611223344
b2,Bruno,Bodenan,bruno@example.fr,
a3,Anne,Abgral,,0611223344
)";

constexpr const char* kModel = R"(model: small
country: FR
fields:
  given: {kind: given_name, column: first_name, rarity: false}
  family: {kind: family_name, column: last_name, rarity: false}
  mail: {kind: email, column: email, rarity: false}
  phone: {kind: phone, column: phone, rarity: false}
blocking: [mail, phone]
learned:
  overlap: 0.5
  fields:
    given:
      m: {exact: 0.9, nickname: 0.02, similar: 0.02, close: 0.02, initial: 0.01, swapped: 0.01, different: 0.02}
      u: {exact: 0.01, nickname: 0.01, similar: 0.01, close: 0.01, initial: 0.01, swapped: 0.01, different: 0.94}
    family:
      m: {exact: 0.8, part: 0.02, contained: 0.02, similar: 0.1, close: 0.02, initial: 0.01, swapped: 0.01, different: 0.02}
      u: {exact: 0.01, part: 0.01, contained: 0.01, similar: 0.01, close: 0.01, initial: 0.01, swapped: 0.01, different: 0.93}
    mail:
      m: {exact: 0.9, different: 0.1}
      u: {exact: 0.001, different: 0.999}
    phone:
      m: {exact: 0.9, similar: 0.05, different: 0.05}
      u: {exact: 0.001, similar: 0.001, different: 0.998}
)";

class MatchTablesTest : public ::testing::Test {
protected:
    void SetUp() override {
        program_.write("customers.csv", kCustomers);
        program_.write("model.yaml", kModel);
    }
    Program::Ran run(const std::string& word, const std::string& more) const {
        return program_.run("match " + word + " --dedupe customers.csv --model model.yaml " + more);
    }
    Program program_;
};

TEST_F(MatchTablesTest, GroupsOfDoublesAreCountedAndNamedByTheirFirstRecord) {
    const auto ran = run("evaluate", "--json --output pairs.csv");

    ASSERT_EQ(ran.code, 0) << ran.err;
    const auto told = json::parse(ran.out).as_object();
    EXPECT_EQ(told.at("linked").to_number<int>(), 4) << ran.out;
    EXPECT_EQ(told.at("groups").to_number<int>(), 2);
    const auto pairs = program_.read("pairs.csv");
    EXPECT_THAT(pairs, StartsWith("left,right,decision,probability,bits,class,group\n"));
    EXPECT_THAT(pairs, HasSubstr("a1,a2,link,"));
    EXPECT_THAT(pairs, ::testing::ContainsRegex("\na2,a3,link,[^\n]*,a1\n"));
    EXPECT_THAT(pairs, ::testing::ContainsRegex("b1,b2,link,[^\n]*,b1\n"));
    EXPECT_THAT(run("evaluate", "").out,
                HasSubstr("6 records, 3 pairs compared, 4 linked, which makes 2 groups"));
}

TEST_F(MatchTablesTest, EveryRecordOfAGroupIsExplainedWithItsPartnersBeforeAndBehindIt) {
    for (const auto& [record, partner] : {std::pair("a1", "a2"), {"a2", "a1"}, {"b1", "b2"}, {"b2", "b1"}}) {
        const auto ran = run("explain", record);
        EXPECT_THAT(ran.out, HasSubstr(std::string(record) + ": linked")) << ran.err;
        EXPECT_THAT(ran.out, HasSubstr(std::string("record ") + partner));
    }
    const auto middle = json::parse(run("explain", "a2 --json").out).as_object();
    EXPECT_EQ(middle.at("verdict"), "link");
    EXPECT_EQ(middle.at("candidates").as_array().size(), 2U);

    const auto alone = run("explain", "c1");
    EXPECT_THAT(alone.out, HasSubstr("c1: not linked (no candidate is likely enough; model small 1)"));
}

TEST_F(MatchTablesTest, ThoseThatNoKeyBroughtTogetherAreExplainedByTheirGroup) {
    const auto ran = json::parse(run("explain", "a3 a1 --json").out).as_object();

    EXPECT_EQ(ran.at("verdict"), "link");
    const auto& candidates = ran.at("candidates").as_array();
    ASSERT_EQ(candidates.size(), 2U);
    EXPECT_EQ(candidates.front().at("record"), "a2");
    EXPECT_EQ(candidates.back().at("record"), "a1");
    const auto& family = candidates.back().at("waterfall").at(1);
    EXPECT_EQ(family.at("left"), "abgrall") << "the candidate's";
    EXPECT_EQ(family.at("right"), "abgral") << "the one's who is asked about";
}

TEST_F(MatchTablesTest, ARecordIsNotItsOwnDouble) {
    const auto ran = run("explain", "a1 a1");

    EXPECT_EQ(ran.code, 1);
    EXPECT_EQ(ran.err, "maillon: a record is not compared with itself: both are 'a1'\n");
}

TEST_F(MatchTablesTest, WhereNothingCanBeWrittenIsToldWithTheReason) {
    EXPECT_EQ(run("evaluate", "--output no/pairs.csv").err,
              "maillon: cannot write no/pairs.csv: No such file or directory\n");
    EXPECT_EQ(run("train", "--output .").err, "maillon: cannot write .: Is a directory\n");
    const auto svg = run("explain", "a1 --svg no/a.svg");
    EXPECT_EQ(svg.code, 1);
    EXPECT_EQ(svg.out, "") << "told before the work is done";
}

TEST_F(MatchTablesTest, NoTableIsOverwrittenByWhatComesOfIt) {
    const auto ran = run("evaluate", "--output ./customers.csv");

    EXPECT_EQ(ran.code, 1);
    EXPECT_THAT(ran.err, HasSubstr("./customers.csv is one of the tables that are read"));
    EXPECT_EQ(program_.read("customers.csv"), kCustomers);
}

TEST_F(MatchTablesTest, ResultsGoToStandardOutputWhereTheyAreWanted) {
    const auto pairs = run("evaluate", "--output -");
    EXPECT_EQ(pairs.code, 0);
    EXPECT_THAT(pairs.out, StartsWith("left,right,"));
    EXPECT_THAT(pairs.out, Not(HasSubstr("model small")));
    EXPECT_THAT(pairs.err, HasSubstr("4 linked"));

    const auto model = run("train", "--output -");
    EXPECT_EQ(model.code, 0);
    EXPECT_THAT(model.out, StartsWith("model: small\n"));
    EXPECT_THAT(model.err, HasSubstr("learned from 6 records; 50.0 % of them have a double"));
}

}  // namespace
}  // namespace maillon::cli
