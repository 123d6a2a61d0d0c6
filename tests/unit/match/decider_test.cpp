#include "core/match/bans.h"
#include "tests/unit/match/people_fixture.h"

namespace maillon::match {
namespace {

using store::LinkKind;
using store::ReviewKind;
using store::ReviewState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DeciderTest : public PeopleTest {};

TEST_F(DeciderTest, NobodyIsFoundWithoutKeysOrUnderOtherOnes) {
    put("r1", R"({"twitter_id_c":"4711"})");
    EXPECT_EQ(who_is(R"({"network":"x"})"), "none");
    EXPECT_EQ(who_is(R"({"network":"x","id":"4712"})"), "none");
    EXPECT_EQ(who_is(R"({"network":"facebook","id":"4711"})"), "none");
    EXPECT_THAT(questions(), IsEmpty());
}

TEST_F(DeciderTest, AKeyLinksOnceAndTheLinkSaysWhy) {
    put("r1", R"({"email1":"anne@example.com","first_name":"Anne","last_name":"Martin"})");
    const std::string anne = R"({"network":"x","id":"4711","name":"Anne M.","email":"Anne@Example.com"})";
    EXPECT_EQ(who_is(anne), "linked r1");
    EXPECT_EQ(ask(anne).matched_by, "email");
    EXPECT_THAT(identities_of("r1"), ElementsAre("x:4711"))
        << "what somebody claims is no identity of theirs";
    const auto history = read([](db::Reader& reader) {
                             return store::Links::history(reader, "customers", {"x", "", "4711"});
                         }).value();
    ASSERT_THAT(history, SizeIs(1));
    EXPECT_EQ(history[0].rule, "key:email");
    EXPECT_EQ(history[0].evidence_class, "key:email");
    EXPECT_THAT(history[0].verdict, HasSubstr(R"("left":"anne@example.com")"));
    EXPECT_EQ(history[0].event, EventSeq{1});
}

TEST_F(DeciderTest, WhoIsLinkedStaysLinkedWhenTheKeyGoes) {
    put("r1", R"({"email1":"anne@example.com"})");
    ASSERT_EQ(who_is(R"({"network":"x","id":"4711","email":"anne@example.com"})"), "linked r1");
    put("r1", R"({"email1":"anne@elsewhere.com"})");
    EXPECT_EQ(who_is(R"({"network":"x","id":"4711"})"), "linked r1");
    remove("r1");
    EXPECT_EQ(who_is(R"({"network":"x","id":"4711"})"), "none") << "a record that is gone is nobody";
}

TEST_F(DeciderTest, AKeyNeverLinksAgainstANameThatContradictsIt) {
    put("r1", R"({"email1":"anne@example.com","first_name":"Anne","last_name":"Martin"})");
    EXPECT_EQ(who_is(R"({"network":"x","id":"1","name":"Bob Dupont","email":"anne@example.com"})"),
              "unsure r1");
    EXPECT_EQ(questions().at(0).rule, "name conflict");
    EXPECT_EQ(who_is(R"({"network":"x","id":"2","name":"🌞 sunny_77","email":"anne@example.com"})"),
              "linked r1")
        << "that is no name";
}

TEST_F(DeciderTest, TwoRecordsUnderOnePersonsKeysAreNeverGuessed) {
    put("r1", R"({"twitter_id_c":"4711"})");
    put("r2", R"({"email1":"anne@example.com"})");
    const std::string anne = R"({"network":"x","id":"4711","email":"anne@example.com"})";
    EXPECT_EQ(who_is(anne), "unsure r1,r2");
    EXPECT_EQ(who_is(anne), "unsure r1,r2");
    ASSERT_THAT(questions(), SizeIs(1)) << "one question, however often it is asked";
    EXPECT_EQ(questions()[0].asked, 2);
}

TEST_F(DeciderTest, OfThoseWhoShareAnAddressTheNameTells) {
    put("r1", R"({"email1":"family@example.com","first_name":"Anne","last_name":"Martin"})");
    put("r2", R"({"email1":"family@example.com","first_name":"Bob","last_name":"Durand"})");
    EXPECT_EQ(who_is(R"({"network":"x","id":"1","name":"Bob","email":"family@example.com"})"), "linked r2");
    EXPECT_EQ(who_is(R"({"network":"x","id":"2","name":"Cleo","email":"family@example.com"})"),
              "unsure r1,r2");
}

TEST_F(DeciderTest, AnAddressThatMoreHaveThanIsAllowedIsAskedAboutOnce) {
    put("r1", R"({"email1":"desk@example.com"})");
    for (int i = 1; i <= 5; ++i)
        EXPECT_EQ(who_is(R"({"network":"x","id":")" + std::to_string(i) + R"(","email":"desk@example.com"})"),
                  "linked r1");
    EXPECT_EQ(who_is(R"({"network":"x","id":"6","email":"desk@example.com"})"), "unsure r1");
    EXPECT_EQ(who_is(R"({"network":"x","id":"7","email":"desk@example.com"})"), "unsure r1");
    EXPECT_EQ(who_is(R"({"network":"x","id":"1","email":"desk@example.com"})"), "linked r1");
    ASSERT_THAT(questions(), SizeIs(1));
    EXPECT_EQ(questions()[0].kind, ReviewKind::shared);
    EXPECT_EQ(questions()[0].identity.text(), "email:desk@example.com");
}

TEST_F(DeciderTest, PlaceholdersAreNoKeys) {
    put("r1", R"({"email1":"test@example.com","phone_mobile":"0000000000","twitter_id_c":"0"})");
    EXPECT_EQ(who_is(R"({"network":"x","id":"0","email":"test@example.com","phone":"00 00 00 00 00"})"),
              "none");
    EXPECT_THAT(questions(), IsEmpty());
}

TEST_F(DeciderTest, AFreedNameThatAnotherTakesInheritsNothing) {
    put("r1", R"({"twitter_c":"anne"})");
    ASSERT_EQ(who_is(R"({"network":"x","id":"4711","handle":"anne"})"), "linked r1");
    ASSERT_EQ(who_is(R"({"network":"x","id":"4711","handle":"anna"})"), "linked r1")
        << "only the name is new";
    EXPECT_EQ(who_is(R"({"network":"x","id":"9999","handle":"anne"})"), "unsure r1");
    EXPECT_EQ(questions().at(0).rule, "name taken over");
    EXPECT_THAT(identities_of("r1"), ElementsAre("x:4711"));
}

TEST_F(DeciderTest, AnIdCountsInItsScopeOnly) {
    put("r1", R"({"email1":"anne@example.com"})");
    ASSERT_EQ(who_is(R"({"network":"facebook","scope":"page-1","id":"7","email":"anne@example.com"})"),
              "linked r1");
    EXPECT_EQ(who_is(R"({"network":"facebook","scope":"page-1","id":"7"})"), "linked r1");
    EXPECT_EQ(who_is(R"({"network":"facebook","scope":"page-2","id":"7"})"), "none");
    EXPECT_EQ(who_is(R"({"network":"facebook","id":"7"})"), "linked r1") << "there is no other one";
}

TEST_F(DeciderTest, APersonsNoHoldsUntilAKeyOfEitherSideChanges) {
    put("r1", R"({"email1":"anne@example.com"})");
    const std::string anne = R"({"network":"x","id":"4711","email":"anne@example.com"})";
    const auto ban = [&] {
        const auto record =
            read([](db::Reader& r) { return store::Directory::get(r, "customers", "r1"); }).value();
        return keys_of_pair(person_of(Json::parse(anne).value(), *keys_), *record);
    };
    say(LinkKind::reject, {"x", "", "4711"}, "r1", ban());
    EXPECT_EQ(who_is(anne), "none");
    EXPECT_EQ(who_is(R"({"network":"x","id":"4711","handle":"annek","email":"anne@example.com"})"),
              "linked r1")
        << "the name is a key that was not known";
    say(LinkKind::unlink, {"x", "", "4711"}, "r1", ban());
    EXPECT_EQ(who_is(anne), "none");
    put("r1", R"({"email1":"anne@example.com","phone_mobile":"+33612345678"})");
    EXPECT_EQ(who_is(anne), "linked r1") << "the record has a new one";
}

TEST_F(DeciderTest, ARecordGetsNoMoreIdentitiesThanAPersonHas) {
    directory_.match.identities = 2;
    configure();
    put("r1", R"({"email1":"a@example.com","phone_mobile":"+33612345678"})");
    EXPECT_EQ(who_is(R"({"network":"x","id":"1","email":"a@example.com"})"), "linked r1");
    EXPECT_EQ(who_is(R"({"network":"y","id":"2","email":"a@example.com"})"), "linked r1");
    EXPECT_EQ(who_is(R"({"network":"z","id":"3","email":"a@example.com"})"), "unsure r1");
    EXPECT_EQ(who_is(R"({"network":"w","id":"4","phone":"+33612345678"})"), "unsure r1");
    ASSERT_THAT(questions(), SizeIs(1)) << "about the record, not about each";
    EXPECT_EQ(questions()[0].kind, ReviewKind::full);
    EXPECT_THAT(identities_of("r1"), SizeIs(2));
}

TEST_F(DeciderTest, OnlyPermittedClassesLink) {
    directory_.match.classes = {{"key:id", {}}};
    configure();
    put("r1", R"({"email1":"a@example.com","twitter_id_c":"4711"})");
    EXPECT_EQ(who_is(R"({"network":"y","id":"2","email":"a@example.com"})"), "unsure r1");
    EXPECT_EQ(who_is(R"({"network":"x","id":"4711"})"), "linked r1");
}

TEST_F(DeciderTest, AShareOfTheLinksIsLookedAtAndNothingWaitsForThat) {
    directory_.match.sample = 1;
    configure();
    put("r1", R"({"email1":"a@example.com"})");
    EXPECT_EQ(who_is(R"({"network":"y","id":"2","email":"a@example.com"})"), "linked r1");
    ASSERT_THAT(questions(ReviewKind::sample), SizeIs(1));
    EXPECT_EQ(questions()[0].evidence_class, "key:email");
}

TEST_F(DeciderTest, ASuspendedClassAsksInsteadOfLinking) {
    put("r1", R"({"email1":"a@example.com"})");
    ASSERT_TRUE(write([&](db::Unit& unit) {
        return store::Classes::put(unit, {"customers", "key:email", 10, 5, now()});
    }));
    const auto decision = ask(R"({"network":"y","id":"2","email":"a@example.com"})");
    EXPECT_EQ(decision.kind, Decision::Kind::unsure);
    EXPECT_THAT(decision.suspended, ElementsAre("key:email"));
    EXPECT_EQ(questions().at(0).rule, "key:email is suspended");
}

TEST_F(DeciderTest, AKeyThatComesLaterAnswersTheQuestion) {
    put("r1", R"({"email1":"a@example.com","first_name":"Anne","last_name":"Martin"})");
    put("r2", R"({"email1":"a@example.com","first_name":"Bob","last_name":"Durand"})");
    ASSERT_EQ(who_is(R"({"network":"y","id":"2","email":"a@example.com"})"), "unsure r1,r2");
    const auto asked = questions().at(0).id;
    const auto decision = ask(R"({"network":"y","id":"2","email":"a@example.com","name":"Anne Martin"})");
    EXPECT_EQ(decision.record.id, "r1");
    EXPECT_THAT(decision.answered, ElementsAre(asked));
    ASSERT_THAT(decision.late, SizeIs(1)) << "whoever went on without her is told";
    EXPECT_THAT(questions(), IsEmpty());
    const auto item = read([&](db::Reader& r) { return store::Reviews::by_id(r, asked); }).value();
    EXPECT_EQ(item->state, ReviewState::superseded);
}

/// What a model would say.
class FixedJudge final : public Judge {
public:
    explicit FixedJudge(Verdict verdict) : verdict_(std::move(verdict)) {}
    Result<Verdict> judge(db::Session&, const Person&) const override { return verdict_; }
    void put(std::span<const store::DirectoryRecord>) override {}
    void remove(std::span<const std::string>) override {}

private:
    Verdict verdict_;
};

Verdict scored(double probability, double margin, std::vector<std::string> ids) {
    Verdict out{.kind = Verdict::Kind::link, .rule = "score", .margin_bits = margin, .model = "m-1"};
    for (const auto& id : ids)
        out.candidates.push_back(
            {.record_id = id, .probability = probability, .evidence_class = "name+city"});
    return out;
}

TEST_F(DeciderTest, AModelLinksWithinTheDirectorysLimits) {
    put("r1", "{}");
    put("r2", "{}");
    const auto said = [&](const Verdict& verdict, const std::string& id) {
        const FixedJudge judge(verdict);
        scorer_ = &judge;
        auto out = who_is(R"({"network":"y","id":")" + id + "\"}");
        scorer_ = nullptr;
        return out;
    };
    EXPECT_EQ(said(scored(0.999, 20, {"r1", "r2"}), "1"), "linked r1");
    EXPECT_EQ(said(scored(0.99, 20, {"r1", "r2"}), "2"), "unsure r1,r2") << "not sure enough";
    EXPECT_EQ(said(scored(0.999, 3, {"r1", "r2"}), "3"), "unsure r1,r2") << "too near the second";
    EXPECT_EQ(said(scored(0.999, 0, {"r1"}), "4"), "linked r1") << "there is no second";
    EXPECT_EQ(said(scored(0.999, 0, {"gone"}), "5"), "none");
    say(LinkKind::reject, {"y", "", "6"}, "r1", R"({"person":[],"record":[]})");
    EXPECT_EQ(said(scored(0.999, 20, {"r1", "r2"}), "6"), "unsure r2")
        << "the runner-up is not linked for want of another";
}

TEST(Precision, WilsonsIntervalHoldsTheShare) {
    EXPECT_NEAR(wilson(50, 100).lower, 0.4038, 1e-3);
    EXPECT_NEAR(wilson(50, 100).upper, 0.5962, 1e-3);
    EXPECT_EQ(wilson(0, 0).lower, 0);
    EXPECT_EQ(wilson(0, 0).upper, 1);
}

TEST(Precision, AClassIsSuspendedWhenItIsSurelyPoorOrCannotShowThatItIsGood) {
    const auto poor = [](std::int64_t right, std::int64_t wrong) {
        return is_to_be_suspended({"customers", "name", right, wrong, {}});
    };
    EXPECT_FALSE(poor(0, 1)) << "one mistake says little";
    EXPECT_TRUE(poor(18, 2));
    EXPECT_FALSE(poor(10'000, 20));
    EXPECT_FALSE(poor(399, 0));
    EXPECT_FALSE(poor(1'000, 0)) << "spotless";
    EXPECT_TRUE(poor(397, 3)) << "by now it should have shown";
}

TEST(Precision, TheSampleIsTheSameEachTimeAndAboutAsLargeAsAsked) {
    int chosen = 0;
    for (int i = 0; i < 100'000; ++i) {
        const auto id = "x:" + std::to_string(i);
        const bool one = is_in_sample(id, "r1", 0.01);
        EXPECT_EQ(one, is_in_sample(id, "r1", 0.01));
        chosen += one ? 1 : 0;
    }
    EXPECT_GT(chosen, 900);
    EXPECT_LT(chosen, 1'100);
    EXPECT_FALSE(is_in_sample("x:1", "r1", 0));
    EXPECT_TRUE(is_in_sample("x:1", "r1", 1));
}

}  // namespace
}  // namespace maillon::match
