#include "core/route/frame.h"
#include "tests/unit/route/abilities.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace maillon::route {
namespace {

using ::testing::ElementsAre;
using ::testing::Pointee;
using ::testing::SizeIs;

const RoutePlan& writing() {
    static const auto plan =
        plan_of(std::string(kPreamble) +
                "routes:\n  r:\n    from: x.message.received\n    steps:\n"
                "      - call: crm.append\n        with: { id: a, revision: 1 , text: b }\n");
    return *plan->routes.at("r");
}

TEST(Frame, KeepsTheConflictsAndEditsOfEachStep) {
    Frame frame;
    frame.at = 0;
    frame.conflicts["call a"] = {{"1", "2"}, from_millis(10), from_millis(20)};
    frame.conflicts["call b"] = {{"7"}, from_millis(30), from_millis(40)};
    frame.again = Frame::Again{.letter = DeadLetterId{3}, .arguments = {{"call a", "{}"}, {"call b", "[]"}}};

    const auto back = Frame::parse(frame.dump(writing()), writing());

    ASSERT_TRUE(back) << back.error().what;
    ASSERT_THAT(back->conflicts, SizeIs(2));
    EXPECT_THAT(back->conflicts.at("call a").seen, ElementsAre("1", "2"));
    EXPECT_EQ(back->conflicts.at("call b").due, from_millis(40));
    EXPECT_THAT(back->edited("call a"), Pointee(std::string("{}")));
    EXPECT_THAT(back->edited("call b"), Pointee(std::string("[]")));
    EXPECT_EQ(back->edited("call c"), nullptr);
    EXPECT_EQ(back->dump(writing()), frame.dump(writing()));
}

TEST(Frame, ReadsWhatWasWrittenWhenThereWasOneOfEach) {
    const auto back =
        Frame::parse(R"({"at":"call crm.append","values":{},"claims":[["person:customers","handle_x=anne"]],)"
                     R"("conflict":{"step":"call crm.append","seen":["4"],"since":1000,"due":2000},)"
                     R"("again":{"letter":7,"step":"call crm.append","arguments":"{\"id\":\"b\"}"}})",
                     writing());

    ASSERT_TRUE(back) << back.error().what;
    const auto& conflict = back->conflicts.at("call crm.append");
    EXPECT_THAT(conflict.seen, ElementsAre("4"));
    EXPECT_EQ(conflict.since, from_millis(1000));
    EXPECT_EQ(conflict.due, from_millis(2000));
    EXPECT_THAT(back->edited("call crm.append"), Pointee(std::string(R"({"id":"b"})")));
    EXPECT_EQ(back->again->letter, DeadLetterId{7});
}

TEST(Frame, ItsClaimsAreKnownWithoutItsRoute) {
    const auto claims = Frame::claims_of(R"({"at":"gone","claims":[["person:customers","handle_x=anne"]]})");

    EXPECT_THAT(claims, ElementsAre(Frame::Claim{"person:customers", "handle_x=anne"}));
    EXPECT_THAT(Frame::claims_of("not JSON"), SizeIs(0));
}

}  // namespace
}  // namespace maillon::route
