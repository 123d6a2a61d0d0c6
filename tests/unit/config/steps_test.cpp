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

TEST(Steps, ThatHoldStepsAreReadWithThem) {
    const auto steps = steps_of(
        "      - choose:\n"
        "          - { when: event.fr, name: french, steps: [ { use: mood } ] }\n"
        "          - { when: event.en, steps: [ { use: mood } ] }\n"
        "          - else: [ { use: mood } ]\n"
        "      - each: event.products\n        as: product\n        key: product.sku\n        steps: [ { "
        "call: crm.create } ]\n"
        "      - timer: late\n        after: 2h\n        unless: event.own\n        steps: [ { call: "
        "crm.create } ]\n"
        "      - { answer: support, text: Bonjour, approve: team_lead }\n"
        "      - { call: crm.create, approve: { role: clerk, within: 2d } }\n");

    ASSERT_EQ(steps.size(), 5u);
    const auto& branches = std::get<Choose>(steps[0].action).branches;
    ASSERT_EQ(branches.size(), 3u);
    EXPECT_EQ(branches[0].name, "french");
    EXPECT_EQ(branches[1].name, "");
    EXPECT_EQ(branches[1].when->text, "event.en");
    EXPECT_EQ(branches[2].name, "else");
    EXPECT_FALSE(branches[2].when);
    EXPECT_EQ(branches[2].steps.at(0).name, "use mood");
    const auto& each = std::get<Each>(steps[1].action);
    EXPECT_EQ(each.list.text, "event.products");
    EXPECT_EQ(each.as, "product");
    EXPECT_EQ(each.key->text, "product.sku");
    EXPECT_EQ(each.steps.at(0).name, "call crm.create");
    const auto& timer = std::get<Timer>(steps[2].action);
    EXPECT_EQ(timer.name.value, "late");
    EXPECT_EQ(timer.after, std::chrono::hours{2});
    EXPECT_EQ(timer.unless->text, "event.own");
    EXPECT_EQ(std::get<Answer>(steps[3].action).approve->role.value, "team_lead");
    EXPECT_EQ(std::get<Call>(steps[4].action).approve->within, std::chrono::hours{48});
    EXPECT_EQ(steps[0].name, "choose");
    EXPECT_EQ(steps[1].name, "each product");
    EXPECT_EQ(steps[2].name, "timer late");
}

TEST(Steps, InsideOthersAreCheckedLikeAllOthers) {
    const auto result =
        load_text(std::string(kPreamble) +
                  "      - { each: event.a, as: one, steps: [ { timer: t, after: 1h, steps: [ { choose: [ { "
                  "when: event.b, steps: [ { do: nothing } ] } ] } ] } ] }\n");
    EXPECT_NE(said(result).find("there is no block 'nothing'"), std::string::npos) << said(result);
    const auto circle = load_text(
        "connectors:\n  x: { plugin: twitter }\nblocks:\n  a: [ { each: event.l, as: one, steps: [ { do: a } "
        "] } ]\n"
        "routes:\n  r: { from: x.message.received, steps: [ { do: a } ] }\n");
    EXPECT_NE(said(circle).find("the block 'a' calls itself"), std::string::npos) << said(circle);
}

TEST(Triggers, MayBeSchedulesAndEventsTogether) {
    const auto result = load_text(
        "connectors:\n  x: { plugin: twitter }\nroutes:\n  r:\n    from:\n      - { cron: \"0 3 * * *\", "
        "zone: "
        "Europe/Paris, catch_up: 1h }\n      - { cron: \"@hourly\" }\n      - x.message.received\n    steps: "
        "[ { drop: a "
        "} ]\n");
    ASSERT_TRUE(result.ok()) << said(result);
    const auto& from = result.config->routes.at("r").from;
    ASSERT_EQ(from.size(), 3u);
    EXPECT_EQ(from[0].connector, "hub");
    EXPECT_EQ(from[0].type, "hub.cron.due");
    EXPECT_EQ(from[0].schedule->zone.value, "Europe/Paris");
    EXPECT_EQ(from[0].schedule->catch_up, std::chrono::hours{1});
    EXPECT_EQ(from[1].schedule->zone.value, "UTC");
    EXPECT_EQ(from[1].schedule->catch_up, Millis{0});
    EXPECT_FALSE(from[2].schedule);
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
