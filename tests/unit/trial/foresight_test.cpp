#include "core/trial/foresight.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace maillon::trial {
namespace {

namespace json = boost::json;
using route::Rehearsed;
using End = Rehearsed::End;

Event event(std::int64_t seq) {
    return {EventSeq{seq}, {.id = "id-" + std::to_string(seq)}, Json()};
}

Rehearsed with(std::vector<route::Deed> deeds, End end = End::finished) {
    return {.end = end, .deeds = std::move(deeds)};
}

route::Deed call(const std::string& step, json::value arguments) {
    return {step, "crm.create", std::move(arguments)};
}

/// "kind: about = count" of each group.
std::vector<std::string> groups(const Foresight& foresight) {
    std::vector<std::string> out;
    const auto told = foresight.to_json();
    for (const auto& one : told.at("groups").as_array())
        out.push_back(std::string(one.at("kind").as_string()) + ": " +
                      std::string(one.at("about").as_string()) + " = " +
                      std::to_string(one.at("count").as_int64()));
    return out;
}

TEST(ForesightTest, WhatMeansTheSameIsNoDifference) {
    Foresight foresight;
    foresight.add(event(1), "r", with({call("a", {{"n", 1}})}), with({call("a", {{"n", 1.0}})}));
    foresight.add(event(2), "r", {}, {});
    EXPECT_TRUE(foresight.is_empty());
}

TEST(ForesightTest, RunsThatStartOrNoLongerStartAreTold) {
    Foresight foresight;
    foresight.add(event(1), "r", {}, with({call("a", {})}));
    foresight.add(event(2), "r", with({call("a", {})}), {});
    EXPECT_THAT(groups(foresight), testing::UnorderedElementsAre(
                                       "starts: a run = 1", "done in addition: call crm.create = 1",
                                       "no longer starts: a run = 1", "no longer done: call crm.create = 1"));
}

TEST(ForesightTest, ChangedCallsAreToldFieldByFieldWithAFewExamples) {
    Foresight foresight;
    for (int i = 1; i <= 10; ++i)
        foresight.add(event(i), "r", with({call("a", {{"name", "old"}, {"tags", {1, 2}}})}),
                      with({call("a", {{"name", "new"}, {"tags", {1, 2, 3}}})}));

    ASSERT_THAT(groups(foresight),
                testing::ElementsAre("done otherwise: call crm.create: name, tags[] = 10"));
    const auto told = foresight.to_json();
    const auto& examples = told.at("groups").at(0).at("examples").as_array();
    ASSERT_EQ(examples.size(), Foresight::kExamples);
    EXPECT_EQ(examples[0].at("id"), "id-1");
    EXPECT_EQ(examples[0].at("differences").at(0).at("was"), "old");
    EXPECT_EQ(examples[0].at("differences").at(0).at("now"), "new");
}

TEST(ForesightTest, AStepThatIsOnlyCalledOtherwiseIsTheSameCall) {
    Foresight foresight;
    foresight.add(event(1), "r", with({call("a", {{"n", 1}}), call("b", {{"n", 2}})}),
                  with({call("b", {{"n", 2}}), call("c", {{"n", 1}})}));
    EXPECT_TRUE(foresight.is_empty());
}

TEST(ForesightTest, NewDeadLettersSayWhetherAnswersWereAssumed) {
    Foresight foresight;
    const Rehearsed failed{
        .end = End::dead_lettered, .step = "let", .reason = "no int", .assumed = {"call x.y"}};
    foresight.add(event(1), "r", with({}), failed);
    foresight.add(event(2), "r", failed, with({}));

    const auto told = foresight.to_json();

    EXPECT_THAT(groups(foresight), testing::UnorderedElementsAre("new dead letter: let = 1",
                                                                 "no longer a dead letter: let = 1"));
    EXPECT_EQ(told.at("groups").at(0).at("examples").at(0).at("on_assumed_answers"), true);
    EXPECT_EQ(told.at("answers").at("assumed_steps").at("r: call x.y"), 1);
}

TEST(ForesightTest, GroupsAreBoundedAndWhatIsLeftOutIsCounted) {
    Foresight foresight;
    for (std::size_t i = 0; i < Foresight::kMostGroups + 5; ++i)
        foresight.add(event(1), "r" + std::to_string(i), {}, with({}));
    EXPECT_EQ(foresight.to_json().at("groups").as_array().size(), Foresight::kMostGroups);
    EXPECT_EQ(foresight.to_json().at("left_out"), 5);
}

}  // namespace
}  // namespace maillon::trial
