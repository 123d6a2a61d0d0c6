#include "core/hub/person_export.h"
#include "core/store/reviews.h"
#include "core/store/sightings.h"
#include "tests/unit/hub/person_scene.h"

#include <boost/json/serialize.hpp>

namespace maillon::hub {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

/// Two people of two pages who have the same id, 70001234567; and what was told of the first before ids came
/// with their page.
class ScopedPersonTest : public PersonScene {
protected:
    static std::string of_page(const std::string& page, const std::string& name,
                               const std::string& id = "70001234567") {
        return R"({"network":"facebook","id":")" + id + R"(","name":")" + name + '"' +
               (page.empty() ? "" : R"(,"scope":")" + page + '"') + '}';
    }
    EventSeq written(const std::string& id, const std::string& page, const std::string& name) {
        // As Messenger tells it: the person's id is the thread, too.
        const auto body = R"({"id":")" + id + R"(","thread":"70001234567","text":"said )" + id +
                          R"(","author":)" + of_page(page, name) +
                          R"(,"raw":{"sender":{"id":"70001234567"}}})";
        return event(id, body, store::RunState::finished, name + " 70001234567");
    }
    void link(const std::string& page, const std::string& record) {
        write([&](db::Unit& unit) -> Result<> {
            const store::Identity who{"facebook", page, "70001234567"};
            auto done = store::Links::append(
                unit, {.directory = "customers", .identity = who, .record = record, .rule = "key:email"});
            if (!done) return done.error();
            return store::Sightings::name(unit, who, "someone", clock_.now());
        });
    }
    void two_write() {
        record("c-anne-0001", "Anne", "Kowalczyk", "anne.k@example.org", "");
        record("c-zoe-0002", "Zoe", "Winter", "zoe@example.org", "");
        anne_ = written("m-1", "1001", "Anne Kowalczyk");
        zoe_ = written("m-2", "1002", "Zoe Winter");
        link("1001", "c-anne-0001");
        link("1002", "c-zoe-0002");
    }
    std::optional<store::ErasureId> whose(const std::string& page) {
        return erased_->whose(People::of_object(*Json::parse(of_page(page, "N"))).group);
    }

    EventSeq anne_{}, zoe_{};
};

TEST_P(ScopedPersonTest, AnIdIsFoundWithItsPage) {
    two_write();

    const auto person = find("facebook/1001:70001234567");

    ASSERT_TRUE(person) << person.error().what;
    EXPECT_THAT(person->identities, UnorderedElementsAre(Trait{"id_facebook/1001", "70001234567"},
                                                         Trait{"email", "anne.k@example.org"},
                                                         Trait{"record_customers", "c-anne-0001"}));
    EXPECT_THAT(person->names, ElementsAre("Anne Kowalczyk"));
    ASSERT_EQ(person->not_followed.size(), 1u);
    EXPECT_EQ(spoken(person->not_followed[0].identity), "facebook/1002 account 70001234567");
    const auto held = search().holdings(*person);
    EXPECT_THAT(held->own, ElementsAre(anne_));
    EXPECT_THAT(held->mentions, IsEmpty());
    EXPECT_EQ(held->links, 1);
}

TEST_P(ScopedPersonTest, WithoutItsPageTheWaysToSayItAreListed) {
    two_write();

    const auto person = find("facebook:70001234567");

    ASSERT_FALSE(person);
    EXPECT_EQ(person.error().kind, FaultKind::conflict);
    EXPECT_EQ(person.error().what,
              "facebook:70001234567 is not one person: 2 pages know the id; say which: "
              "facebook/1001:70001234567 and facebook/1002:70001234567");
}

TEST_P(ScopedPersonTest, ThatASecondPageKnowsTheIdIsSeenInEventsAlone) {
    written("m-1", "1001", "Anne Kowalczyk");
    link("1001", "c-anne-0001");
    written("m-2", "1002", "Zoe Winter");

    EXPECT_EQ(find("facebook:70001234567").error().kind, FaultKind::conflict);
}

TEST_P(ScopedPersonTest, WithoutItsPageAnIdIsGoodForTheOnePageThatKnowsIt) {
    record("c-anne-0001", "Anne", "Kowalczyk", "anne.k@example.org", "");
    const auto before = written("m-0", "", "Anne Kowalczyk"), after = written("m-1", "1001", "Anne K.");
    link("1001", "c-anne-0001");

    for (const auto* what : {"facebook:70001234567", "facebook/1001:70001234567", "c-anne-0001"}) {
        const auto person = find(what);

        ASSERT_TRUE(person) << what << ": " << person.error().what;
        EXPECT_TRUE(person->identities.contains({"id_facebook/1001", "70001234567"})) << what;
        EXPECT_TRUE(person->identities.contains({"record_customers", "c-anne-0001"})) << what;
        EXPECT_THAT(search().holdings(*person)->own, ElementsAre(before, after))
            << what << ": what was told before pages were, too";
    }
}

TEST_P(ScopedPersonTest, ARecordsIdLeadsToItWhereNoOtherPageHasIt) {
    const auto data = R"({"id":"c-anne-0001","first_name":"Anne","facebook_c":"70001234567"})";
    const auto keys = std::make_shared<match::DirectoryKeys>(
        match::directory_of({{"id_facebook", "facebook_c"}, {"given_name", "first_name"}}));
    people_ = People({{"customers", {"crm", "Contacts", keys}}});
    store::DirectoryRecord row{
        .id = "c-anne-0001", .data = data, .keys = keys->of_record(*Json::parse(data))};
    write([&](db::Unit& unit) { return store::Directory::upsert(unit, "customers", {&row, 1}); });
    written("m-1", "1001", "Anne Kowalczyk");

    EXPECT_TRUE(find("facebook/1001:70001234567")->identities.contains({"record_customers", "c-anne-0001"}));

    written("m-2", "1002", "Zoe Winter");
    link("1002", "c-anne-0001");
    EXPECT_FALSE(find("facebook/1001:70001234567")->identities.contains({"record_customers", "c-anne-0001"}))
        << "a link says that it is the other page's";
}

TEST_P(ScopedPersonTest, AnExportTellsOfOneOfThemOnly) {
    two_write();

    const auto out =
        export_person({*database_, *journal_, people_}, *find("facebook/1001:70001234567"), clock_.now());

    ASSERT_TRUE(out) << out.error().what;
    const auto text = boost::json::serialize(*out);
    EXPECT_THAT(text, HasSubstr("said m-1"));
    EXPECT_THAT(text, Not(HasSubstr("m-2")));
    EXPECT_THAT(text, Not(HasSubstr("Zoe")));
}

TEST_P(ScopedPersonTest, WhoIsErasedIsErasedOnTheirPageAndTheOtherKeepsEverything) {
    two_write();
    const auto zoe_wrote = body(zoe_);
    const auto history = [&](const std::string& page) {
        return read([&](db::Reader& r) {
                   return store::Links::history(r, "customers", {"facebook", page, "70001234567"});
               })
            .size();
    };
    const auto names = [&](const std::string& page) {
        return read([&](db::Reader& r) {
                   return store::Sightings::names(r, {"facebook", page, "70001234567"});
               })
            .size();
    };

    const auto done = erase("facebook/1001:70001234567");

    ASSERT_TRUE(done) << done.error().what;
    EXPECT_THAT(places_of("Anne"), IsEmpty());
    EXPECT_THAT(body(anne_), Not(HasSubstr("70001234567")));
    EXPECT_EQ(body(zoe_), zoe_wrote);
    EXPECT_THAT(places_of("Zoe Winter 70001234567"), Not(IsEmpty())) << "her runs keep her id";
    EXPECT_EQ(history("1001"), 0u);
    EXPECT_EQ(history("1002"), 1u);
    EXPECT_EQ(names("1001"), 0u);
    EXPECT_EQ(names("1002"), 1u);
    EXPECT_THAT(wrong_books(), IsEmpty());
}

TEST_P(ScopedPersonTest, WhoWasErasedIsKnownAgainOnTheirPageAndWithoutOne) {
    written("m-1", "1001", "Anne Kowalczyk");
    const auto done = erase("facebook/1001:70001234567");
    ASSERT_TRUE(done) << done.error().what;

    EXPECT_EQ(whose("1001"), done->id);
    EXPECT_EQ(whose(""), done->id) << "nobody tells another page";
    EXPECT_FALSE(whose("1002")) << "somebody else";
}

TEST_P(ScopedPersonTest, WhoWasErasedBeforePagesWereToldIsKnownOnAll) {
    written("m-0", "", "Anne Kowalczyk");
    const auto done = erase("facebook:70001234567");
    ASSERT_TRUE(done) << done.error().what;

    EXPECT_EQ(whose(""), done->id);
    EXPECT_EQ(whose("1001"), done->id);
    open();
    EXPECT_EQ(whose("1001"), done->id);
}

TEST_P(ScopedPersonTest, ReadmittingAsksForThePageWhereOneWasKnown) {
    written("m-1", "1001", "Anne Kowalczyk");
    ASSERT_TRUE(erase("facebook/1001:70001234567"));

    const auto without = erased_->lift(Person{.identities = {{"id_facebook", "70001234567"}}});
    EXPECT_EQ(without.error().kind, FaultKind::conflict);
    EXPECT_THAT(without.error().what, HasSubstr("facebook/PAGE:70001234567"));

    EXPECT_EQ(*erased_->lift(Person{.identities = {{"id_facebook/1001", "70001234567"}}}), 2u);
    EXPECT_FALSE(whose("1001"));
    EXPECT_FALSE(whose(""));
}

TEST_P(ScopedPersonTest, AStoreThatComesBackIsCleanedOfTheOneWhoWasErased) {
    two_write();
    const auto zoe_wrote = body(zoe_);
    ASSERT_TRUE(erase("facebook/1001:70001234567"));
    // The store is another, the file of the erased is the same.
    const auto late = written("m-1", "1001", "Anne Kowalczyk");
    write([](db::Unit& unit) -> Result<> {
        for (const auto* sql : {"DELETE FROM tombstones", "DELETE FROM erasures"}) {
            if (auto gone = unit.exec(sql); !gone) return gone.error();
        }
        return {};
    });
    ASSERT_TRUE(erased_->load());

    auto row = erasing().begin_again();
    ASSERT_TRUE(row && *row);
    const auto done = erasing().finish(std::move(**row));

    ASSERT_TRUE(done) << done.error().what;
    EXPECT_THAT(body(late), Not(HasSubstr("Anne")));
    EXPECT_EQ(body(zoe_), zoe_wrote);
}

MAILLON_ON_EVERY_STORE(ScopedPersonTest);

const Person kAnne{.identities = {{"id_facebook/1001", "7"}}};

TEST(PersonOnAPage, IsNotWhoHasTheSameIdOnAnother) {
    EXPECT_TRUE(kAnne.is({{"id_facebook/1001", "7"}}));
    EXPECT_TRUE(kAnne.is({{"id_facebook", "7"}}));
    EXPECT_FALSE(kAnne.is({{"id_facebook/1002", "7"}}));
    EXPECT_FALSE(kAnne.is({{"id_facebook/1001", "8"}}));
    EXPECT_FALSE(kAnne.is({{"id_x", "7"}}));
}

TEST(PersonOnAPage, MayHaveOtherIdsOnOtherPages) {
    const Person anne{.identities = {{"id_facebook/1001", "7"}, {"email", "anne@example.org"}}};
    EXPECT_TRUE(anne.is({{"id_facebook/1002", "9"}, {"email", "anne@example.org"}}));
    EXPECT_FALSE(anne.is({{"id_facebook/1001", "9"}, {"email", "anne@example.org"}}));
}

TEST(PersonOnAPage, IsNotToldWithoutItWhereSomebodyElseHasTheSameId) {
    Person anne = kAnne;
    anne.not_followed.push_back({{"id_facebook/1002", "7"}, "somebody else"});
    EXPECT_FALSE(anne.is({{"id_facebook", "7"}}));
}

}  // namespace
}  // namespace maillon::hub
