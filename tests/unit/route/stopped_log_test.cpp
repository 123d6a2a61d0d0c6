#include "core/route/stopped_log.h"

#include "core/observe/testing/captured_log.h"
#include "tests/unit/route/life.h"

namespace maillon::route {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class StoppedLogTest : public ::testing::Test {
protected:
    static Stopped letter(std::int64_t id, FaultKind kind = FaultKind::rejected) {
        return {.route = "copy",
                .step = "call crm.create",
                .instance = "crm",
                .kind = kind,
                .event = EventSeq{id},
                .letter = DeadLetterId{id}};
    }
    SteadyPoint at(int s) const { return SteadyPoint{} + seconds{s}; }
    std::vector<std::string> counts(const char* name = "route.dead_letter") {
        std::vector<std::string> out;
        for (const auto& event : log_.of(name)) out.push_back(event.fields.at("count"));
        return out;
    }

    ::maillon::testing::CapturedLog log_;
    StoppedLog stopped_{log_};
};

TEST_F(StoppedLogTest, TheFirstIsToldAtOnceWithTheCommandThatShowsIt) {
    stopped_.note(letter(17), at(0));

    ASSERT_THAT(log_.events(), SizeIs(1));
    const auto line = log_.events().front();
    EXPECT_EQ(line.level, LogLevel::warning);
    EXPECT_EQ(line.name, "route.dead_letter");
    EXPECT_EQ(line.fields, (std::map<std::string, std::string>{{"route", "copy"},
                                                               {"step", "call crm.create"},
                                                               {"connector", "crm"},
                                                               {"kind", "rejected"},
                                                               {"letter", "17"},
                                                               {"position", "17"},
                                                               {"count", "1"},
                                                               {"see", "maillon dead-letters show 17"}}));
    EXPECT_FALSE(stopped_.is_due(at(3'600)));
}

TEST_F(StoppedLogTest, ThousandsAreOneLineAMinuteThatCountsThem) {
    for (int i = 1; i <= 5'000; ++i) stopped_.note(letter(i), at(i / 1'000));

    EXPECT_THAT(counts(), ElementsAre("1"));
    EXPECT_FALSE(stopped_.is_due(at(59)));
    ASSERT_TRUE(stopped_.is_due(at(60)));
    stopped_.tell(at(60));
    EXPECT_THAT(counts(), ElementsAre("1", "4999"));
    const auto line = log_.events().back().fields;
    EXPECT_EQ(line.at("letter"), "5000");
    EXPECT_EQ(line.at("see"), "maillon dead-letters list --route copy --connector crm --kind rejected");
    EXPECT_FALSE(stopped_.is_due(at(60)));
}

TEST_F(StoppedLogTest, AfterAQuietMinuteTheNextIsToldAtOnce) {
    stopped_.note(letter(1), at(0));
    stopped_.note(letter(2), at(61));
    stopped_.note(letter(3), at(62));
    stopped_.note(letter(4), at(123));  // the minute of 2 and 3 is over: 3 is told, 4 begins to wait

    EXPECT_THAT(counts(), ElementsAre("1", "1", "1"));
    EXPECT_EQ(log_.events().back().fields.at("letter"), "3");
    stopped_.tell_all();
    EXPECT_THAT(counts(), ElementsAre("1", "1", "1", "1"));
}

TEST_F(StoppedLogTest, ClassesOfFailureAndCallsInDoubtAreToldApart) {
    stopped_.note(letter(1), at(0));
    stopped_.note(letter(2, FaultKind::conflict), at(0));
    auto doubt = letter(3, FaultKind::in_doubt);
    doubt.in_doubt = true;
    doubt.call = CallId{33};
    stopped_.note(doubt, at(0));

    EXPECT_THAT(counts(), ElementsAre("1", "1"));
    ASSERT_THAT(log_.of("route.in_doubt"), SizeIs(1));
    EXPECT_EQ(log_.of("route.in_doubt").front().fields.at("see"), "maillon in-doubt show 33");
    EXPECT_EQ(log_.of("route.in_doubt").front().fields.at("call"), "33");
}

class StoppedRunTest : public RouteTest {};

TEST_F(StoppedRunTest, TheRunningHubTellsOfBothAndNamesNobody) {
    world_.script = [](const std::string&, const plugin::OutCall& call) -> std::optional<World::Report> {
        if (call.operation != "create") return std::nullopt;
        return deliver::ScriptedConnector::fails(FaultKind::rejected, "anne@example.com is no contact");
    };
    auto& life = live(std::string(kPreamble) +
                      "routes:\n"
                      "  unreadable:\n    from: x.message.received\n    when: event.nothing == 1\n"
                      "    steps: [ { drop: x } ]\n"
                      "  refused:\n    from: x.message.received\n    steps:\n"
                      "      - call: crm.create\n        with: { module: Notes, fields: { name: \"n\" } }\n");
    life.start();
    life.take({{"1", "t1", "anne", "a"}, {"2", "t2", "anne", "b"}, {"3", "t3", "anne", "c"}});
    ASSERT_TRUE(life.comes_to_rest());
    life.engine->stop();  // what has not been told yet is

    std::map<std::string, int> told;
    for (const auto& line : life.log.of("route.dead_letter")) {
        told[line.fields.at("route") + '/' + line.fields.at("step")] += std::stoi(line.fields.at("count"));
        for (const auto& [name, value] : line.fields) EXPECT_THAT(value, Not(HasSubstr("anne")));
    }
    EXPECT_EQ(told, (std::map<std::string, int>{{"refused/call crm.create", 3}, {"unreadable/when", 3}}));
    EXPECT_LE(life.log.of("route.dead_letter").size(), 4u);
}

}  // namespace
}  // namespace maillon::route
