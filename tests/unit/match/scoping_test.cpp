#include "core/journal/sql_journal.h"
#include "core/store/conversations.h"
#include "tests/unit/match/people_fixture.h"

namespace maillon::match {
namespace {

using store::LinkKind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

/// People of two pages, some of whom were known before their pages were told.
class ScopingTest : public PeopleTest {
protected:
    ScopingTest() {
        add_fields(directory_, {{"id_facebook", "facebook_c"}});
        configure();
    }
    /// An event that a connector brought; people turn up in it.
    EventSeq event_of(const std::string& connector) {
        SqlJournal journal(*database_);
        const Event event{{},
                          {.id = "e" + std::to_string(++events_),
                           .source = "/connectors/" + connector,
                           .connector = connector},
                          Json::from(boost::json::object{})};
        const auto appended =
            write([&](db::Unit& unit) { return journal.append(unit, std::span(&event, 1)); });
        EXPECT_TRUE(appended) << appended.error().what;
        return appended->front().seq;
    }
    std::string told(const std::string& connector, const std::string& person) {
        const auto seq = event_of(connector);
        const auto out = write([&](db::Unit& unit) {
            return Decider(*keys_, nullptr)
                .decide(unit, {person_of(Json::parse(person).value(), *keys_), seq, now(), connector});
        });
        EXPECT_TRUE(out) << out.error().what;
        if (!out) return "fault";
        std::string text = out->kind == Decision::Kind::linked   ? "linked " + out->record.id
                           : out->kind == Decision::Kind::unsure ? "unsure"
                                                                 : "none";
        return text + " as " + out->who.text();
    }
    static std::string on(const std::string& page, const std::string& id, const std::string& more = {}) {
        return R"({"network":"facebook","id":")" + id + '"' +
               (page.empty() ? "" : R"(,"scope":")" + page + '"') + (more.empty() ? "" : "," + more) + "}";
    }

    int events_ = 0;
};

TEST_F(ScopingTest, WhoWasKnownBeforeTheirPageWasToldIsTakenUpByIt) {
    put("r1", R"({"email1":"anne@example.com"})");
    ASSERT_EQ(told("shop", on("", "7", R"("email":"anne@example.com")")), "linked r1 as facebook:7");

    EXPECT_EQ(told("shop", on("1001", "7")), "linked r1 as facebook/1001:7");

    EXPECT_THAT(identities_of("r1"), ElementsAre("facebook/1001:7")) << "one person, one identity";
    EXPECT_EQ(told("shop", on("1001", "7")), "linked r1 as facebook/1001:7");
}

TEST_F(ScopingTest, TheSameIdOnAnotherPageIsSomebodyElse) {
    put("r1", R"({"email1":"anne@example.com"})");
    ASSERT_EQ(told("shop", on("1001", "7", R"("email":"anne@example.com")")), "linked r1 as facebook/1001:7");

    EXPECT_EQ(told("service", on("1002", "7")), "none as facebook/1002:7");
    EXPECT_EQ(told("shop", on("1001", "7")), "linked r1 as facebook/1001:7");
    EXPECT_THAT(questions(), IsEmpty());
}

TEST_F(ScopingTest, WhoWasKnownBeforeIsNotTakenUpByThePageOfAnotherConnector) {
    put("r1", R"({"email1":"anne@example.com"})");
    ASSERT_EQ(told("shop", on("", "7", R"("email":"anne@example.com")")), "linked r1 as facebook:7");

    EXPECT_EQ(told("service", on("1002", "7")), "none as facebook/1002:7");
    EXPECT_EQ(told("shop", on("1001", "7")), "linked r1 as facebook/1001:7");
}

TEST_F(ScopingTest, WhoseEventIsForgottenIsTakenUpByWhoComesFirst) {
    put("r1", R"({"email1":"anne@example.com"})");
    say(LinkKind::link, {"facebook", "", "7"}, "r1");

    EXPECT_EQ(told("service", on("1002", "7")), "linked r1 as facebook/1002:7");
    EXPECT_EQ(told("shop", on("1001", "7")), "none as facebook/1001:7");
}

TEST_F(ScopingTest, AnEventOfBeforeFindsWhoHasBeenTakenUp) {
    put("r1", R"({"email1":"anne@example.com"})");
    ASSERT_EQ(told("shop", on("1001", "7", R"("email":"anne@example.com")")), "linked r1 as facebook/1001:7");

    EXPECT_EQ(told("shop", on("", "7")), "linked r1 as facebook/1001:7") << "a run of before the upgrade";
    EXPECT_EQ(told("hub", on("", "7")), "linked r1 as facebook/1001:7") << "a route emitted it";
    EXPECT_EQ(told("service", on("", "7")), "none as facebook:7");
}

TEST_F(ScopingTest, WithoutAPageOneOfSeveralIsNeverGuessed) {
    put("r1", R"({"email1":"anne@example.com"})");
    put("r2", R"({"email1":"bob@example.com"})");
    ASSERT_EQ(told("shop", on("1001", "7", R"("email":"anne@example.com")")), "linked r1 as facebook/1001:7");
    ASSERT_EQ(told("service", on("1002", "7", R"("email":"bob@example.com")")),
              "linked r2 as facebook/1002:7");

    EXPECT_EQ(told("hub", on("", "7")), "none as facebook:7");
    EXPECT_EQ(told("service", on("", "7")), "linked r2 as facebook/1002:7") << "its connector tells";
}

TEST_F(ScopingTest, AQuestionOfBeforeStaysTheOneQuestion) {
    put("r1", R"({"email1":"anne@example.com","first_name":"Anne","last_name":"Martin"})");
    const std::string bob = R"("name":"Bob Dupont","email":"anne@example.com")";
    ASSERT_EQ(told("shop", on("", "7", bob)), "unsure as facebook:7");

    EXPECT_EQ(told("shop", on("1001", "7", bob)), "unsure as facebook/1001:7");

    ASSERT_THAT(questions(), SizeIs(1));
    EXPECT_EQ(questions()[0].identity.text(), "facebook/1001:7");
    EXPECT_EQ(questions()[0].asked, 2);
    EXPECT_EQ(questions()[0].about, "unsure|facebook/1001:7|r1");
}

TEST_F(ScopingTest, APersonsNoOfBeforeHolds) {
    put("r1", R"({"email1":"anne@example.com"})");
    const auto anne = on("", "7", R"("email":"anne@example.com")");
    say(LinkKind::reject, {"facebook", "", "7"}, "r1",
        R"({"person":["email=anne@example.com","id_facebook=7"],"record":["email=anne@example.com"]})");
    ASSERT_EQ(told("shop", anne), "none as facebook:7");

    EXPECT_EQ(told("shop", on("1001", "7", R"("email":"anne@example.com")")), "none as facebook/1001:7");
}

TEST_F(ScopingTest, TheAddressOfOnePersonDoesNotCountTwice) {
    directory_.match.shared["email"] = 1;
    configure();
    ASSERT_EQ(told("shop", on("", "7", R"("email":"anne@example.com")")), "none as facebook:7");
    put("r1", R"({"email1":"anne@example.com"})");

    EXPECT_EQ(told("shop", on("1001", "7", R"("email":"anne@example.com")")), "linked r1 as facebook/1001:7");
}

TEST_F(ScopingTest, ConversationsFollow) {
    put("r1", R"({"email1":"anne@example.com"})");
    ASSERT_EQ(told("shop", on("", "7", R"("email":"anne@example.com")")), "linked r1 as facebook:7");
    const auto talk = write([&](db::Unit& unit) {
                          return store::Conversations::get_or_open(
                              unit, {.name = "support", .instance = "shop", .thread = "7", .opened = now()});
                      }).value();
    ASSERT_TRUE(write([&](db::Unit& unit) {
        return store::Conversations::add_ref(unit, talk.row.id, {"identity", "facebook:7"});
    }));

    ASSERT_EQ(told("shop", on("1001", "7")), "linked r1 as facebook/1001:7");

    const auto tied = read([&](db::Reader& reader) {
        return store::Conversations::by_ref(reader, "", {"identity", "facebook/1001:7"}, 10);
    });
    EXPECT_THAT(*tied, SizeIs(1));
}

TEST_F(ScopingTest, WhatRestedOnTheIdentityRestsOnItStill) {
    put("r1", R"({"phone_mobile":"+33612345678"})");
    const std::string without = R"({"network":"whatsapp","id":"7","phone":"+33612345678"})";
    ASSERT_EQ(told("wa", without), "linked r1 as whatsapp:7");
    ASSERT_THAT(identities_of("r1"), UnorderedElementsAre("whatsapp:7", "phone:+33612345678"));

    ASSERT_EQ(told("wa", R"({"network":"whatsapp","scope":"firm","id":"7"})"),
              "linked r1 as whatsapp/firm:7");

    const auto links =
        read([](db::Reader& r) { return store::Links::of_record(r, "customers", "r1"); }).value();
    ASSERT_THAT(links, SizeIs(2));
    EXPECT_EQ(links[0].identity.text(), "whatsapp/firm:7");
    EXPECT_EQ(links[1].rests_on, "whatsapp/firm:7");
}

TEST_F(ScopingTest, ARecordsIdIsTheFirstOnesWhoComesWithIt) {
    put("r1", R"({"facebook_c":"7"})");
    EXPECT_EQ(told("shop", on("1001", "7")), "linked r1 as facebook/1001:7");
    EXPECT_EQ(told("service", on("1002", "7")), "none as facebook/1002:7")
        << "the id in the record is the one of the other page";
}

TEST_F(ScopingTest, ARecordMaySayOfWhichPageItsIdIs) {
    add_fields(directory_, {{"id_facebook/1002", "facebook_service_c"}});
    configure();
    put("r1", R"({"facebook_service_c":"7"})");
    EXPECT_EQ(told("shop", on("1001", "7")), "none as facebook/1001:7");
    EXPECT_EQ(told("service", on("1002", "7")), "linked r1 as facebook/1002:7");
}

}  // namespace
}  // namespace maillon::match
