#include "core/hub/person_export.h"
#include "tests/unit/hub/person_scene.h"

#include <boost/json/serialize.hpp>

namespace maillon::hub {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class PersonFindTest : public PersonScene {};

TEST_P(PersonFindTest, EveryWordForAPersonLeadsToAllOfThem) {
    people_write();
    for (const auto* what :
         {"x:4711", "@AnneKo", "x:@anneko", "Anne.K@example.org", "customers/c-anne-0001", "c-anne-0001"}) {
        const auto person = find(what);

        ASSERT_TRUE(person) << what << ": " << person.error().what;
        EXPECT_THAT(person->identities,
                    ::testing::UnorderedElementsAre(Trait{"id_x", "4711"}, Trait{"handle_x", "anneko"},
                                                    Trait{"email", "anne.k@example.org"},
                                                    Trait{"record_customers", "c-anne-0001"}))
            << what;
        EXPECT_THAT(person->names, ElementsAre("Anne Kowalczyk"));
        EXPECT_THAT(person->things, ElementsAre("note-900001"));
    }
}

TEST_P(PersonFindTest, WhatIsHeldIsCountedAndOthersAreToldApart) {
    people_write();
    const auto held = search().holdings(*find("x:4711"));

    ASSERT_TRUE(held) << held.error().what;
    EXPECT_THAT(held->own, ElementsAre(anne_finished_, anne_waiting_));
    EXPECT_THAT(held->mentions, ElementsAre(bob_));
    EXPECT_EQ(held->rows.runs, 2);
    EXPECT_EQ(held->rows.runs_ended, 1);
    EXPECT_EQ(held->records, 1);
    EXPECT_EQ(held->links, 1);
}

TEST_P(PersonFindTest, NobodyAndSeveralAreToldApart) {
    people_write();
    EXPECT_EQ(find("nobody@example.org").error().kind, FaultKind::unsupported);
    EXPECT_EQ(find("x:1").error().kind, FaultKind::unsupported);

    record("c-info-1", "Info", "One", "adlers@example.org", "");
    record("c-info-2", "Info", "Two", "adlers@example.org", "");
    const auto several = find("adlers@example.org");

    ASSERT_FALSE(several);
    EXPECT_EQ(several.error().kind, FaultKind::conflict);
    EXPECT_THAT(several.error().what, HasSubstr("customers/c-info-1 and customers/c-info-2"));
}

TEST_P(PersonFindTest, ASharedMailboxIsNotFollowed) {
    record("c-one-11", "Eva", "Adler", "adlers@example.org", "eva");
    record("c-two-22", "Udo", "Adler", "adlers@example.org", "udo");

    const auto person = find("customers/c-one-11");

    ASSERT_TRUE(person) << person.error().what;
    EXPECT_FALSE(person->identities.contains({"record_customers", "c-two-22"}));
    EXPECT_FALSE(person->identities.contains({"email", "adlers@example.org"}));
    ASSERT_THAT(person->not_followed, SizeIs(1));
    EXPECT_EQ(person->not_followed.front().identity.value, "adlers@example.org");
}

TEST_P(PersonFindTest, AMailboxThatSeveralAccountsUseIsNotOnePerson) {
    for (int i = 0; i < 3; ++i) {
        const auto id = std::to_string(5000 + i);
        event(id,
              message(id, "hello", author(id, "user" + id, "N " + id, R"(,"email":"adlers@example.org")")),
              store::RunState::finished, "hello");
    }
    const auto several = find("adlers@example.org");
    EXPECT_EQ(several.error().kind, FaultKind::conflict);
    EXPECT_THAT(several.error().what, HasSubstr("x:5000"));

    const auto one = find("x:5001");

    ASSERT_TRUE(one) << one.error().what;
    EXPECT_EQ(search().holdings(*one)->own.size(), 1u);
}

TEST_P(PersonFindTest, AHandleThatPassedOnBelongsToWhoHasItsId) {
    people_write();
    event("900009", message("900009", "new owner", author("9999", "AnneKo", "Zed Zimmer")),
          store::RunState::finished, "zed");

    const auto person = find("x:4711");

    EXPECT_FALSE(person->identities.contains({"id_x", "9999"}));
    EXPECT_THAT(person->names, Not(Contains("Zed Zimmer")));
}

TEST_P(PersonFindTest, AnExportHoldsWhatIsHeldAndOfOthersOnlyTheirMention) {
    people_write();
    const auto person = find("x:4711");

    const auto out = export_person({*database_, *journal_, people_}, *person, clock_.now());

    ASSERT_TRUE(out) << out.error().what;
    const auto text = boost::json::serialize(*out);
    for (const auto* word : {"luggage", "my dog", "anne.k@example.org", "Anne Kowalczyk: dog", "note-900001"})
        EXPECT_THAT(text, HasSubstr(word));
    EXPECT_THAT(text, HasSubstr("cc @AnneKo"));
    EXPECT_THAT(text, Not(HasSubstr("Marchand"))) << "Bob's name is Bob's";
    EXPECT_EQ(out->at("summary").at("events"), 2);
}

MAILLON_ON_EVERY_STORE(PersonFindTest);

}  // namespace
}  // namespace maillon::hub
