// What the compiler knows of values. Every wrong route in data/wrong stands beside what is said about it; to
// write the expectations anew after a change of wording, run with MAILLON_WRITE_EXPECTED=1 and read the
// difference.
#include "tests/unit/route/abilities.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace maillon::route {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

using ::testing::HasSubstr;
using ::testing::Not;

const fs::path kData = fs::path(MAILLON_SOURCE_DIR) / "tests/unit/route/data";

std::string read_file(const fs::path& path) {
    std::ostringstream out;
    out << std::ifstream(path).rdbuf();
    return out.str();
}

plugin::OperationInfo described_operation(std::string_view name, const json::value& schemas) {
    plugin::OperationInfo out;
    out.name = name;
    out.arguments = schemas.at("arguments").as_object();
    out.result = schemas.at("result").as_object();
    return out;
}

/// Connectors that describe their events and operations, and processors of which one describes itself.
const std::map<std::string, plugin::ConnectorInfo>& described() {
    static const auto all = [] {
        std::map<std::string, plugin::ConnectorInfo> out;
        const auto from = json::parse(read_file(kData / "abilities.json"));
        for (const auto& [name, connector] : from.as_object()) {
            auto& info = out[std::string(name)];
            info.id = name;
            if (const auto* process = connector.as_object().if_contains("process"))
                info.process = described_operation("process", *process);
            for (const auto& [type, schema] : connector.at("events").as_object())
                info.events[std::string(type)] = {std::string(type), "", schema.as_object()};
            for (const auto& [operation, schemas] : connector.at("operations").as_object()) {
                info.operations[std::string(operation)] = described_operation(operation, schemas);
            }
        }
        return out;
    }();
    return all;
}

Abilities described_abilities() {
    const auto& all = described();
    return {{{"x", &all.at("x")}, {"crm", &all.at("crm")}},
            {{"words", &all.at("words")}, {"tongue", &all.at("tongue")}}};
}

constexpr const char* kInstances = R"(
connectors: { x: { plugin: x }, crm: { plugin: crm } }
processors: { words: { plugin: words }, tongue: { plugin: tongue } }
directories: { customers: { records: crm.Contacts, fields: { handle_x: twitter_c } } }
conversations: { support: { closes_after: 7d } }
)";

/// What is said about the routes in `text`, which is called `name`; empty when they are good.
std::string diagnose(const std::string& name, const std::string& text) {
    auto loaded = config::load_texts({{"maillon.yaml", kInstances}, {name, text}}, "/etc/maillon", {});
    if (loaded.ok()) {
        const Abilities abilities = described_abilities();
        const auto plan = compile(*loaded.config, abilities, loaded.diagnostics);
        EXPECT_EQ(plan == nullptr, loaded.diagnostics.has_errors());
    } else {
        ADD_FAILURE() << "the loader must take it: only types are wrong";
    }
    return loaded.diagnostics.empty() ? "" : config::render(loaded.diagnostics, *loaded.sources);
}

/// The same for the steps of a route for messages.
std::string said_of(const std::string& steps) {
    return diagnose("routes.yaml", "routes:\n  r:\n    from: x.message.received\n    steps:\n" + steps);
}

std::vector<fs::path> wrong_files() {
    std::vector<fs::path> out;
    for (const auto& entry : fs::directory_iterator(kData / "wrong")) {
        if (entry.path().extension() == ".yaml") out.push_back(entry.path());
    }
    std::ranges::sort(out);
    return out;
}

class WrongTypes : public testing::TestWithParam<fs::path> {};

TEST_P(WrongTypes, AreExplainedInExactlyTheseWords) {
    const auto expected = fs::path(GetParam()).replace_extension(".expected");

    const auto said = diagnose(GetParam().filename().string(), read_file(GetParam()));

    if (std::getenv("MAILLON_WRITE_EXPECTED") != nullptr) std::ofstream(expected) << said;
    EXPECT_FALSE(said.empty());
    EXPECT_EQ(said, read_file(expected));
}

INSTANTIATE_TEST_SUITE_P(Data, WrongTypes, testing::ValuesIn(wrong_files()), [](const auto& test) {
    std::string name = test.param.stem().string();
    std::ranges::replace(name, '-', '_');
    return name;
});

TEST(WrongTypesFiles, AreManyEnoughToMeanSomething) {
    EXPECT_GE(wrong_files().size(), 40u);
}

TEST(Types, AValueOfASkippedStepMayBeRead) {
    EXPECT_EQ(said_of(R"(
      - { call: crm.create, as: case, with: { module: Cases, fields: {} }, when: event.own }
      - { drop: "${case.number}", when: case.created }
)"),
              "");
}

TEST(Types, ANameThatTwoBranchesBindHasWhatBothKnow) {
    const std::string choose = R"(
      - choose:
          - { when: event.own, name: a, steps: [ { let: { topic: order, size: 1, who: { id: "a" } } } ] }
          - { else: [ { let: { topic: "${event.text}", size: "one", who: { name: b } } } ] }
)";
    EXPECT_EQ(
        said_of(choose + "      - { drop: \"${topic.size()}\", when: size > 3 && who.id == who.name }\n"),
        "");
    EXPECT_THAT(said_of(choose + "      - { drop: a, when: topic > 3 }\n"), HasSubstr("'>' cannot compare"));
    EXPECT_THAT(said_of(choose + "      - { drop: a, when: who.nmae == '' }\n"),
                HasSubstr("did you mean 'name'?"));
}

TEST(Types, AStepThatMayBeSkippedLeavesWhatTheNameWasBefore) {
    EXPECT_EQ(said_of(R"(
      - let: { size: 1 }
      - { let: { size: long }, when: event.own }
      - { drop: a, when: size == 1 }
      - { drop: b, when: size == 'long' }
)"),
              "");
}

TEST(Types, WhatARoundBindsAnewMayHaveAnotherTypeInTheNextOne) {
    EXPECT_EQ(said_of(R"(
      - let: { total: 0 }
      - each: event.files
        as: file
        key: file.url
        steps:
          - { let: { total: "${total + file.bytes}" }, when: total < 10 }
          - { let: { total: "many" }, when: total >= 10 }
      - drop: "${total}"
)"),
              "");
}

TEST(Types, ABlockInALoopRebindsNamesToo) {
    const std::string text = R"(
blocks:
  count: [ { let: { total: "${string(total) + '1'}" } } ]
routes:
  r:
    from: x.message.received
    steps:
      - let: { total: 0 }
      - { each: event.tags, as: tag, steps: [ { drop: a, when: total == 0 || total == 'x' }, { do: count } ] }
)";
    EXPECT_EQ(diagnose("routes.yaml", text), "");
}

TEST(Types, AHandlerKnowsWhatWasKnownBeforeItsStep) {
    EXPECT_EQ(said_of(R"(
      - let: { case: none }
      - call: crm.create
        as: case
        with: { module: Cases, fields: {} }
        on_error: { any: [ { drop: "${case.size()} ${error.message}" } ] }
)"),
              "");
}

TEST(Types, AHandlerOfABlockKnowsWhatTheBlockMayHaveBound) {
    const std::string text = R"(
blocks:
  two:
    - { call: crm.create, as: case, with: { module: Cases, fields: {} } }
    - { call: crm.create, as: note, with: { module: Notes, fields: {} } }
routes:
  r:
    from: x.message.received
    steps: [ { do: two, on_error: { any: [ { drop: "${case.number} has no note" } ] } } ]
)";
    EXPECT_EQ(diagnose("routes.yaml", text), "");
}

TEST(Types, AConversationOfAnotherBranchCannotBeAnswered) {
    EXPECT_THAT(said_of(R"(
      - choose:
          - { when: event.own, steps: [ { conversation: support } ] }
          - { else: [ { answer: support, text: Hello } ] }
)"),
                HasSubstr("nothing has looked up the conversation 'support'"));
}

TEST(Types, WhatAProcessorSaysThatItGivesIsKnown) {
    EXPECT_EQ(said_of(R"(
      - { use: tongue, with: { text: "${event.text}", least: 1 } }
      - { drop: "${tongue.language}", when: tongue.reliable && tongue.confidence > 0.5 }
)"),
              "");
}

TEST(Types, WhatAProcessorIsGivenMustBeWhatItAsksFor) {
    const auto said =
        said_of("      - { use: tongue, with: { txt: \"${event.text}\", least: \"${event.text}\" } }\n");

    EXPECT_THAT(said, HasSubstr("error: tongue: unknown key 'txt'"));
    EXPECT_THAT(said, Not(HasSubstr("missing"))) << "a misspelt key is told of once";
    EXPECT_THAT(said, HasSubstr("did you mean 'text'?"));
    EXPECT_THAT(said, HasSubstr("tongue: 'least' must be"));
}

TEST(Types, WhatAProcessorGivesThatSaysNothingOfItIsNotKnownAndLetThrough) {
    EXPECT_EQ(said_of("      - use: words\n      - { drop: \"${words.any.thing}\", when: words.good }\n"),
              "");
}

TEST(Types, RoutesThatEmitToEachOtherAreCompiled) {
    const std::string text = R"(
routes:
  start: { from: x.message.received, steps: [ { emit: hub.a, with: { n: 1 } } ] }
  ping: { from: hub.a, steps: [ { emit: hub.b, with: { n: "${event.n + 1}" } } ] }
  pong: { from: hub.b, steps: [ { emit: hub.a, with: { n: "${event.n}", last: true } } ] }
  ends: { from: hub.a, when: event.last, steps: [ { drop: "${event.n}" } ] }
)";
    EXPECT_EQ(diagnose("routes.yaml", text), "");
}

TEST(Types, AnEventThatNoRouteEmitsIsNotKnown) {
    EXPECT_EQ(diagnose("routes.yaml",
                       "routes:\n  r: { from: hub.from.elsewhere, steps: [ { drop: \"${event.any}\" } ] }\n"),
              "");
}

TEST(Types, AnArgumentTakesWhatItsJsonWouldBe) {
    EXPECT_EQ(said_of(R"(
      - call: crm.find
        with: { module: "${timestamp(meta.time)}", limit: "${uint(event.priority)}", score: "${event.score}", phone: +33612345678 }
      - call: crm.create
        with: { module: Places, fields: "${{'a': 1}}", place: "${event.raw}" }
)"),
              "");
}

TEST(Types, ALiteralHasTheTypeOfItsArgument) {
    auto loaded = config::load_texts(
        {{"maillon.yaml", kInstances + std::string("routes:\n  r:\n    from: x.message.received\n    steps:\n"
                                                   "      - call: crm.find\n        with: { module: 0815, "
                                                   "limit: 5, phone: 12, score: 2 }\n")}},
        "/etc/maillon", {});
    ASSERT_TRUE(loaded.ok()) << config::render(loaded.diagnostics, *loaded.sources);
    const Abilities abilities = described_abilities();

    const auto plan = compile(*loaded.config, abilities, loaded.diagnostics);

    ASSERT_TRUE(plan) << config::render(loaded.diagnostics, *loaded.sources);
    const auto& route = *plan->routes.at("r");
    expression::Activation activation(route.scope);
    expression::Arena arena;
    std::string out;
    ASSERT_TRUE(std::get<CallPlan>(route.steps.at(0).action).with.append(out, activation, arena));
    EXPECT_EQ(out, R"({"module":"0815","limit":5,"phone":"12","score":2})");
}

TEST(Types, AFieldOfTypeNumberIsReadAsDouble) {
    auto loaded = config::load_texts(
        {{"maillon.yaml",
          kInstances +
              std::string("routes:\n  r:\n    from: x.message.received\n    when: event.score / 2.0 == "
                          "0.5 && event.priority / 2 == 1\n    steps: [ { drop: a } ]\n")}},
        "/etc/maillon", {});
    ASSERT_TRUE(loaded.ok()) << config::render(loaded.diagnostics, *loaded.sources);
    const auto& all = described();
    const auto plan = compile(*loaded.config,
                              {{{"x", &all.at("x")}, {"crm", &all.at("crm")}}, {{"words", &all.at("words")}}},
                              loaded.diagnostics);
    ASSERT_TRUE(plan) << config::render(loaded.diagnostics, *loaded.sources);
    const auto& route = *plan->routes.at("r");
    const auto event = Json::parse(R"({"score": 1, "priority": 3.0})");
    ASSERT_TRUE(event);
    expression::Activation activation(route.scope);
    activation.set(0, expression::Value::of(event->element()));
    expression::Arena arena;

    const auto outcome = route.when->evaluate(activation, arena);

    EXPECT_TRUE(outcome.is_true()) << expression::to_string(outcome.problem());
}

}  // namespace
}  // namespace maillon::route
