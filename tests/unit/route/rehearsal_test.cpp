#include "core/route/rehearsal.h"

#include "tests/unit/route/life.h"

#include <boost/json/serialize.hpp>

namespace maillon::route {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A run that has been, and the same event in a rehearsal.
class RehearsalTest : public RouteTest {
protected:
    void take(const std::string& configuration, const Message& message = {"1", "t1", "anne", "one"}) {
        auto& life = live(configuration);
        life.start();
        life.take(std::vector<Message>{message});
        ASSERT_TRUE(life.comes_to_rest());
    }
    Rehearsed rehearse(const std::string& configuration) {
        const auto plan = plan_of(configuration);
        const auto event = life_->journal->by_seq(EventSeq{1}).value().value();
        std::vector<RecordedStep> record;
        for (auto& [seq, route, step, status, inputs, result] : life_->read([](db::Reader& reader) {
                 return store::Steps::of_events(reader, EventSeq{1}, EventSeq{1});
             }))
            record.push_back({route, step, status, inputs, result});
        const auto meta = Json::from(event.meta.to_json());
        const auto& route = plan->routes.begin()->second;
        return Rehearsal(event, meta, *route, record, kNothingKnown, plan->max_items).run();
    }
    static std::vector<std::string> what(const Rehearsed& rehearsed) {
        std::vector<std::string> out;
        for (const auto& deed : rehearsed.deeds) out.push_back(deed.what);
        return out;
    }

    const Rehearsal::Schemas kNothingKnown{
        [](const std::string&, const std::string&) -> const boost::json::object* { return nullptr; }};
};

TEST_F(RehearsalTest, WhatWasDoneIsDoneAgainOnRecordedAnswersAlone) {
    take(story());

    const auto rehearsed = rehearse(story());

    EXPECT_EQ(rehearsed.end, Rehearsed::End::finished) << rehearsed.reason;
    EXPECT_THAT(what(rehearsed),
                ElementsAre("crm.create", "crm.upsert", "crm.link", "crm.create", "x.reply"));
    EXPECT_THAT(rehearsed.assumed, IsEmpty());
    EXPECT_EQ(world_.count("Notes"), 1u) << "nothing was done";
    const auto rows = life_->runs_of(1);
    for (const auto& step : life_->steps_of(rows[0].id)) {
        if (step.inputs.empty() || step.step.find("call crm.upsert") == std::string::npos) continue;
        EXPECT_EQ(boost::json::serialize(rehearsed.deeds[1].arguments), step.inputs);
    }
}

TEST_F(RehearsalTest, ACallThatIsGivenSomethingElseIsAnsweredAsTheSameStepWas) {
    const auto steps = [](const std::string& status) {
        return route(
            "      - call: crm.upsert\n        as: case\n        with: { module: Cases, key: { thread_c: a },"
            " create: { name: b, status: " +
            status +
            " } }\n"
            "      - call: crm.create\n        with: { module: Notes, fields: { parent_id: \"${case.id}\" } "
            "}\n");
    };
    take(steps("New"));

    const auto same = rehearse(steps("New"));
    const auto other = rehearse(steps("Open"));

    EXPECT_THAT(same.assumed, IsEmpty());
    EXPECT_THAT(other.assumed, ElementsAre("call crm.upsert"));
    EXPECT_EQ(other.deeds[0].arguments.at("create").at("status"), "Open");
    EXPECT_EQ(other.deeds[1].arguments, same.deeds[1].arguments);
}

TEST_F(RehearsalTest, ANewCallIsAnsweredWithValuesThatAreMadeUp) {
    take(route("      - drop: nothing\n"));

    const auto rehearsed = rehearse(route(
        "      - call: crm.upsert\n        as: case\n        with: { module: Cases, key: { thread_c: a },"
        " create: { name: b } }\n      - call: crm.create\n        when: case.id.startsWith('?')\n"
        "        with: { module: Notes, fields: { parent_id: \"${case.id}\" } }\n"));

    EXPECT_EQ(rehearsed.end, Rehearsed::End::finished) << rehearsed.step << rehearsed.reason;
    ASSERT_THAT(what(rehearsed), ElementsAre("crm.upsert", "crm.create"));
    EXPECT_THAT(boost::json::serialize(rehearsed.deeds[1].arguments), HasSubstr("?id"));
    EXPECT_THAT(rehearsed.assumed, ElementsAre("call crm.upsert", "call crm.create"));
}

TEST_F(RehearsalTest, ExpressionsThatFailAndWhatIsDroppedAreTold) {
    take(route("      - drop: nothing\n"));

    const auto failed = rehearse(route("      - let: { n: \"${int(event.text)}\" }\n"));
    const auto dropped = rehearse(route("      - drop: \"too ${event.text}\"\n"));

    EXPECT_EQ(failed.end, Rehearsed::End::dead_lettered);
    EXPECT_EQ(failed.step, "let n");
    EXPECT_EQ(dropped.end, Rehearsed::End::dropped);
    EXPECT_EQ(dropped.reason, "too one");
}

TEST_F(RehearsalTest, AFailureThatWasRecordedGoesToItsHandler) {
    world_.script = [](const std::string&, const plugin::OutCall&) -> std::optional<World::Report> {
        return deliver::ScriptedConnector::fails(FaultKind::rejected, "no");
    };
    const std::string call =
        "      - call: crm.create\n        with: { module: Notes, fields: { name: x } }\n";
    take(route(call));

    EXPECT_EQ(rehearse(route(call)).end, Rehearsed::End::dead_lettered);
    const auto caught =
        rehearse(route(call + "        on_error: { rejected: [ { drop: \"${error.message}\" } ] }\n"));
    EXPECT_EQ(caught.end, Rehearsed::End::dropped);
    EXPECT_EQ(caught.reason, "no");
}

TEST_F(RehearsalTest, LoopsAreWalkedThroughUnderTheKeysOfTheirRounds) {
    const auto loop = route(
        "      - each: \"['a', 'b']\"\n        as: item\n        steps:\n"
        "          - call: crm.create\n            with: { module: Notes, fields: { name: \"${item}\" } }\n");
    take(loop);

    const auto rehearsed = rehearse(loop);

    EXPECT_THAT(rehearsed.assumed, IsEmpty());
    ASSERT_EQ(rehearsed.deeds.size(), 2u);
    EXPECT_THAT(rehearsed.deeds[1].step, HasSubstr("[b]"));
}

}  // namespace
}  // namespace maillon::route
