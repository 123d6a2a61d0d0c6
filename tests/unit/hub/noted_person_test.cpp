#include "core/hub/person_export.h"
#include "core/store/reviews.h"
#include "core/store/sightings.h"
#include "tests/unit/hub/person_scene.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace maillon::hub {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

/// People whose events are gone, since their time was over: what the step `match` has noted of them is there.
class NotedPersonTest : public PersonScene {
protected:
    void seen(const std::string& id, const std::string& handle, const std::string& email) {
        write([&](db::Unit& unit) -> Result<> {
            const store::Identity who{"x", {}, id};
            if (auto done = store::Sightings::name(unit, who, handle, clock_.now()); !done) return done;
            return store::Sightings::value(unit, who, {"email", email}, clock_.now(), 5);
        });
    }
    void asked_about(const std::string& id, store::ReviewState state = store::ReviewState::open) {
        write([&](db::Unit& unit) -> Result<> {
            auto asked =
                store::Reviews::ask(unit, {.directory = "customers",
                                           .about = "unsure|x:" + id,
                                           .identity = {"x", {}, id},
                                           .person = author(id, "zoe_q", "Zoé Quémener"),
                                           .verdict = R"({"candidates":[{"record":"c-bob-0002","waterfall":[
                                                        {"field":"email","left":"bob@example.org"}]}]})",
                                           .rule = "score",
                                           .candidates = R"(["c-bob-0002"])",
                                           .created = clock_.now(),
                                           .updated = clock_.now()});
            if (!asked || state == store::ReviewState::open) return asked ? Result<>() : asked.error();
            auto closed = store::Reviews::close(
                unit, {.id = asked->id, .state = state, .decided = clock_.now(), .decided_by = "tester"});
            return closed ? Result<>() : closed.error();
        });
    }
};

TEST_P(NotedPersonTest, IsFoundByEveryWord) {
    seen("5800", "zoe_q", "zoe@quemener.example");
    asked_about("5800", store::ReviewState::rejected);

    for (const auto* what : {"x:5800", "x:@zoe_q", "zoe@quemener.example"}) {
        const auto person = find(what);

        ASSERT_TRUE(person) << what << ": " << person.error().what;
        EXPECT_THAT(person->identities,
                    UnorderedElementsAre(Trait{"id_x", "5800"}, Trait{"handle_x", "zoe_q"},
                                         Trait{"email", "zoe@quemener.example"}))
            << what;
        EXPECT_THAT(person->names, UnorderedElementsAre("Zoé Quémener")) << what;
        EXPECT_EQ(search().holdings(*person)->questions, 1) << what;
    }
    EXPECT_EQ(find("x:5801").error().kind, FaultKind::unsupported);
}

TEST_P(NotedPersonTest, IsFoundByAQuestionAlone) {
    asked_about("5800");

    const auto person = find("x:5800");

    ASSERT_TRUE(person) << person.error().what;
    EXPECT_THAT(person->identities, UnorderedElementsAre(Trait{"id_x", "5800"}));
}

TEST_P(NotedPersonTest, IsExportedWithQuestionsNamesAndAddresses) {
    seen("5800", "zoe_q", "zoe@quemener.example");
    asked_about("5800");

    const auto out = export_person({*database_, *journal_, people_}, *find("x:5800"), clock_.now());

    ASSERT_TRUE(out) << out.error().what;
    EXPECT_EQ(out->at("summary").at("questions"), 1);
    const auto& questions = out->at("questions").as_array();
    ASSERT_THAT(questions, SizeIs(1));
    EXPECT_EQ(questions.front().at("person").at("name"), "Zoé Quémener");
    EXPECT_EQ(questions.front().at("state"), "open");
    EXPECT_THAT(boost::json::serialize(*out), ::testing::Not(HasSubstr("bob@example.org")))
        << "candidates are other people";
    ASSERT_THAT(out->at("seen_as").as_array(), SizeIs(1));
    EXPECT_EQ(out->at("seen_as").at(0).at("name"), "zoe_q");
    ASSERT_THAT(out->at("seen_with").as_array(), SizeIs(1));
    EXPECT_EQ(out->at("seen_with").at(0).at("email"), "zoe@quemener.example");
}

TEST_P(NotedPersonTest, IsErasedFromAllOfIt) {
    seen("5800", "zoe_q", "zoe@quemener.example");
    asked_about("5800", store::ReviewState::rejected);

    const auto row = erase("x:5800");

    ASSERT_TRUE(row) << row.error().what;
    for (const auto* word : {"zoe", "Zoé", "Quémener", "5800"})
        EXPECT_THAT(places_of(word), IsEmpty()) << word;
    for (const auto& known :
         {Trait{"id_x", "5800"}, {"handle_x", "zoe_q"}, {"email", "zoe@quemener.example"}})
        EXPECT_FALSE(read([&](db::Reader& r) { return store::MatchingRows::noted(r, known); }).is_known);
    EXPECT_EQ(find("x:5800").error().kind, FaultKind::unsupported);
}

TEST_P(NotedPersonTest, WhatSeveralWereSeenWithIsNobodysOwn) {
    seen("5800", "zoe_q", "quemeners@family.example");
    seen("5801", "yann_q", "quemeners@family.example");

    const auto one = find("x:5800");
    ASSERT_TRUE(one) << one.error().what;
    EXPECT_THAT(one->identities, UnorderedElementsAre(Trait{"id_x", "5800"}, Trait{"handle_x", "zoe_q"}));

    const auto several = find("quemeners@family.example");
    EXPECT_EQ(several.error().kind, FaultKind::conflict);
    EXPECT_THAT(several.error().what, HasSubstr("2 accounts use it; say which: x:5800 and x:5801"));
}

TEST_P(NotedPersonTest, ALinkedAddressThatAnotherAccountUsesIsLeftAndTheSearchEnds) {
    record("c-zoe-0003", "Zoé", "Quémener", "", "");
    seen("5800", "zoe_q", "quemeners@family.example");
    seen("5801", "yann_q", "quemeners@family.example");
    write([&](db::Unit& unit) -> Result<> {
        for (const store::Identity& who :
             {store::Identity{"x", {}, "5800"}, store::Identity{"email", {}, "quemeners@family.example"}}) {
            const auto id = store::Links::append(
                unit, {.directory = "customers", .identity = who, .record = "c-zoe-0003", .rule = "with:x"});
            if (!id) return id.error();
        }
        return {};
    });

    const auto person = find("customers/c-zoe-0003");

    ASSERT_TRUE(person) << person.error().what;
    EXPECT_THAT(person->identities, UnorderedElementsAre(Trait{"record_customers", "c-zoe-0003"},
                                                         Trait{"id_x", "5800"}, Trait{"handle_x", "zoe_q"}));
    ASSERT_THAT(person->not_followed, SizeIs(1));
    EXPECT_EQ(person->not_followed.front().why, "used by 2 accounts");
}

TEST_P(NotedPersonTest, AHandleThatPassedOnIsNotTaken) {
    seen("5800", "zoe_q", "zoe@quemener.example");
    clock_.advance(std::chrono::hours{24});
    seen("5802", "zoe_q", "new@owner.example");

    const auto person = find("x:5800");

    ASSERT_TRUE(person) << person.error().what;
    EXPECT_THAT(person->identities,
                UnorderedElementsAre(Trait{"id_x", "5800"}, Trait{"email", "zoe@quemener.example"}));
    EXPECT_EQ(find("x:@zoe_q").error().kind, FaultKind::conflict);
}

MAILLON_ON_EVERY_STORE(NotedPersonTest);

}  // namespace
}  // namespace maillon::hub
