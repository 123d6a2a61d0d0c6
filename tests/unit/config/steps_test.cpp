#include "config_testing.h"

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

namespace maillon::config {
namespace {

constexpr std::string_view kPreamble =
    "connectors:\n  x: { plugin: twitter }\n  crm: { plugin: sugarcrm }\nprocessors:\n  mood: { plugin: "
    "sentiment }\n"
    "directories:\n  customers: { records: crm.Contacts, fields: { email: email1 } }\nconversations:\n  "
    "support:\n"
    "blocks:\n  greet: [ { do: bye } ]\n  bye: [ { drop: done } ]\n"
    "routes:\n  r:\n    from: x.message.received\n    steps:\n";

/// The steps of a route of which `lines` are the steps. The result is kept, for places and texts.
Steps steps_of(const std::string& lines) {
    const auto result = load_text(std::string(kPreamble) + lines);
    EXPECT_TRUE(result.ok()) << said(result);
    return result.ok() ? result.config->routes.at("r").steps : Steps{};
}

std::vector<std::string> names_of(const std::string& lines) {
    std::vector<std::string> out;
    for (const auto& step : steps_of(lines)) out.push_back(step.name);
    return out;
}

TEST(Steps, AreReadKindByKind) {
    const auto steps = steps_of(
        "      - let: { short: \"${event.text}\", limit: 3 }\n"
        "      - use: mood\n        with: { language: fr }\n"
        "      - do: greet\n"
        "      - match: customers\n        who: event.author\n        none: { create: crm.Contacts, fields: "
        "{ last_name: Doe } }\n"
        "        unsure: skip\n"
        "      - conversation: support\n        of: { case: \"${event.id}\" }\n"
        "      - call: crm.upsert\n        as: case\n        with: { module: Cases }\n"
        "      - answer: support\n        when: case.created\n        text: Bonjour\n"
        "      - emit: hub.case.opened\n        with: { id: 1 }\n"
        "      - drop: \"a repost\"\n");

    ASSERT_EQ(steps.size(), 9u);
    EXPECT_EQ(std::get<Let>(steps[0].action).values.at(1).name.value, "limit");
    EXPECT_EQ(std::get<Use>(steps[1].action).as, "mood");
    EXPECT_EQ(boost::json::serialize(natural_value(std::get<Use>(steps[1].action).with)),
              R"({"language":"fr"})");
    EXPECT_EQ(std::get<Do>(steps[2].action).block.value, "greet");
    const auto& match = std::get<Match>(steps[3].action);
    EXPECT_EQ(match.who.text, "event.author");
    ASSERT_TRUE(match.create);
    EXPECT_EQ(match.create->module, "Contacts");
    EXPECT_EQ(match.unsure, Unsure::skip);
    EXPECT_EQ(match.as, "person");
    const auto& talk = std::get<Conversation>(steps[4].action);
    EXPECT_EQ(talk.as, "talk");
    EXPECT_NE(talk.of.find("case"), nullptr);
    const auto& call = std::get<Call>(steps[5].action);
    EXPECT_EQ(call.target.instance, "crm");
    EXPECT_EQ(call.target.operation, "upsert");
    EXPECT_EQ(call.as, "case");
    EXPECT_EQ(std::get<Answer>(steps[6].action).text.text, "Bonjour");
    ASSERT_TRUE(steps[6].when);
    EXPECT_EQ(steps[6].when->text, "case.created");
    EXPECT_EQ(std::get<Emit>(steps[7].action).type.value, "hub.case.opened");
    EXPECT_EQ(std::get<Drop>(steps[8].action).reason.text, "a repost");
}

TEST(Steps, AreSkippedOrGoOnWhenNothingIsSaid) {
    const auto steps = steps_of(
        "      - match: customers\n        who: event.author\n        as: writer\n      - call: crm.find\n");

    const auto& match = std::get<Match>(steps.at(0).action);
    EXPECT_FALSE(match.create);
    EXPECT_EQ(match.unsure, Unsure::go_on);
    EXPECT_EQ(match.as, "writer");
    EXPECT_TRUE(std::get<Call>(steps.at(1).action).with.is_map());
    EXPECT_EQ(std::get<Call>(steps.at(1).action).as, "");
}

TEST(StepNames, ComeOfKindAndTarget) {
    EXPECT_EQ(names_of("      - use: mood\n      - call: crm.upsert\n      - call: crm.upsert\n      - "
                       "answer: support\n        text: a\n"
                       "      - drop: done\n"),
              (std::vector<std::string>{"use mood", "call crm.upsert", "call crm.upsert 2", "answer support",
                                        "drop"}));
}

TEST(StepNames, StayWhenStepsOfAnotherKindComeInBetween) {
    const auto before = names_of("      - call: crm.upsert\n      - call: crm.create\n");
    const auto after = names_of(
        "      - let: { a: 1 }\n      - call: crm.upsert\n      - use: mood\n      - call: crm.create\n");

    EXPECT_EQ(before.at(0), after.at(1));
    EXPECT_EQ(before.at(1), after.at(3));
}

TEST(StepNames, ThatAreGivenWinOverDerivedOnes) {
    const auto steps =
        steps_of("      - call: crm.upsert\n      - { call: crm.create, name: \"call crm.upsert\" }\n");

    EXPECT_EQ(steps.at(0).name, "call crm.upsert 2");
    EXPECT_FALSE(steps.at(0).name_is_given);
    EXPECT_EQ(steps.at(1).name, "call crm.upsert");
    EXPECT_TRUE(steps.at(1).name_is_given);
}

TEST(OnError, TakesContinueOrStepsByClassOfFailure) {
    const auto steps = steps_of(
        "      - call: crm.upsert\n        on_error: continue\n"
        "      - call: crm.upsert\n        on_error: { rejected: [ { call: crm.create }, { call: crm.create "
        "} ], any: continue }\n"
        "      - call: crm.upsert\n        on_error: [ { drop: lost } ]\n");

    EXPECT_TRUE(steps.at(0).on_error.at("any").steps.empty());
    const auto& rejected = steps.at(1).on_error.at("rejected").steps;
    ASSERT_EQ(rejected.size(), 2u);
    EXPECT_EQ(rejected[1].name, "call crm.create 2");
    EXPECT_TRUE(steps.at(1).on_error.at("any").steps.empty());
    EXPECT_EQ(steps.at(2).on_error.at("any").steps.size(), 1u);
}

TEST(Expressions, KeepTheirPlaces) {
    const auto result =
        load_text(std::string(kPreamble) +
                  "      - answer: support\n        when: \"x && yy\"\n        text: \"é ${bad}\"\n");

    ASSERT_TRUE(result.ok()) << said(result);
    const Step& step = result.config->routes.at("r").steps.at(0);
    const auto offset = step.when->text.find("yy");
    EXPECT_EQ(result.sources->where(place_in(*step.when, offset)), "maillon.yaml:18:21");
    const auto& text = std::get<Answer>(step.action).text;
    EXPECT_EQ(result.sources->where(place_in(text, text.text.find("bad"))), "maillon.yaml:19:20");
}

}  // namespace
}  // namespace maillon::config
