#include "core/base/text.h"
#include "core/observe/line_log.h"
#include "core/observe/testing/captured_log.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <thread>

namespace maillon {
namespace {

using namespace std::chrono_literals;

class LineLogTest : public ::testing::Test {
protected:
    void open(LineLog::Options options = {}) {
        log_.emplace(options, clock_, redactor_,
                     [this](std::string_view line) { lines_.emplace_back(line); });
    }
    boost::json::object object(std::size_t line) const {
        return boost::json::parse(lines_.at(line)).as_object();
    }

    FakeClock clock_;
    Redactor redactor_;
    std::vector<std::string> lines_;
    std::optional<LineLog> log_;
};

TEST_F(LineLogTest, WritesOneJsonObjectPerLine) {
    open();

    log_->warning("call.failed", {{"connector", "crm"},
                                  {"attempt", 3},
                                  {"big", std::numeric_limits<std::uint64_t>::max()},
                                  {"score", 0.5},
                                  {"late", true}});

    ASSERT_EQ(lines_.size(), 1u);
    EXPECT_EQ(
        lines_[0],
        R"({"time":"2026-09-14T08:52:44Z","level":"warning","event":"call.failed","connector":"crm","attempt":3,)"
        R"("big":18446744073709551615,"score":0.5,"late":true})"
        "\n");
}

TEST_F(LineLogTest, KeepsAValueWithLineEndsQuotesAndControlsOnOneLine) {
    open();
    const std::string nasty("a\nb\"c\\d\x1b[31m\0e\x7f", 16);

    log_->info("x", {{"v", nasty}});

    EXPECT_EQ(std::ranges::count(lines_.at(0), '\n'), 1);
    EXPECT_EQ(object(0)["v"].as_string(), nasty);
}

TEST_F(LineLogTest, TurnsBytesThatAreNotUtf8IntoReplacementCharacters) {
    open();

    log_->info("x\xff", {{"k\xfe", "a\xc3(\xed\xa0\x80é"}});

    EXPECT_TRUE(is_utf8(lines_.at(0)));
    EXPECT_EQ(object(0)["event"].as_string(), "x\uFFFD");
    EXPECT_EQ(object(0)["k\uFFFD"].as_string(), "a\uFFFD(\uFFFD\uFFFD\uFFFDé");
}

TEST_F(LineLogTest, WritesNumbersThatJsonDoesNotKnowAsNull) {
    open();

    log_->info("x", {{"a", std::numeric_limits<double>::infinity()}, {"b", std::nan("")}});

    EXPECT_TRUE(object(0)["a"].is_null());
    EXPECT_TRUE(object(0)["b"].is_null());
}

TEST_F(LineLogTest, DoesNotLetAFieldReplaceWhatEveryLineHas) {
    open();

    log_->info("x", {{"level", "error"}, {"time", 1}});

    EXPECT_EQ(object(0)["level"].as_string(), "info");
    EXPECT_EQ(object(0)["level_"].as_string(), "error");
    EXPECT_EQ(object(0)["time_"].as_int64(), 1);
}

TEST_F(LineLogTest, HidesSecretsInValuesKeysAndNames) {
    redactor_.add("hunter22");
    open();

    log_->info("is hunter22", {{"hunter22", "x hunter22 y"}});

    EXPECT_EQ(lines_.at(0).find("hunter22"), std::string::npos);
    EXPECT_EQ(object(0)["•••"].as_string(), "x ••• y");
}

TEST_F(LineLogTest, HidesASecretThatTheCutWouldHaveHalved) {
    redactor_.add("hunter22");
    open({.longest_value = 6});

    log_->info("x", {{"v", "abchunter22"}});

    EXPECT_EQ(lines_.at(0).find("hun"), std::string::npos);
}

TEST_F(LineLogTest, CutsLongValuesBetweenCharacters) {
    open({.longest_value = 4});

    log_->info("x", {{"v", "abcéf"}});

    EXPECT_EQ(object(0)["v"].as_string(), "abc…");
}

TEST_F(LineLogTest, WritesReadableTextOnATerminal) {
    open({.format = LogFormat::text});

    log_->error("call.failed",
                {{"connector", "crm"}, {"why", "no answer"}, {"n", 2}, {"evil", "\x1b[2J\u009bx\n"}});

    EXPECT_EQ(lines_.at(0),
              "2026-09-14T08:52:44Z error   call.failed connector=crm why=\"no answer\" n=2 "
              "evil=\\x1b[2J\\x9bx\\x0a\n");
}

TEST_F(LineLogTest, DropsWhatIsBelowItsLevelAndFollowsAChange) {
    open({.level = LogLevel::warning});

    log_->info("a");
    EXPECT_FALSE(log_->takes(LogLevel::info));
    log_->set_level(LogLevel::debug);
    log_->debug("b");

    ASSERT_EQ(lines_.size(), 1u);
    EXPECT_EQ(object(0)["event"].as_string(), "b");
}

TEST_F(LineLogTest, SuppressesANameThatComesTooOftenAndTellsHowMany) {
    open({.burst = 2, .window = 10s});

    for (int i = 0; i < 5; ++i) log_->info("noisy");
    log_->info("quiet");
    EXPECT_EQ(lines_.size(), 3u);
    clock_.advance(10s);
    log_->info("quiet");

    ASSERT_EQ(lines_.size(), 5u);
    EXPECT_EQ(object(3)["event"].as_string(), "log.suppressed");
    EXPECT_EQ(object(3)["name"].as_string(), "noisy");
    EXPECT_EQ(object(3)["suppressed"].as_int64(), 3);
    log_->info("noisy");
    EXPECT_EQ(object(5)["event"].as_string(), "noisy");
}

TEST_F(LineLogTest, TellsWhatIsSuppressedWhenItIsClosed) {
    open({.burst = 1});
    log_->info("noisy");
    log_->info("noisy");

    log_.reset();

    ASSERT_EQ(lines_.size(), 2u);
    EXPECT_EQ(object(1)["suppressed"].as_int64(), 1);
}

TEST_F(LineLogTest, BoundsTheNamesItRemembers) {
    open({.burst = 1});
    for (int i = 0; i < 1024; ++i) log_->info("name" + std::to_string(i));

    log_->info("one more");
    log_->info("and another");

    EXPECT_EQ(lines_.size(), 1025u);
}

TEST_F(LineLogTest, KeepsLinesOfManyThreadsWhole) {
    open({.burst = 0});

    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 200; ++i) log_->info("tick", {{"thread", t}, {"i", i}});
        });
    }
    threads.clear();

    ASSERT_EQ(lines_.size(), 1600u);
    std::set<std::pair<std::int64_t, std::int64_t>> seen;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        const auto line = object(i);
        seen.emplace(line.at("thread").as_int64(), line.at("i").as_int64());
    }
    EXPECT_EQ(seen.size(), 1600u);
}

TEST(LogOutput, WritesToADescriptorAndSurvivesABrokenOne) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);

    log_output_to(ends[1])("line\n");
    ::close(ends[1]);
    log_output_to(ends[1])("lost\n");

    std::array<char, 16> read{};
    EXPECT_EQ(::read(ends[0], read.data(), read.size()), 5);
    EXPECT_EQ(log_format_for(ends[0]), LogFormat::json);
    ::close(ends[0]);
}

TEST(LogLevel, ReadsBackEveryNameThatItWrites) {
    for (const auto level : {LogLevel::error, LogLevel::warning, LogLevel::info, LogLevel::debug}) {
        EXPECT_EQ(log_level_from(name_of(level)), level);
    }
    EXPECT_EQ(log_level_from("loud"), std::nullopt);
}

TEST(CapturedLog, KeepsEventsWithTheirFieldsAsText) {
    testing::CapturedLog log;

    log.info("a", {{"n", 3}, {"d", 0.5}, {"b", true}, {"s", "x"}});
    log.error("b");

    ASSERT_EQ(log.of("a").size(), 1u);
    EXPECT_EQ(log.of("a")[0].fields,
              (std::map<std::string, std::string>{{"n", "3"}, {"d", "0.5"}, {"b", "true"}, {"s", "x"}}));
    EXPECT_EQ(log.events().back().level, LogLevel::error);
}

}  // namespace
}  // namespace maillon
