#include "core/route/linking.h"

#include "core/store/links.h"
#include "core/store/reviews.h"
#include "tests/unit/route/life.h"

#include <boost/json/serialize.hpp>

namespace maillon::route {
namespace {

using store::Identity;
using store::ReviewState;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Word = ReviewAnswer::Word;

constexpr const char* kRoutes = R"(
routes:
  talk_to_case:
    from: x.message.received
    steps:
      - match: customers
        who: event.author
        none: { create: crm.Contacts, fields: { last_name: "${event.author.name}", twitter_c: "${event.author.handle}" } }
        unsure: WISH
      - conversation: support
        as: talk
      - call: crm.upsert
        as: case
        with: { module: Cases, key: { thread_c: "${talk.thread}" }, create: { name: "${event.text}" } }
      - call: crm.create
        with: { module: Notes, fields: { name: "${event.text}", parent_id: "${case.id}", contact_id: "${person.?id}" } }
  late_link:
    from: hub.link.added
    steps:
      - each: event.conversations
        as: talk
        key: talk.id
        steps:
          - call: crm.link
            with: { module: Cases, id: "${talk.tied['case'][0]}", link: contacts, ids: [ "${event.id}" ] }
  lost_link:
    from: hub.link.removed
    steps:
      - call: crm.create
        with: { module: Notes, fields: { name: "lost ${event.identity.text} ${event.id} ${event.rule}" } }
  new_person:
    from: hub.person.new
    steps:
      - call: crm.create
        with: { module: Notes, fields: { name: "new ${event.identity.text} ${event.person.?name.orValue('nameless')}" } }
  merged:
    from: [ hub.merge.proposed, hub.merge.undone ]
    steps:
      - call: crm.create
        with: { module: Notes, fields: { name: "${meta.type} ${event.id} ${event.other}" } }
      - call: x.reply
        with: { to: "1", text: "you are merged" }
)";

class LinkingTest : public RouteTest {
protected:
    Life& begin(const std::string& unsure = "go_on") {
        std::string text = std::string(kPreamble) + kRoutes;
        text.replace(text.find("WISH"), 4, unsure);
        auto& life = live(text);
        life.start();
        return life;
    }
    void put(const std::string& id, const std::string& handle) {
        const store::DirectoryRecord record{
            .id = id, .data = R"({"id":")" + id + "\"}", .keys = {{"handle_x", handle}}};
        ASSERT_TRUE(life_->database->run([&](db::Unit& unit) {
            return store::Directory::upsert(unit, "customers", std::span(&record, 1));
        }));
    }
    /// Anne may be c-1 or c-2, and has written on thread t1.
    Life& anne_is_asked_about(const std::string& unsure = "go_on") {
        auto& life = begin(unsure);
        put("c-1", "anne");
        put("c-2", "anne");
        life.take({{"1", "t1", "anne", "one"}});
        EXPECT_TRUE(life.comes_to_rest());
        return life;
    }
    Result<bool> answer(Word word, const std::string& record = {}, const std::string& by = "paul") {
        bool was_so = false;
        auto done = life_->engine->relink([&](Linking& linking) -> Result<> {
            auto out = linking.answer(store::ReviewId{1}, {word, record, {by, ""}});
            if (!out) return out.error();
            was_so = out->was_so_already;
            return {};
        });
        if (!done) return done.error();
        EXPECT_TRUE(life_->comes_to_rest());
        return was_so;
    }
    void say(const std::function<Result<>(Linking&)>& work) {
        auto done = life_->engine->relink(work);
        ASSERT_TRUE(done) << done.error().what;
        ASSERT_TRUE(life_->comes_to_rest());
    }
    std::string linked(const std::string& author) {
        const auto words = life_->read([&](db::Reader& reader) {
            return store::Links::of_identity(reader, "customers", {"x", "", "id-" + author});
        });
        std::string out;
        for (const auto& word : words) {
            if (word.is_linked()) out += (out.empty() ? "" : ",") + word.record;
        }
        return out;
    }
    std::vector<store::Review> open() {
        return life_->read([](db::Reader& reader) { return store::Reviews::list(reader, {}); });
    }
    /// Everything that is known of people now, to the last byte.
    std::string people() {
        std::string out;
        const auto add = [&](const auto&... parts) { ((out += std::string(parts) + '|'), ...); };
        for (const auto& one :
             life_->read([](db::Reader& r) { return store::Links::page(r, "customers", {}, 1000); })) {
            add(std::to_string(one.id.value()), std::to_string(millis(one.at)), one.identity.text(),
                one.record, one.rule, one.evidence_class, std::to_string(one.probability), one.verdict,
                one.decided_by, one.keys, one.rests_on);
            const auto standing = life_->read(
                [&](db::Reader& r) { return store::Links::standing_for(r, "customers", one.record); });
            add(standing, "\n");
        }
        for (const auto& one :
             life_->read([](db::Reader& r) { return store::Directory::page(r, "customers", "", 1000); })) {
            add(one.id, one.data, one.version);
            for (const auto& key : one.keys) add(key.field, key.value);
            out += '\n';
        }
        return out;
    }
};

TEST_F(LinkingTest, ACaseDoesNotWaitForTheAnswerAndGetsThePersonLater) {
    auto& life = anne_is_asked_about();
    EXPECT_THAT(world_.summary(), ElementsAre("case t1", "note 'one' on t1 by "));
    ASSERT_THAT(open(), SizeIs(1));
    life.take({{"2", "t2", "anne", "two"}});
    ASSERT_TRUE(life.comes_to_rest());
    ASSERT_THAT(open(), SizeIs(1)) << "the same question";

    ASSERT_TRUE(answer(Word::accept, "c-2"));

    EXPECT_EQ(linked("anne"), "c-2");
    EXPECT_THAT(world_.summary(), Contains("link t1 to "));
    EXPECT_THAT(world_.summary(), Contains("link t2 to "));
    EXPECT_THAT(open(), IsEmpty());
    life.take({{"3", "t3", "anne", "three"}});
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_THAT(life.steps_of(life.runs_of(life.journal->last_seq()->value()).at(0).id).front().result,
                HasSubstr(R"("id":"c-2")"));
}

TEST_F(LinkingTest, SayingItTwiceIsNoErrorAndSayingOtherwiseTellsWhoWasFirst) {
    auto& life = anne_is_asked_about();
    EXPECT_EQ(answer(Word::accept).error().kind, FaultKind::rejected) << "there are two candidates";
    EXPECT_FALSE(answer(Word::accept, "c-1").value());
    const auto events = life.journal->last_seq().value();
    EXPECT_TRUE(answer(Word::accept, "c-1", "mary").value());
    EXPECT_EQ(life.journal->last_seq().value(), events) << "nobody is told twice";
    const auto otherwise = answer(Word::accept, "c-2", "mary");
    ASSERT_FALSE(otherwise);
    EXPECT_EQ(otherwise.error().kind, FaultKind::conflict);
    EXPECT_THAT(otherwise.error().what, HasSubstr("answered by paul before: accepted c-1"));
    EXPECT_EQ(answer(Word::reject).error().kind, FaultKind::conflict);
    EXPECT_EQ(linked("anne"), "c-1");
}

TEST_F(LinkingTest, ANoIsForGood) {
    auto& life = anne_is_asked_about();
    ASSERT_TRUE(answer(Word::reject));
    life.take({{"2", "t2", "anne", "two"}});
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_THAT(open(), IsEmpty());
    EXPECT_EQ(linked("anne"), "Contacts-1") << "she is somebody else, and gets a record of her own";
    EXPECT_EQ(world_.count("Contacts"), 1u);
}

TEST_F(LinkingTest, ARunThatWaitsHoldsNoKeyAndGoesOnWithTheAnswer) {
    auto& life = anne_is_asked_about("wait");
    EXPECT_THAT(world_.summary(), IsEmpty());
    EXPECT_EQ(life.runs_of(1).at(0).state, store::RunState::waiting);
    EXPECT_THAT(life.runs_of(1).at(0).reason, HasSubstr("question 1 (several records)"));
    life.take({{"2", "t1", "bob", "two"}});
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_THAT(world_.notes(), ElementsAre("two")) << "on the same thread, and not held up";

    ASSERT_TRUE(answer(Word::accept, "c-1"));

    EXPECT_THAT(world_.notes(), ElementsAre("two", "one"));
    EXPECT_EQ(life.runs_of(1).at(0).state, store::RunState::finished);
    EXPECT_EQ(linked("anne"), "c-1");
}

TEST_F(LinkingTest, ARunThatWaitsMakesTheRecordThatAPersonWishesFor) {
    auto& life = anne_is_asked_about("wait");
    ASSERT_TRUE(answer(Word::is_new));
    EXPECT_EQ(world_.count("Contacts"), 1u);
    EXPECT_EQ(linked("anne"), "Contacts-1");
    EXPECT_EQ(life.runs_of(1).at(0).state, store::RunState::finished);
    EXPECT_THAT(world_.notes(), Contains("new x:id-anne Ms anne")) << "routes hear who it is";
}

TEST_F(LinkingTest, NobodyAnswersInTimeAndTheRunGoesOnWithoutThePerson) {
    auto& life = anne_is_asked_about("wait\n        within: 8h");
    clock_.advance(std::chrono::hours{9});
    life.engine->wake();
    ASSERT_TRUE(life.passes([&] { return life.runs_of(1).at(0).state == store::RunState::finished; }));
    EXPECT_THAT(world_.notes(), ElementsAre("one"));
    EXPECT_THAT(open(), SizeIs(1)) << "it can still be answered";
    const auto steps = life.steps_of(life.runs_of(1).at(0).id);
    EXPECT_EQ(steps.at(0).status, store::StepStatus::waiting);
    EXPECT_THAT(steps.at(1).detail, HasSubstr("nobody has decided in time"));
    ASSERT_TRUE(answer(Word::accept, "c-1"));
    EXPECT_THAT(world_.summary(), Contains("link t1 to "));
}

TEST_F(LinkingTest, AWaitingRunSurvivesARestart) {
    anne_is_asked_about("wait");
    auto& life = begin("wait");
    ASSERT_TRUE(answer(Word::accept, "c-2"));
    EXPECT_EQ(life.runs_of(1).at(0).state, store::RunState::finished);
    EXPECT_EQ(linked("anne"), "c-2");
}

TEST_F(LinkingTest, AnUnsureEventMayBeSkipped) {
    auto& life = anne_is_asked_about("skip");
    EXPECT_EQ(life.runs_of(1).at(0).state, store::RunState::dropped);
    EXPECT_THAT(life.runs_of(1).at(0).reason, HasSubstr("question 1"));
    EXPECT_THAT(open(), SizeIs(1));
}

TEST_F(LinkingTest, MergeThenUnmergeRestoresEverythingByteForByteAndSendsNothing) {
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

TEST_F(LinkingTest, MergesThatMakeNoSenseAreRefusedAndRepeatedOnesAreNoError) {
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

TEST_F(LinkingTest, UnlinkingIsToldAndTheRuleDoesNotLinkAgain) {
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

TEST_F(LinkingTest, APersonsWordEndsAnEarlierLink) {
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

TEST_F(LinkingTest, WhatRestsOnALinkGoesWithIt) {
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

TEST_F(LinkingTest, ARecordThatIsGoneTakesItsLinksAndForbidsNothing) {
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

TEST_F(LinkingTest, WrongSamplesSuspendTheirClass) {
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
