#include "core/store/scopes.h"

#include "core/journal/sql_journal.h"
#include "core/store/conversations.h"
#include "core/store/links.h"
#include "core/store/reviews.h"
#include "core/store/sightings.h"
#include "tests/unit/store/store_test.h"

namespace maillon::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ScopesTest : public StoreTest {
protected:
    const Identity plain_{"facebook", "", "7"}, paged_{"facebook", "1001", "7"};

    void link(const Identity& who, const std::string& directory = "customers", EventSeq event = {}) {
        ASSERT_TRUE(write([&](db::Unit& unit) {
            return Links::append(unit, {.at = now(),
                                        .directory = directory,
                                        .identity = who,
                                        .record = "r1",
                                        .rule = "key:email",
                                        .event = event});
        }));
    }
    ReviewId ask(const Identity& who) {
        return write([&](db::Unit& unit) {
                   return Reviews::ask(unit, {.directory = "customers",
                                              .about = "unsure|" + who.text() + "|r1",
                                              .identity = who,
                                              .created = now(),
                                              .updated = now()});
               })
            ->id;
    }
    EventSeq event_of(const std::string& connector) {
        SqlJournal journal(*database_);
        const Event event{{},
                          {.id = connector, .source = "/connectors/" + connector, .connector = connector},
                          Json::from(boost::json::object{})};
        return write([&](db::Unit& unit) { return journal.append(unit, std::span(&event, 1)); })->front().seq;
    }
    void move() {
        const auto done =
            write([&](db::Unit& unit) { return Scopes::move(unit, "customers", plain_, paged_); });
        ASSERT_TRUE(done) << done.error().what;
    }
    bool has(const Identity& who, const std::string& directory = "customers") {
        return read([&](db::Reader& reader) { return Scopes::has(reader, directory, who); }).value();
    }
    std::vector<std::string> scopes() {
        return read([](db::Reader& reader) { return Scopes::of(reader, "customers", "facebook", "7"); })
            .value();
    }
};

TEST_P(ScopesTest, AnIdIsKnownByWordsQuestionsAndSightings) {
    EXPECT_FALSE(has(plain_));
    EXPECT_THAT(scopes(), IsEmpty());

    link({"facebook", "3", "7"});
    link({"facebook", "1", "7"});
    link({"facebook", "2", "8"});
    link({"facebook", "9", "7"}, "others");
    link(plain_);
    ask({"facebook", "4", "7"});
    ASSERT_TRUE(write([&](db::Unit& unit) {
        return Sightings::value(unit, {"facebook", "5", "7"}, {"email", "a@example.com"}, now(), 5);
    }));
    ASSERT_TRUE(write([&](db::Unit& unit) {
        return Sightings::name(unit, {"facebook", "6", "7"}, "anne", now());
    }));

    EXPECT_TRUE(has(plain_));
    EXPECT_FALSE(has(plain_, "others"));
    EXPECT_THAT(scopes(), ElementsAre("1", "3", "4", "5", "6"));
}

TEST_P(ScopesTest, WhoToldOfAnIdIsReadFromTheEventsThatAreStillThere) {
    link(plain_, "customers", event_of("shop"));
    link(plain_, "customers", event_of("hub"));
    link(plain_, "customers", EventSeq{4711});

    const auto tellers =
        read([&](db::Reader& reader) { return Scopes::tellers(reader, "customers", plain_); });

    EXPECT_THAT(*tellers, ElementsAre("shop"));
}

TEST_P(ScopesTest, AllThatStoodUnderOneNameStandsUnderTheOther) {
    link(plain_);
    const auto question = ask(plain_);
    ASSERT_TRUE(write([&](db::Unit& unit) -> Result<void> {
        auto rested = Links::append(unit, {.at = now(),
                                           .directory = "customers",
                                           .identity = {"phone", "", "+33612345678"},
                                           .record = "r1",
                                           .rests_on = "facebook:7"});
        if (!rested) return rested.error();
        auto done = Sightings::value(unit, plain_, {"email", "a@example.com"}, now(), 5);
        if (done) done = Sightings::name(unit, plain_, "anne", now());
        if (!done) return done;
        auto tied = Conversations::add_ref(unit, ConversationId{1}, {"identity", "facebook:7"});
        if (!tied) return tied.error();
        tied = Conversations::add_ref(unit, ConversationId{1}, {"crm.Cases", "facebook:7"});
        if (!tied) return tied.error();
        return {};
    }));

    move();

    EXPECT_FALSE(has(plain_));
    const auto words =
        read([&](db::Reader& reader) { return Links::of_record(reader, "customers", "r1"); }).value();
    ASSERT_THAT(words, SizeIs(2));
    EXPECT_EQ(words[0].identity, paged_);
    EXPECT_EQ(words[1].rests_on, "facebook/1001:7");
    const auto asked = read([&](db::Reader& reader) { return Reviews::by_id(reader, question); }).value();
    EXPECT_EQ(asked->identity, paged_);
    EXPECT_EQ(asked->about, "unsure|facebook/1001:7|r1");
    EXPECT_THAT(read([&](db::Reader& reader) { return Sightings::values(reader, paged_); }).value(),
                SizeIs(1));
    EXPECT_THAT(read([&](db::Reader& reader) { return Sightings::names(reader, paged_); }).value(),
                SizeIs(1));
    const auto refs = read([](db::Reader& reader) { return Conversations::refs(reader, ConversationId{1}); });
    EXPECT_THAT(*refs, testing::UnorderedElementsAre(ConversationRef{"identity", "facebook/1001:7"},
                                                     ConversationRef{"crm.Cases", "facebook:7"}));
}

TEST_P(ScopesTest, WhatStandsUnderBothNamesAlreadyIsNoTrouble) {
    link(plain_);
    link(paged_);
    const auto before = ask(plain_), after = ask(paged_);
    for (const auto& who : {plain_, paged_}) {
        ASSERT_TRUE(write([&](db::Unit& unit) {
            return Sightings::value(unit, who, {"email", "a@example.com"}, now(), 5);
        }));
        ASSERT_TRUE(write([&](db::Unit& unit) {
            return Conversations::add_ref(unit, ConversationId{1}, {"identity", who.text()});
        }));
    }

    move();
    move();

    const auto of = [&](ReviewId id) {
        return read([&](db::Reader& reader) { return Reviews::by_id(reader, id); }).value()->identity;
    };
    EXPECT_EQ(of(before), plain_) << "it is answered as it was asked";
    EXPECT_EQ(of(after), paged_);
    EXPECT_THAT(read([&](db::Reader& reader) { return Sightings::values(reader, plain_); }).value(),
                IsEmpty());
    EXPECT_THAT(read([](db::Reader& r) { return Conversations::refs(r, ConversationId{1}); }).value(),
                SizeIs(1));
}

MAILLON_ON_EVERY_STORE(ScopesTest);

}  // namespace
}  // namespace maillon::store
