// The tests that reference notes ask for where identity is concerned, each named after what it asks.
#include "tests/unit/match/people_fixture.h"

namespace maillon::match {
namespace {

using store::LinkKind;
using store::ReviewKind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class IdentityTest : public PeopleTest {
protected:
    static std::string whatsapp(const std::string& id, const std::string& phone,
                                const std::string& name = "Anne Martin") {
        std::string out = R"({"network":"whatsapp","scope":"business-1","name":")" + name + '"';
        if (!id.empty()) out += R"(,"id":")" + id + '"';
        if (!phone.empty()) out += R"(,"phone":")" + phone + '"';
        return out + '}';
    }
    void anne() {
        put("anne", R"({"first_name":"Anne","last_name":"Martin","phone_mobile":"+33612345678"})");
    }
};

TEST_F(IdentityTest, TenThousandEventsThatShareInfoGiveOneQuestionAndNoClusterAboveTheCap) {
    put("r1", R"({"email1":"info@example.com","last_name":"Example Ltd"})");
    auto done = database_->run([&](db::Unit& unit) -> Result<> {
        for (int i = 0; i < 10'000; ++i) {
            const auto person = Json::from({{"network", "x"},
                                            {"id", std::to_string(1000 + i)},
                                            {"name", "Visitor"},
                                            {"email", "info@example.com"}});
            const auto decision =
                Decider(*keys_, nullptr).decide(unit, {person_of(person, *keys_), EventSeq{i + 1}, now()});
            if (!decision) return decision.error();
            EXPECT_NE(decision->kind, Decision::Kind::linked);
        }
        return {};
    });
    ASSERT_TRUE(done) << done.error().what;
    ASSERT_THAT(questions(), SizeIs(1));
    EXPECT_EQ(questions()[0].asked, 10'000);
    EXPECT_EQ(questions()[0].kind, ReviewKind::shared);
    EXPECT_THAT(identities_of("r1"), IsEmpty());
}

TEST_F(IdentityTest, TenThousandEventsThatShareAnyAddressStayBelowTheCapToo) {
    put("r1", R"({"email1":"a.martin@example.com"})");
    auto done = database_->run([&](db::Unit& unit) -> Result<> {
        for (int i = 0; i < 10'000; ++i) {
            const auto person = Json::from(
                {{"network", "x"}, {"id", std::to_string(1000 + i)}, {"email", "a.martin@example.com"}});
            const auto decision =
                Decider(*keys_, nullptr).decide(unit, {person_of(person, *keys_), EventSeq{i + 1}, now()});
            if (!decision) return decision.error();
        }
        return {};
    });
    ASSERT_TRUE(done) << done.error().what;
    EXPECT_THAT(questions(), SizeIs(1));
    EXPECT_LE(identities_of("r1").size(), 8u);
    const auto seen = read([](db::Reader& r) {
                          return store::Sightings::others(r, {}, {"email", "a.martin@example.com"}, 100'000);
                      }).value();
    EXPECT_LE(seen, 6) << "nor does the store remember each of them";
}

TEST_F(IdentityTest, PhoneOnly) {
    anne();
    EXPECT_EQ(who_is(whatsapp("", "+33 6 12 34 56 78")), "linked anne");
    EXPECT_EQ(who_is(whatsapp("", "+33 6 99 99 99 98")), "none");
}

TEST_F(IdentityTest, ScopedIdOnly) {
    anne();
    EXPECT_EQ(who_is(whatsapp("FR.1", "")), "none") << "nobody knows it yet";
    ASSERT_EQ(who_is(whatsapp("FR.1", "+33612345678")), "linked anne");
    EXPECT_EQ(who_is(whatsapp("FR.1", "")), "linked anne");
}

TEST_F(IdentityTest, Both) {
    anne();
    EXPECT_EQ(who_is(whatsapp("FR.1", "+33612345678")), "linked anne");
    EXPECT_THAT(identities_of("anne"), UnorderedElementsAre("whatsapp/business-1:FR.1", "phone:+33612345678"))
        << "the network has made sure of the number";
}

TEST_F(IdentityTest, IdKnownPhoneNew) {
    anne();
    ASSERT_EQ(who_is(whatsapp("FR.1", "+33612345678")), "linked anne");
    EXPECT_EQ(who_is(whatsapp("FR.1", "+33698765432")), "linked anne");
    EXPECT_EQ(who_is(whatsapp("", "+33698765432")), "linked anne") << "her new number is hers";
    EXPECT_THAT(questions(), IsEmpty());
}

TEST_F(IdentityTest, PhoneKnownIdNew) {
    anne();
    ASSERT_EQ(who_is(whatsapp("FR.1", "+33698765432")), "none");
    ASSERT_EQ(who_is(whatsapp("FR.2", "+33612345678")), "linked anne");
    EXPECT_EQ(who_is(whatsapp("FR.3", "+33612345678")), "linked anne") << "a new account, the same number";
    EXPECT_EQ(who_is(whatsapp("FR.4", "+33612345678", "Bob")), "unsure anne") << "a name that contradicts it";
}

TEST_F(IdentityTest, PhoneMovedToAnotherPerson) {
    anne();
    put("bob", R"({"first_name":"Bob","last_name":"Durand","phone_mobile":"+33698765432"})");
    ASSERT_EQ(who_is(whatsapp("FR.1", "+33612345678")), "linked anne");
    ASSERT_EQ(who_is(whatsapp("FR.2", "+33698765432", "Bob Durand")), "linked bob");
    EXPECT_EQ(who_is(whatsapp("FR.2", "+33612345678", "Bob Durand")), "linked bob")
        << "his id says who he is, whatever number he has now";
    ASSERT_THAT(questions(ReviewKind::moved), SizeIs(1));
    EXPECT_EQ(who_is(whatsapp("", "+33612345678", "")), "unsure anne")
        << "until somebody has said whose the number is";
    EXPECT_EQ(who_is(whatsapp("FR.1", "+33612345678")), "linked anne");
    EXPECT_THAT(questions(ReviewKind::moved), SizeIs(1));
}

TEST_F(IdentityTest, MobilesOfBrazilMexicoAndArgentinaAreFoundUnderTheirOtherForms) {
    put("br", R"({"phone_mobile":"+55 11 98765-4321"})");
    put("mx", R"({"phone_mobile":"+52 1 55 4123 4567"})");
    put("ar", R"({"phone_mobile":"+54 9 11 6123-4567"})");
    EXPECT_EQ(who_is(whatsapp("", "+551187654321", "")), "linked br") << "before the ninth digit";
    EXPECT_EQ(who_is(whatsapp("", "+525541234567", "")), "linked mx") << "without the 1 of before 2019";
    EXPECT_EQ(who_is(whatsapp("", "+541161234567", "")), "linked ar") << "without the mobiles' 9";
}

TEST_F(IdentityTest, ALandLineOfBrazilGainsNoDigit) {
    put("land", R"({"phone_mobile":"+55 11 3123-4567"})");
    EXPECT_EQ(who_is(whatsapp("", "+551131234567", "")), "linked land");
    EXPECT_EQ(who_is(whatsapp("", "+5511931234567", "")), "none");
}

TEST_F(IdentityTest, ANumberThatNobodyUsedForAYearMayBeAnotherPersonsByNow) {
    anne();
    ASSERT_EQ(who_is(whatsapp("FR.1", "+33612345678")), "linked anne");
    clock_.advance(std::chrono::hours{24 * 400});
    EXPECT_EQ(who_is(whatsapp("FR.5", "+33612345678", "")), "unsure anne");
    EXPECT_EQ(who_is(whatsapp("FR.6", "+33612345678", "Anne Martin")), "linked anne")
        << "she says so herself";
}

}  // namespace
}  // namespace maillon::match
