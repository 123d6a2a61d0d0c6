#include "tests/unit/route/linking_life.h"

namespace maillon::route {
namespace {

using store::Identity;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Word = ReviewAnswer::Word;

class UnlinkingTest : public LinkingTest {};

TEST_F(UnlinkingTest, MergeThenUnmergeRestoresEverythingByteForByteAndSendsNothing) {
    auto& life = begin();
    put("c-1", "anne");
    put("c-2", "bob");
    life.take({{"1", "t1", "anne", "one"}, {"2", "t2", "bob", "two"}});
    ASSERT_TRUE(life.comes_to_rest());
    const auto before = people();
    ASSERT_EQ(linked("bob"), "c-2");

    say([](Linking& linking) { return linking.merge("customers", "c-1", "c-2", {"paul", ""}); });
    EXPECT_NE(people(), before) << "the test must be able to tell";
    life.take({{"3", "t3", "bob", "three"}});
    ASSERT_TRUE(life.comes_to_rest());
    const auto person = [&](std::int64_t event) {
        return life.steps_of(life.runs_of(event).at(0).id).front().result;
    };
    const auto third = life.journal->find("/connectors/x", "3:created").value()->seq.value();
    EXPECT_THAT(person(third), HasSubstr(R"("id":"c-1")"));

    say([](Linking& linking) { return linking.split("customers", "c-1", "c-2", {"paul", ""}); });

    EXPECT_EQ(people(), before);
    life.take({{"4", "t4", "bob", "four"}});
    ASSERT_TRUE(life.comes_to_rest());
    const auto fourth = life.journal->find("/connectors/x", "4:created").value()->seq.value();
    EXPECT_THAT(person(fourth), HasSubstr(R"("id":"c-2")")) << "what came in between was his all along";
    EXPECT_THAT(world_.notes(), Contains("hub.merge.proposed c-1 c-2"));
    EXPECT_THAT(world_.notes(), Contains("hub.merge.undone c-1 c-2"));
    EXPECT_THAT(world_.answers(), IsEmpty()) << "nobody hears of a merge";
}

TEST_F(UnlinkingTest, MergesThatMakeNoSenseAreRefusedAndRepeatedOnesAreNoError) {
    auto& life = begin();
    for (const auto* id : {"c-1", "c-2", "c-3"}) put(id, id);
    const auto merge = [&](const std::string& record, const std::string& other) {
        return life.engine->relink([&](Linking& linking) {
            return linking.merge("customers", record, other, {"paul", ""});
        });
    };
    EXPECT_TRUE(merge("c-1", "c-2"));
    EXPECT_TRUE(merge("c-1", "c-2"));
    EXPECT_EQ(merge("c-1", "c-1").error().kind, FaultKind::rejected);
    EXPECT_EQ(merge("c-3", "c-2").error().kind, FaultKind::conflict);
    EXPECT_EQ(merge("c-2", "c-3").error().kind, FaultKind::rejected);
    EXPECT_EQ(merge("c-1", "c-9").error().kind, FaultKind::unsupported);
    const auto split = [&](const std::string& record, const std::string& other) {
        return life.engine->relink([&](Linking& linking) {
            return linking.split("customers", record, other, {"paul", ""});
        });
    };
    EXPECT_EQ(split("c-1", "c-3").error().kind, FaultKind::unsupported);
    EXPECT_TRUE(split("c-1", "c-2"));
    EXPECT_TRUE(split("c-1", "c-2"));
    ASSERT_TRUE(life.comes_to_rest());
}

TEST_F(UnlinkingTest, UnlinkingIsToldAndTheRuleDoesNotLinkAgain) {
    auto& life = begin();
    put("c-1", "anne");
    life.take({{"1", "t1", "anne", "one"}});
    ASSERT_TRUE(life.comes_to_rest());
    ASSERT_EQ(linked("anne"), "c-1");
    const auto unlink = [](Linking& linking) {
        return linking.unlink("customers", {"x", "", "id-anne"}, "c-1", {"paul", "it is her sister"});
    };

    say(unlink);
    say(unlink);

    EXPECT_THAT(world_.notes(), Contains("lost x:id-anne c-1 person").Times(1));
    life.take({{"2", "t2", "anne", "two"}});
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(linked("anne"), "Contacts-1");
    const auto nothing = life.engine->relink([](Linking& linking) {
        return linking.unlink("customers", {"x", "", "id-cleo"}, "c-1", {"paul", ""});
    });
    EXPECT_EQ(nothing.error().kind, FaultKind::unsupported);
}

TEST_F(UnlinkingTest, APersonsWordEndsAnEarlierLink) {
    auto& life = begin();
    put("c-1", "anne");
    put("c-2", "somebody");
    life.take({{"1", "t1", "anne", "one"}});
    ASSERT_TRUE(life.comes_to_rest());
    say([](Linking& linking) {
        return linking.link("customers", {"x", "", "id-anne"}, "c-2", {"paul", ""});
    });
    EXPECT_EQ(linked("anne"), "c-2");
    EXPECT_THAT(world_.notes(), Contains("lost x:id-anne c-1 linked with c-2"));
    EXPECT_THAT(world_.summary(), Contains("link t1 to ")) << "her case learns of the right one";
}

TEST_F(UnlinkingTest, WhatRestsOnALinkGoesWithIt) {
    auto& life = begin();
    put("c-1", "anne");
    const auto add = [&](const Identity& who, const std::string& rests_on) {
        ASSERT_TRUE(life.database->run([&](db::Unit& unit) -> Result<> {
            auto id = store::Links::append(unit, {.at = clock_.now(),
                                                  .kind = store::LinkKind::link,
                                                  .directory = "customers",
                                                  .identity = who,
                                                  .record = "c-1",
                                                  .rule = "with:whatsapp",
                                                  .rests_on = rests_on});
            if (!id) return id.error();
            return {};
        }));
    };
    add({"whatsapp", "", "1"}, "");
    add({"phone", "", "+33612345678"}, "whatsapp:1");
    add({"sms", "", "2"}, "phone:+33612345678");
    add({"x", "", "id-bob"}, "");
    say([](Linking& linking) {
        return linking.unlink("customers", {"whatsapp", "", "1"}, "c-1", {"paul", ""});
    });
    const auto left = life.read([](db::Reader& r) { return store::Links::of_record(r, "customers", "c-1"); });
    ASSERT_THAT(left, SizeIs(1));
    EXPECT_EQ(left[0].identity.text(), "x:id-bob");
    EXPECT_THAT(world_.notes(), SizeIs(3)) << "each of them is told";
}

TEST_F(UnlinkingTest, ARecordThatIsGoneTakesItsLinksAndForbidsNothing) {
    auto& life = begin();
    put("c-1", "anne");
    life.take({{"1", "t1", "anne", "one"}});
    ASSERT_TRUE(life.comes_to_rest());
    say([](Linking& linking) { return linking.gone("customers", "c-1"); });
    EXPECT_EQ(linked("anne"), "");
    EXPECT_THAT(world_.notes(), Contains("lost x:id-anne c-1 record gone"));
    life.take({{"2", "t2", "anne", "two"}});
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(linked("anne"), "c-1") << "should it be there again, it may be linked again";
}

TEST_F(UnlinkingTest, WrongSamplesSuspendTheirClass) {
    auto& life = begin();
    put("c-1", "anne");
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(life.database->run([&](db::Unit& unit) -> Result<> {
            auto asked = store::Reviews::ask(unit, {.directory = "customers",
                                                    .about = "sample|" + std::to_string(i),
                                                    .kind = store::ReviewKind::sample,
                                                    .identity = {"x", "", std::to_string(i)},
                                                    .person = "{}",
                                                    .verdict = "{}",
                                                    .evidence_class = "key:handle",
                                                    .candidates = R"(["c-1"])",
                                                    .created = clock_.now(),
                                                    .updated = clock_.now()});
            if (!asked) return asked.error();
            return {};
        }));
        say([&](Linking& linking) -> Result<> {
            auto out = linking.answer(store::ReviewId{i + 1}, {Word::reject, "", {"paul", ""}});
            if (!out) return out.error();
            return {};
        });
    }
    const auto classes = life.read([](db::Reader& r) { return store::Classes::list(r); });
    ASSERT_THAT(classes, SizeIs(1));
    EXPECT_EQ(classes[0].wrong, 3);
    EXPECT_TRUE(classes[0].suspended);
    EXPECT_THAT(life.log.of("match.class_suspended"), SizeIs(1));
    life.take({{"1", "t1", "anne", "one"}});
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(linked("anne"), "") << "a person is asked instead";
    EXPECT_THAT(open(), SizeIs(1));
}

}  // namespace
}  // namespace maillon::route
