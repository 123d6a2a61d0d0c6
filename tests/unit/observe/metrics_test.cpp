#include "core/observe/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <thread>

namespace maillon {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Metrics, RendersCountersAndGaugesWithHelpAndType) {
    Metrics metrics;
    metrics.counter("events_total", "Events received.", {{"route", "a"}, {"connector", "x"}}).add(2);
    metrics.gauge("queue", "Waiting.").set(-1.5);

    EXPECT_EQ(metrics.render(),
              "# HELP events_total Events received.\n"
              "# TYPE events_total counter\n"
              "events_total{connector=\"x\",route=\"a\"} 2\n"
              "# HELP maillon_metrics_refused_total Metrics whose name, type or labels were wrong and that "
              "are counted "
              "nowhere.\n"
              "# TYPE maillon_metrics_refused_total counter\n"
              "maillon_metrics_refused_total 0\n"
              "# HELP queue Waiting.\n"
              "# TYPE queue gauge\n"
              "queue -1.5\n");
}

TEST(Metrics, RendersHistogramsCumulatively) {
    Metrics metrics;
    const std::array bounds{0.1, 1.0};
    auto histogram = metrics.histogram("took_seconds", "Time.", bounds, {{"host", "h"}});

    for (const double value : {0.05, 0.1, 0.5, 7.0}) histogram.observe(value);

    EXPECT_THAT(metrics.render(), HasSubstr("# TYPE took_seconds histogram\n"
                                            "took_seconds_bucket{host=\"h\",le=\"0.1\"} 2\n"
                                            "took_seconds_bucket{host=\"h\",le=\"1\"} 3\n"
                                            "took_seconds_bucket{host=\"h\",le=\"+Inf\"} 4\n"
                                            "took_seconds_sum{host=\"h\"} 7.65\n"
                                            "took_seconds_count{host=\"h\"} 4\n"));
}

TEST(Metrics, EscapesHelpAndLabelValues) {
    Metrics metrics;
    metrics.counter("a", "back\\slash\nline \"quote\"", {{"v", "back\\slash\nline \"quote\" \xff"}});

    EXPECT_THAT(metrics.render(), HasSubstr("# HELP a back\\\\slash\\nline \"quote\"\n"));
    EXPECT_THAT(metrics.render(), HasSubstr("a{v=\"back\\\\slash\\nline \\\"quote\\\" \uFFFD\"} 0\n"));
}

TEST(Metrics, GivesTheSameNumberForTheSameLabelsInAnyOrder) {
    Metrics metrics;
    metrics.counter("a", "h", {{"x", "1"}, {"y", "2"}}).add();
    auto again = metrics.counter("a", "h", {{"y", "2"}, {"x", "1"}});
    again.add();

    EXPECT_EQ(again.value(), 2);
}

TEST(Metrics, CountsLabelSetsBeyondTheLimitAsOther) {
    Metrics metrics({.series = 2});
    for (const char* who : {"a", "b", "c", "d", "a"}) metrics.counter("n", "h", {{"who", who}}).add();

    EXPECT_EQ(metrics.counter("n", "h", {{"who", "a"}}).value(), 2);
    EXPECT_EQ(metrics.counter("n", "h", {{"who", "other"}}).value(), 2);
    EXPECT_THAT(metrics.render(), Not(HasSubstr("\"c\"")));
}

TEST(Metrics, MakesRoomForAsManyLabelSetsAsTheConfigurationNeeds) {
    Metrics metrics({.series = 2});
    metrics.make_room(3);
    metrics.make_room(1);
    for (const char* route : {"a", "b", "c", "d"}) metrics.gauge("n", "h", {{"route", route}}).set(1);

    EXPECT_THAT(metrics.render(), HasSubstr("n{route=\"c\"} 1\nn{route=\"other\"} 1\n"));
}

TEST(Metrics, TellsOfNoThingThatNobodySetsAnyMore) {
    Metrics metrics;
    auto stays = metrics.gauge("age", "h", {{"connector", "stays"}});
    metrics.gauge("age", "h", {{"connector", "gone"}}).set(1200);
    metrics.gauge("all", "h").set(7);
    metrics.counter("n", "h", {{"connector", "gone"}}).add();
    metrics.rest_gauges();
    stays.set(3);

    EXPECT_THAT(metrics.render(), HasSubstr("age{connector=\"stays\"} 3\n"));
    EXPECT_THAT(metrics.render(), Not(HasSubstr("age{connector=\"gone\"}")));
    EXPECT_THAT(metrics.render(), HasSubstr("all 7\n"));
    EXPECT_THAT(metrics.render(), HasSubstr("n{connector=\"gone\"} 1\n")) << "what was counted stays";
    metrics.gauge("age", "h", {{"connector", "gone"}}).add(-200);
    EXPECT_THAT(metrics.render(), HasSubstr("age{connector=\"gone\"} 1000\n"));
}

TEST(Metrics, RefusesWhatDoesNotFitTheFirstCallAndCountsTheRefusal) {
    Metrics metrics;
    metrics.counter("a", "h", {{"x", "1"}});
    const std::array bounds{1.0};
    const std::array other_bounds{2.0};
    metrics.histogram("t", "h", bounds);

    auto wrong = metrics.gauge("a", "h", {{"x", "1"}});
    wrong.set(5);
    metrics.counter("a", "h");
    metrics.counter("a", "h", {{"z", "1"}});
    metrics.histogram("t", "h", other_bounds).observe(1);

    EXPECT_EQ(wrong.value(), 0);
    EXPECT_THAT(metrics.render(), HasSubstr("maillon_metrics_refused_total 4\n"));
}

TEST(Metrics, RefusesNamesThatPrometheusWouldRefuse) {
    Metrics metrics;
    const std::array falling{2.0, 1.0};
    const std::array bounds{1.0};

    metrics.counter("", "h");
    metrics.counter("1a", "h");
    metrics.counter("a b", "h");
    metrics.counter("é", "h");
    metrics.counter("ok", "h", {{"a-b", "1"}});
    metrics.counter("ok", "h", {{"__a", "1"}});
    metrics.counter("ok", "h", {{"a", "1"}, {"a", "2"}});
    metrics.histogram("ok", "h", bounds, {{"le", "1"}});
    metrics.histogram("ok", "h", falling);

    EXPECT_THAT(metrics.render(), HasSubstr("maillon_metrics_refused_total 9\n"));
    EXPECT_THAT(metrics.render(), Not(HasSubstr("ok")));
}

TEST(Metrics, RefusesNamesBeyondTheLimit) {
    Metrics metrics({.names = 2});
    metrics.counter("a", "h").add();
    metrics.counter("b", "h").add();

    EXPECT_THAT(metrics.render(), HasSubstr("maillon_metrics_refused_total 1\n"));
}

TEST(Metrics, IgnoresAmountsThatWouldSpoilANumber) {
    Metrics metrics;
    auto counter = metrics.counter("a", "h");
    auto histogram = metrics.histogram("b", "h", seconds_buckets());

    counter.add(1);
    counter.add(-1);
    counter.add(std::numeric_limits<double>::quiet_NaN());
    counter.add(std::numeric_limits<double>::infinity());
    histogram.observe(std::numeric_limits<double>::quiet_NaN());

    EXPECT_EQ(counter.value(), 1);
    EXPECT_EQ(histogram.count(), 0);
}

TEST(Metrics, RendersInfinityAndNotANumberOfGauges) {
    Metrics metrics;
    metrics.gauge("a", "h").set(std::numeric_limits<double>::infinity());
    metrics.gauge("b", "h").set(std::numeric_limits<double>::quiet_NaN());

    EXPECT_THAT(metrics.render(), HasSubstr("\na +Inf\n"));
    EXPECT_THAT(metrics.render(), HasSubstr("\nb NaN\n"));
}

TEST(Metrics, LosesNothingWhenManyThreadsCountAndOneRenders) {
    Metrics metrics;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            auto gauge = metrics.gauge("g", "h");
            auto histogram = metrics.histogram("t", "h", seconds_buckets());
            for (int i = 0; i < 5000; ++i) {
                metrics.counter("n", "h", {{"k", std::to_string(i % 7)}}).add();
                gauge.add(1);
                histogram.observe(0.25);
            }
        });
    }
    for (int i = 0; i < 50; ++i) EXPECT_FALSE(metrics.render().empty());
    threads.clear();

    double all = 0;
    for (int k = 0; k < 7; ++k) all += metrics.counter("n", "h", {{"k", std::to_string(k)}}).value();
    EXPECT_EQ(all, 20'000);
    EXPECT_EQ(metrics.gauge("g", "h").value(), 20'000);
    EXPECT_EQ(metrics.histogram("t", "h", seconds_buckets()).count(), 20'000);
    EXPECT_EQ(metrics.histogram("t", "h", seconds_buckets()).sum(), 5'000);
}

TEST(Metrics, LetsADefaultMadeHandleCountNowhere) {
    Counter counter;
    Gauge gauge;
    Histogram histogram;

    counter.add();
    gauge.set(3);
    histogram.observe(1);

    EXPECT_EQ(counter.value() + gauge.value() + histogram.count() + histogram.sum(), 0);
}

}  // namespace
}  // namespace maillon
