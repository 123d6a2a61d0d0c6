#include "core/route/zone_clock.h"
#include "tests/unit/route/abilities.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace maillon::route {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

std::string with_steps(const std::string& steps, const std::string& from = "x.message.received") {
    return std::string(kPreamble) + "routes:\n  r:\n    from: " + from + "\n    steps:\n" + steps;
}

std::vector<std::string> paths_of(const std::string& steps) {
    std::vector<std::string> out;
    if (const auto plan = plan_of(with_steps(steps))) {
        for (const auto& step : plan->routes.at("r")->steps) out.push_back(step.path);
    }
    return out;
}

/// What the compiler says about a text that the loader takes.
std::string mistakes(const std::string& text) {
    auto loaded = config::load_texts({{"maillon.yaml", text}}, "/etc/maillon", {});
    EXPECT_TRUE(loaded.ok()) << config::render(loaded.diagnostics, *loaded.sources);
    if (!loaded.ok()) return {};
    EXPECT_EQ(compile(*loaded.config, abilities(), loaded.diagnostics), nullptr);
    return config::render(loaded.diagnostics, *loaded.sources);
}

constexpr const char* kNote =
    "{ call: crm.create, with: { module: Notes, fields: { name: \"${event.id}\" } } }";

std::string all_kinds(const std::string& before_choose, const std::string& branch,
                      const std::string& in_loop) {
    const std::string note = kNote;
    return before_choose + "      - choose:\n" + branch +
           "          - when: event.own\n            steps: [ " + note + " ]\n          - else: [ " + note +
           " ]\n      - each: event.products\n        as: product\n        steps: [ " + in_loop + note +
           " ]\n      - timer: late\n        after: 2h\n        steps: [ " + note +
           " ]\n        on_error: [ " + note + " ]\n";
}

TEST(NestsCompile, StepsInsideAreNamedByWhatTheyStandIn) {
    EXPECT_THAT(paths_of(all_kinds("", "", "")),
                ElementsAre("choose", "choose/call crm.create", "choose/else/call crm.create", "each product",
                            "each product/call crm.create", "timer late", "timer late/call crm.create",
                            "timer late/any/call crm.create"));
}

TEST(NestsCompile, WhatIsPutInBetweenMovesNoOtherName) {
    const auto before = paths_of(all_kinds("", "", ""));
    const auto after = paths_of(all_kinds(
        "      - let: { a: 1 }\n      - { timer: sooner, after: 1h, steps: [ { drop: late } ] }\n"
        "      - { each: event.parts, as: part, steps: [ { let: { b: 1 } } ] }\n",
        std::string(
            "          - name: french\n            when: event.language == 'fr'\n            steps: [ ") +
            kNote + " ]\n",
        "{ let: { c: 1 } }, { emit: hub.seen },"));

    ASSERT_GT(after.size(), before.size() + 5);
    EXPECT_THAT(after, IsSupersetOf(before));
    EXPECT_THAT(after, ::testing::Contains("choose/french/call crm.create"));
}

TEST(NestsCompile, ANameBoundInALoopIsUnknownBehindIt) {
    const auto said =
        mistakes(with_steps("      - each: event.products\n        as: product\n        steps: [ { let: { "
                            "price: \"${product.price}\" } } ]\n"
                            "      - let: { last: \"${product.name}\", sum: \"${price}\" }\n"));
    EXPECT_THAT(said, HasSubstr("unknown variable 'product'"));
    EXPECT_THAT(said, HasSubstr("unknown variable 'price'"));
}

TEST(NestsCompile, ANameMayBeUsedByOneLoopAfterTheOther) {
    const std::string loop = "      - { each: event.a, as: item, steps: [ { let: { b: \"${item}\" } } ] }\n";
    EXPECT_THAT(paths_of(loop + loop),
                ElementsAre("each item", "each item/let b", "each item 2", "each item 2/let b"));
}

TEST(NestsCompile, AnItemCannotTakeTheNameOfAValueThatIsThere) {
    EXPECT_THAT(
        mistakes(with_steps("      - let: { product: 1 }\n      - each: event.products\n        as: product\n"
                            "        steps: [ { drop: a } ]\n")),
        HasSubstr("maillon.yaml:20:13: error: 'product' has a value already"));
}

TEST(NestsCompile, AWrongExpressionInsideIsTold) {
    const auto said = mistakes(
        with_steps("      - choose:\n          - { when: evnt.own, steps: [ { drop: a } ] }\n"
                   "      - { each: event.a, as: item, key: itm.id, steps: [ { drop: a } ] }\n"
                   "      - { timer: late, after: 2h, unless: tlak.answered, steps: [ { drop: a } ] }\n"));
    EXPECT_THAT(said, HasSubstr("unknown variable 'evnt'"));
    EXPECT_THAT(said, HasSubstr("unknown variable 'itm'"));
    EXPECT_THAT(said, HasSubstr("unknown variable 'tlak'"));
}

TEST(NestsCompile, TwoStepsOfOneFullNameAreAMistake) {
    EXPECT_THAT(
        mistakes(
            std::string(kPreamble) +
            "blocks:\n  b: [ { timer: t, name: any, after: 1h, steps: [ { let: { a: 1 }, name: c } ] } ]\n"
            "routes:\n  r:\n    from: x.message.received\n    steps:\n"
            "      - { do: b, on_error: { any: [ { let: { a: 1 }, name: c } ] } }\n"),
        HasSubstr("two steps would be remembered as 'do b/any/c'"));
}

TEST(NestsCompile, AnUnknownZoneIsToldWithTheOneThatWasMeant) {
    EXPECT_THAT(mistakes(with_steps("      - drop: a\n", "{ cron: \"0 3 * * *\", zone: Europe/Pariss }")),
                HasSubstr("there is no time zone 'Europe/Pariss'"));
    EXPECT_THAT(mistakes(with_steps("      - drop: a\n", "{ cron: \"0 3 * * *\", zone: Europe/Pariss }")),
                HasSubstr("did you mean 'Europe/Paris'?"));
    EXPECT_THAT(mistakes(with_steps("      - drop: a\n", "{ cron: \"0 3 * * *\", zone: ../passwd }")),
                HasSubstr("zones are named as Europe/Paris"));
}

TEST(NestsCompile, AScheduleFitsOnlyTheEventsOfItsRoute) {
    const auto plan = plan_of(with_steps("      - drop: a\n", "{ cron: \"0 3 * * *\", zone: Europe/Paris }"));
    ASSERT_TRUE(plan);
    const auto& route = *plan->routes.at("r");
    const auto id = cron_event_id("r", TimePoint{});
    EXPECT_EQ(id, "cron/r/1970-01-01T00:00:00Z");
    EXPECT_NE(route.trigger_for({.id = id, .connector = "hub", .type = "hub.cron.due"}), nullptr);
    EXPECT_EQ(route.trigger_for({.id = cron_event_id("rr", {}), .connector = "hub", .type = "hub.cron.due"}),
              nullptr);
}

TEST(ZoneClock, TellsWhatTheClocksOfAZoneShow) {
    const auto paris = clock_of_zone("Europe/Paris");
    ASSERT_TRUE(paris);
    using std::chrono::sys_days;
    using namespace std::chrono_literals;
    EXPECT_EQ((*paris)(sys_days{2026y / 1 / 1}), 1h);
    EXPECT_EQ((*paris)(sys_days{2026y / 7 / 1}), 2h);
    EXPECT_EQ((*clock_of_zone("UTC"))(sys_days{2026y / 7 / 1}), 0s);
    EXPECT_FALSE(clock_of_zone("Mars/Olympus"));
    EXPECT_FALSE(clock_of_zone(""));
}

}  // namespace
}  // namespace maillon::route
