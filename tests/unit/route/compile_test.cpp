#include "tests/unit/route/abilities.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace maillon::route {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The preamble and one route of these steps.
std::string with_steps(const std::string& steps, const std::string& from = "x.message.received",
                       const std::string& when = "") {
    return std::string(kPreamble) + "routes:\n  r:\n    from: " + from + "\n" +
           (when.empty() ? "" : "    when: " + when + "\n") + "    steps:\n" + steps;
}

/// Compiles a text that the loader takes and the compiler must not; each mistake is "marked text: message /
/// hint".
std::vector<std::string> mistakes(const std::string& text) {
    auto loaded = config::load_texts({{"maillon.yaml", text}}, "/etc/maillon", {});
    EXPECT_TRUE(loaded.ok()) << config::render(loaded.diagnostics, *loaded.sources);
    if (!loaded.ok()) return {};
    EXPECT_EQ(compile(*loaded.config, abilities(), loaded.diagnostics), nullptr)
        << "a plan in spite of mistakes";
    std::vector<std::string> out;
    for (const auto& one : loaded.diagnostics.sorted()) {
        const auto line = std::string(loaded.sources->line(one.place.file, one.place.line));
        out.push_back(line.substr(one.place.column - 1, one.place.length) + ": " + one.message + " / " +
                      one.hint);
    }
    return out;
}

constexpr const char* kDrop = "      - drop: done\n";

TEST(Compile, ASoundConfigurationBecomesAPlanWithStableStepNames) {
    const auto plan = plan_of(std::string(kPreamble) + kStory);
    ASSERT_TRUE(plan);
    EXPECT_FALSE(plan->hash.empty());
    const auto& route = *plan->routes.at("message_to_case");
    std::vector<std::string> paths;
    for (const auto& step : route.steps) paths.push_back(step.path);
    EXPECT_THAT(paths, ElementsAre("do open_case", "do open_case/match customers",
                                   "do open_case/conversation support", "do open_case/call crm.upsert",
                                   "do open_case/call crm.link", "do open_case/call crm.create",
                                   "use language", "let hello", "answer support"));
    EXPECT_EQ(route.max_age.at("x"), std::chrono::hours{24});
    EXPECT_EQ(route.max_age.at("fb"), std::chrono::hours{1}) << "each connector's own";
    EXPECT_NE(route.trigger_for({.connector = "fb", .type = "message.received"}), nullptr);
    EXPECT_EQ(route.trigger_for({.connector = "fb", .type = "comment.created"}), nullptr);
}

TEST(Compile, ABlockThatIsSkippedLeadsToWhatFollowsIt) {
    const auto plan = plan_of(
        std::string(kPreamble) +
        "blocks:\n  b:\n    - let: { a: 1 }\n    - let: { c: 2 }\nroutes:\n  r:\n    from: "
        "x.message.received\n    steps:\n      - do: b\n        when: event.own\n      - drop: end\n");
    ASSERT_TRUE(plan);
    const auto& route = *plan->routes.at("r");
    const auto after = route.steps.at(route.first).next;
    ASSERT_LT(after, route.steps.size());
    EXPECT_EQ(route.steps[after].kind, "drop");
}

TEST(Compile, AnUnknownEventTypeIsToldAtTheTrigger) {
    EXPECT_THAT(mistakes(with_steps(kDrop, "x.message.recieved")),
                ElementsAre("x.message.recieved: connector 'x' emits no 'message.recieved' / did you mean "
                            "'x.message.received'?"));
}

TEST(Compile, AnUnknownOperationIsToldAtItsName) {
    EXPECT_THAT(
        mistakes(with_steps("      - call: crm.upser\n        with: { module: Cases, key: { a: b } }\n")),
        ElementsAre("crm.upser: connector 'crm' has no operation 'upser' / did you mean 'crm.upsert'?"));
    EXPECT_THAT(mistakes(with_steps("      - call: crm.explode\n")),
                ElementsAre("crm.explode: connector 'crm' has no operation 'explode' / it offers append, "
                            "create, get, link, update and upsert"));
}

TEST(Compile, AConnectorThatCannotCreateIsToldAtTheMatch) {
    const auto found = mistakes(std::string(kPreamble) +
                                "routes:\n  r:\n    from: x.message.received\n    steps:\n      - match: "
                                "customers\n        who: event.author\n"
                                "        none: { create: x.Contacts, fields: { last_name: Doe } }\n");
    ASSERT_EQ(found.size(), 1u);
    EXPECT_THAT(found[0], HasSubstr("connector 'x' has no operation 'create'"));
}

TEST(Compile, AWrongArgumentIsToldAtItsKey) {
    const auto found =
        mistakes(with_steps("      - call: crm.create\n        with: { modul: Notes, fields: {} }\n"));
    ASSERT_THAT(found, ::testing::SizeIs(1)) << "one mistake, not one key too many and one too few";
    EXPECT_THAT(found[0], ::testing::StartsWith("modul: "));
    EXPECT_THAT(found[0], HasSubstr("did you mean 'module'?"));
}

TEST(Compile, AnArgumentOfAWrongTypeIsTold) {
    const auto found =
        mistakes(with_steps("      - call: crm.create\n        with: { module: Notes, fields: none }\n"));
    ASSERT_EQ(found.size(), 1u);
    EXPECT_THAT(found[0], ::testing::StartsWith("none: "));
}

TEST(Compile, AnUnknownVariableIsToldAtItsPlaceInTheExpression) {
    const auto of_route =
        mistakes(with_steps(kDrop, "x.message.received", "\"!event.own && evnt.text != ''\""));
    ASSERT_EQ(of_route.size(), 1u);
    EXPECT_THAT(of_route[0], ::testing::StartsWith("evnt: "));
    EXPECT_THAT(of_route[0], HasSubstr("event"));
    const auto of_step =
        mistakes(with_steps("      - drop: \"because ${reasn}\"\n        when: case.created\n"));
    ASSERT_EQ(of_step.size(), 2u);
    EXPECT_THAT(of_step[0], ::testing::StartsWith("reasn: "));
    EXPECT_THAT(of_step[1], ::testing::StartsWith("case: "));
}

TEST(Compile, AVariableIsKnownOnlyAfterItsStep) {
    const auto found = mistakes(
        with_steps("      - let: { a: \"${b}\" }\n      - let: { b: 1 }\n      - let: { c: \"${b}\" }\n"));
    ASSERT_EQ(found.size(), 1u);
    EXPECT_THAT(found[0], ::testing::StartsWith("b: "));
}

TEST(Compile, AnAnswerWithoutAConversationIsTold) {
    EXPECT_THAT(mistakes(with_steps("      - answer: support\n        text: Hello\n")),
                ElementsAre("support: nothing has looked up the conversation 'support' before this answer / "
                            "put a step '- conversation: support' in front "
                            "of it"));
}

TEST(Compile, EveryMistakeIsReportedInOneGo) {
    const auto found =
        mistakes(with_steps("      - call: crm.nothing\n      - answer: support\n        text: \"${who}\"\n  "
                            "    - drop: \"${1 +}\"\n",
                            "x.message.deleted"));
    EXPECT_EQ(found.size(), 5u) << ::testing::PrintToString(found);
}

TEST(Compile, AMistakeInABlockIsReportedOnceForTwoRoutes) {
    const auto found = mistakes(std::string(kPreamble) +
                                "blocks:\n  b: [ { drop: \"${nobody}\" } ]\nroutes:\n  one: { from: "
                                "x.message.received, steps: [ { do: b } ] }\n"
                                "  two: { from: fb.message.received, steps: [ { do: b } ] }\n");
    EXPECT_EQ(found.size(), 1u) << ::testing::PrintToString(found);
}

/// As a configuration that was accepted once is compiled for the runs that need it.
std::shared_ptr<const Plan> trusted(const std::string& text, std::string& said) {
    auto loaded = config::load_texts({{"maillon.yaml", text}}, "/etc/maillon", {});
    EXPECT_TRUE(loaded.ok()) << config::render(loaded.diagnostics, *loaded.sources);
    auto plan = compile(*loaded.config, abilities(), loaded.diagnostics, Judging::trusting);
    said = config::render(loaded.diagnostics, *loaded.sources);
    return plan;
}

TEST(Compile, WhatWasAcceptedOnceIsNotRefusedForItsTypesNamesAndArguments) {
    const auto text = with_steps(
        "      - let: { n: 3 }\n"
        "      - call: crm.destroy\n        when: n == 'three' || nobody.knows\n"
        "        with: { modul: 7, fields: \"${n + 'x'}\" }\n"
        "      - drop: \"${unheard(n)}\"\n",
        "x.message.erased", "n > 3");
    ASSERT_GE(mistakes(text).size(), 5u) << "today it is";
    std::string said;

    const auto plan = trusted(text, said);

    ASSERT_TRUE(plan) << said;
    EXPECT_EQ(said, "") << "nobody is to mend it";
    const auto& steps = plan->routes.at("r")->steps;
    ASSERT_EQ(steps.size(), 3u);
    EXPECT_EQ(std::get<CallPlan>(steps[1].action).target.operation.name, "destroy")
        << "the connector says what it thinks of it";
}

TEST(Compile, ATrustedConfigurationKeepsTheTypesThatItHas) {
    const auto text = with_steps("      - let: { n: 3 }\n      - { drop: \"${n + 1}\" }\n");
    std::string said;

    const auto plan = trusted(text, said);

    ASSERT_TRUE(plan) << said;
    const auto& value = std::get<LetPlan>(plan->routes.at("r")->steps[0].action).values[0].second;
    EXPECT_TRUE(value.type().is(expression::TypeKind::integer));
}

TEST(Compile, WhatIsNoExpressionAtAllIsRefusedThoughItIsTrusted) {
    std::string said;

    const auto plan = trusted(with_steps("      - { drop: x, when: \"event. &&\" }\n"), said);

    EXPECT_FALSE(plan);
    EXPECT_THAT(said, HasSubstr("maillon.yaml:"));
}

}  // namespace
}  // namespace maillon::route
