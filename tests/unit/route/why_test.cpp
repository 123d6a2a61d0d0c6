#include "core/route/why.h"

#include "tests/unit/route/life.h"

#include <boost/json/serialize.hpp>

namespace maillon::route {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::SizeIs;

namespace json = boost::json;

class WhyTest : public RouteTest {
protected:
    /// What is told about the event of this position, route by route.
    json::object told(Life& life, std::int64_t seq) {
        const auto event = life.journal->by_seq(EventSeq{seq}).value().value();
        return life.read([&](db::Reader& reader) { return why(event, *life.plan, reader); });
    }
    static const json::object& route_of(const json::object& from, const std::string& name) {
        for (const auto& one : from.at("routes").as_array()) {
            if (one.at("route").as_string() == name) return one.as_object();
        }
        throw std::runtime_error("no route " + name);
    }
    static std::vector<std::string> steps_of(const json::object& run) {
        std::vector<std::string> out;
        for (const auto& step : run.at("steps").as_array()) {
            out.push_back(std::string(step.at("step").as_string()) + ' ' +
                          std::string(step.at("status").as_string()));
        }
        return out;
    }
};

TEST_F(WhyTest, TellsTheTriggerTheWhenAndEachStep) {
    auto& life = live(story());
    life.start();
    life.take({{"1", "t1", "anne", "one"}, {"2", "t1", "anne", "two"}});
    ASSERT_TRUE(life.comes_to_rest());
    const auto all = told(life, 2);
    EXPECT_EQ(all.at("event").at("id"), "2:created");
    EXPECT_EQ(all.at("body").at("text"), "two");
    const auto& route = route_of(all, "message_to_case");
    EXPECT_TRUE(route.at("trigger").as_bool());
    EXPECT_EQ(route.at("when").at("source"), "!event.own");
    EXPECT_EQ(route.at("when").at("outcome"), "true");
    ASSERT_EQ(route.at("runs").as_array().size(), 1u);
    const auto& run = route.at("runs").as_array()[0].as_object();
    EXPECT_EQ(run.at("state"), "finished");
    EXPECT_EQ(run.at("key"), "t1");
    EXPECT_THAT(steps_of(run),
                ElementsAre("do open_case/match customers ok", "do open_case/conversation support ok",
                            "do open_case/call crm.upsert ok", "do open_case/call crm.link skipped",
                            "do open_case/call crm.create ok", "use language skipped", "let hello skipped",
                            "answer support skipped"));
    const auto& upsert = run.at("steps").as_array()[2].as_object();
    EXPECT_EQ(upsert.at("inputs").at("module"), "Cases");
    EXPECT_EQ(upsert.at("result").at("created"), false);
    EXPECT_EQ(upsert.at("attempts"), 1);
    EXPECT_TRUE(run.at("open_calls").as_array().empty());
}

TEST_F(WhyTest, TellsWhichOperandMadeWhenFalse) {
    auto& life = live(
        std::string(kPreamble) +
        "routes:\n  r:\n    from: x.message.received\n    when: \"!event.own && "
        "event.text.contains('help')\"\n"
        "    steps: [ { drop: x } ]\n  other:\n    from: fb.message.received\n    steps: [ { drop: x } ]\n");
    life.start();
    life.take({{"1", "t1", "anne", "hello"}});
    ASSERT_TRUE(life.comes_to_rest());
    const auto all = told(life, 1);
    const auto& route = route_of(all, "r");
    EXPECT_EQ(route.at("when").at("outcome"), "false");
    const auto& operands = route.at("when").at("operands").as_array();
    ASSERT_EQ(operands.size(), 2u);
    EXPECT_EQ(operands[0].at("source"), "!event.own");
    EXPECT_EQ(operands[0].at("outcome"), "true");
    EXPECT_EQ(operands[1].at("source"), "event.text.contains('help')");
    EXPECT_EQ(operands[1].at("outcome"), "false");
    EXPECT_TRUE(operands[1].at("decided").as_bool());
    EXPECT_TRUE(route.at("runs").as_array().empty());
    EXPECT_FALSE(route_of(all, "other").at("trigger").as_bool());
    EXPECT_FALSE(route_of(all, "other").contains("when"));
}

TEST_F(WhyTest, TellsWhatARunIsWaitingFor) {
    world_.script = [](const std::string&, const plugin::OutCall&) -> std::optional<World::Report> {
        return deliver::ScriptedConnector::fails(FaultKind::rate_limited, "429", std::chrono::hours{10});
    };
    auto& life = live(story());
    life.start();
    life.take({{"1", "t1", "anne", "one"}});
    ASSERT_TRUE(life.passes(
        [&] {
            const auto call =
                life.read([](db::Reader& reader) { return store::Calls::by_id(reader, CallId{1}); });
            return call && call->fault;
        },
        milliseconds{0}));
    const auto all = told(life, 1);
    const auto& run = route_of(all, "message_to_case").at("runs").as_array().at(0).as_object();
    EXPECT_EQ(run.at("state"), "calling");
    const auto& open = run.at("open_calls").as_array();
    ASSERT_EQ(open.size(), 1u);
    EXPECT_EQ(open[0].at("call"), "crm.create");
    EXPECT_EQ(open[0].at("state"), "pending");
    EXPECT_EQ(open[0].at("detail"), "429");
}

TEST_F(WhyTest, TellsTheFailedStepItsReasonAndWhatWasEmitted) {
    world_.script = [](const std::string&, const plugin::OutCall&) -> std::optional<World::Report> {
        return deliver::ScriptedConnector::fails(FaultKind::rejected, "no such module");
    };
    auto& life =
        live(route("      - emit: hub.seen\n        with: { id: \"${event.id}\" }\n      - call: "
                   "crm.create\n        with: { module: Nots, fields: {} }\n"));
    life.start();
    life.take({{"1", "t1", "anne", "one"}});
    ASSERT_TRUE(life.comes_to_rest());
    const auto all = told(life, 1);
    const auto& run = route_of(all, "r").at("runs").as_array().at(0).as_object();
    EXPECT_THAT(steps_of(run), ElementsAre("emit hub.seen ok", "call crm.create failed"));
    EXPECT_EQ(run.at("state"), "dead_lettered");
    EXPECT_EQ(run.at("reason"), "no such module");
    EXPECT_EQ(run.at("steps").as_array()[0].at("result").at("id"), "1");
}

}  // namespace
}  // namespace maillon::route
