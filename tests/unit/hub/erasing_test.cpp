#include "core/hub/erasing.h"

#include "core/base/digest.h"
#include "core/hub/directories.h"
#include "core/hub/person_export.h"
#include "tests/unit/hub/person_scene.h"
#include "tests/unit/hub/scripted_source.h"

#include <boost/json/serialize.hpp>

namespace maillon::hub {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
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

class ErasingTest : public PersonScene {};

TEST_P(ErasingTest, NothingOfThePersonIsLeftAndOthersKeepTheirWords) {
    people_write();

    const auto row = erase();

    ASSERT_TRUE(row) << row.error().what;
    for (const auto* word : {"nneKo", "Kowalczyk: ", "luggage", "my dog", "anne.k", "4711", "note-900001"})
        EXPECT_THAT(places_of(word), IsEmpty()) << word;
    EXPECT_THAT(body(bob_), HasSubstr("cc [erased] and [erased], see you"));
    EXPECT_THAT(body(bob_), HasSubstr("Bob Marchand"));
    EXPECT_THAT(body(namesake_), HasSubstr("Anne Kowalczyk")) << "a namesake keeps their name";
    EXPECT_FALSE(read([](db::Reader& r) { return store::Directory::get(r, "customers", "c-anne-0001"); }));
    EXPECT_TRUE(read([](db::Reader& r) { return store::Directory::get(r, "customers", "c-bob-0002"); }));
    EXPECT_THAT(read([](db::Reader& r) {
                    return store::MatchingRows::history(r, {"id_x", "4711"});
                }),
                IsEmpty());
    EXPECT_EQ(read([](db::Reader& r) { return store::PluginState::get(r, "x", "last"); }),
              R"({"seen":"[erased]","n":3})");
}

TEST_P(ErasingTest, TheBooksBalanceAndRunsThatWereNotOverEnd) {
    people_write();

    const auto row = erase();

    EXPECT_THAT(wrong_books(), IsEmpty());
    const auto runs = read([&](db::Reader& r) { return store::Runs::of_event(r, anne_waiting_); });
    EXPECT_EQ(runs.front().state, store::RunState::dropped);
    EXPECT_EQ(runs.front().reason, "the person was erased");
    const auto report = Json::parse(row->report)->to_boost().as_object();
    EXPECT_EQ(report.at("events"), 2);
    EXPECT_EQ(report.at("runs_ended"), 1);
    EXPECT_EQ(report.at("records"), 1);
    EXPECT_EQ(report.at("links"), 1);
}

TEST_P(ErasingTest, RunsAreEndedInTheMomentWhenNothingMovesAndOnlyThere) {
    people_write();
    int moments = 0;
    Erasing live(
        {*database_, *journal_, clock_, people_, *erased_, [&](const std::function<Result<>()>& work) {
             ++moments;
             const auto before = read([&](db::Reader& r) { return store::Runs::of_event(r, anne_waiting_); });
             EXPECT_EQ(before.front().state, store::RunState::waiting);
             return work();
         }});
    auto row = live.begin(*find("x:4711"), "t", "r");
    ASSERT_TRUE(live.finish(*row));
    EXPECT_EQ(moments, 1);

    row = live.begin(*find("x:4712"), "t", "r");
    ASSERT_TRUE(live.finish(*row));
    EXPECT_EQ(moments, 1) << "Bob has no run that is not over";
}

TEST_P(ErasingTest, WhatIsKeptOfTheErasureNamesNobody) {
    people_write();
    auto row =
        erasing().begin(*find("x:4711"), "tester", "Anne Kowalczyk asked by mail (anne.k@example.org)");
    EXPECT_EQ(row->reason, "[erased] asked by mail ([erased])");

    row = erasing().finish(*row);

    EXPECT_EQ(row->person, "");
    const auto stones = read([](db::Reader& r) { return store::Tombstones::all(r); });
    EXPECT_THAT(stones, SizeIs(4));
    for (const auto& stone : stones) {
        EXPECT_NE(stone.digest, sha256_hex("email\nanne.k@example.org"));
        EXPECT_EQ(stone.digest.size(), 64u);
    }
}

TEST_P(ErasingTest, TheBytesAreGoneFromEveryFileOfTheStore) {
    if (!is_sqlite()) GTEST_SKIP() << "the files of a server are its own";
    people_write();
    // Long texts, so that they take pages of their own, and enough of them to have pages rebuilt.
    for (int i = 0; i < 300; ++i) {
        const auto id = std::to_string(910000 + i);
        const bool is_anne = i % 3 == 0;
        const auto text = (is_anne ? "PICKLEDHERRING" : "unrelated") + std::string(100 + i * 37 % 6000, 'x');
        event(id,
              message(id, text,
                      is_anne ? author("4711", "AnneKo", "Anne Kowalczyk") : author("4712", "bobm", "B M")),
              store::RunState::finished, text);
    }
    ASSERT_THAT(files_with("PICKLEDHERRING"), Not(IsEmpty()));

    const auto row = erase();

    ASSERT_TRUE(row) << row.error().what;
    for (const auto* word : {"PICKLEDHERRING", "anne.k@example.org", "AnneKo", "anneko", "c-anne-0001"})
        EXPECT_THAT(files_with(word), IsEmpty()) << word;
    EXPECT_THAT(files_with("unrelated"), Not(IsEmpty()));
}

TEST_P(ErasingTest, EndedAtAnyStepItGoesOnAndEndsTheSame) {
    if (!is_sqlite())
        GTEST_SKIP() << "a broken disk is SQLite's case; a server's connection is told of elsewhere";
    people_write();
    const auto person = *find("x:4711");
    const auto begun = erasing().begin(person, "t", "r");
    ASSERT_TRUE(begun);
    for (int n = 0;; n += 3) {
        db::FailAt fail(n, db::Injected::io_error);
        failing_ = &fail;
        const auto open_rows = read([](db::Reader& r) { return store::Erasures::open(r); });
        ASSERT_THAT(open_rows, SizeIs(1));
        const auto done = erasing().finish(open_rows.front());
        failing_ = nullptr;
        open();
        ASSERT_THAT(wrong_books(), IsEmpty()) << "killed at step " << n;
        if (done) break;
        ASSERT_TRUE(fail.fired()) << done.error().what;
    }
    EXPECT_THAT(places_of("nneKo"), IsEmpty());
    EXPECT_THAT(places_of("luggage"), IsEmpty());
    const auto row = read([&](db::Reader& r) { return store::Erasures::by_id(r, begun->id); });
    EXPECT_EQ(Json::parse(row->report)->to_boost().as_object().at("events"), 2) << "each is counted once";
}

TEST_P(ErasingTest, AStoreThatComesBackFromBeforeTheErasureIsCleanedAgain) {
    if (!is_sqlite()) GTEST_SKIP() << "here a backup is a copied file";
    people_write();
    database_->close();
    const auto store = place_->folder().file("maillon.db");
    std::filesystem::copy_file(store, store + ".kept");
    open();
    ASSERT_TRUE(erase());
    database_->close();
    std::filesystem::copy_file(store + ".kept", store, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::remove(store + ".kept");

    open();
    ASSERT_THAT(files_with("luggage"), Not(IsEmpty())) << "they are back";
    const auto again = erasing().begin_again();
    ASSERT_TRUE(again) << again.error().what;
    ASSERT_TRUE(*again);
    const auto row = erasing().finish(**again);

    ASSERT_TRUE(row) << row.error().what;
    for (const auto* word : {"nneKo", "luggage", "anne.k"}) EXPECT_THAT(files_with(word), IsEmpty()) << word;
    EXPECT_THAT(body(bob_), HasSubstr("cc [erased]"));
    EXPECT_THAT(wrong_books(), IsEmpty());
    EXPECT_FALSE(*erasing().begin_again()) << "once is enough";
}

TEST_P(ErasingTest, WithoutItsSaltTheStoreIsNotOpened) {
    people_write();
    ASSERT_TRUE(erase());
    std::filesystem::remove(secrets_folder() / "erasure_salt");

    const auto loaded = Erased(*database_, *secrets_, secrets_folder()).load();

    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error().what, HasSubstr("erasure_salt"));
}

MAILLON_ON_EVERY_STORE(ErasingTest);

/// After Anne was erased.
class KeptOutTest : public PersonScene {
protected:
    void SetUp() override {
        PersonScene::SetUp();
        if (!place_) return;
        people_write();
        erasure_ = erase()->id;
        ingest_ = std::make_unique<Ingest>(Ingest::Parts{*database_, *journal_, clock_, log_, metrics_,
                                                         [](std::vector<Event>) {}, erased_.get(), &people_});
        ASSERT_TRUE(ingest_->add_source("x", {}));
    }
    void come(const std::string& id, const std::string& body) {
        const plugin::RawEvent raw{id, "message.received", "t-" + id, body, {}, {}, millis(clock_.now())};
        const auto done = ingest_->take("x", Ingest::Way::told, {raw}, {});
        ASSERT_TRUE(done) << done.error().what;
    }
    std::optional<Event> event_called(const std::string& id) {
        return journal_->find("/connectors/x", id).value();
    }
    store::ErasureRow erasure() {
        return *read([&](db::Reader& r) { return store::Erasures::by_id(r, erasure_); });
    }

    store::ErasureId erasure_{};
    ::maillon::testing::CapturedLog log_;
    Metrics metrics_;
    std::unique_ptr<Ingest> ingest_;
};

TEST_P(KeptOutTest, ALateEventIsRefusedCountedAndTheBooksBalance) {
    come("900001", message("900001", "my luggage is lost", author("4711", "AnneKo", "Anne Kowalczyk")));
    come("900042", message("900042", "hello again", author("4711", "renamed", "Someone")));
    come("900043", message("900043", "from mail", R"({"network":"mail","email":"ANNE.K@example.org"})"));

    EXPECT_FALSE(event_called("900001"));
    EXPECT_FALSE(event_called("900042"));
    EXPECT_FALSE(event_called("900043"));
    EXPECT_EQ(erasure().events_refused, 3);
    EXPECT_THAT(wrong_books(), Not(Contains(HasSubstr("connector x, received less doubles"))));
    const auto books = read([](db::Reader& r) { return store::Books::events(r); });
    EXPECT_EQ(books.front().book.refused, 3);
}

TEST_P(KeptOutTest, OthersAreTakenInAndWhereTheyMentionHerItIsMasked) {
    come("900050",
         message("900050", "where is @AnneKo? (anne.k@example.org)", author("4712", "bobm", "Bob Marchand")));
    come("900051", message("900051", "hi", author("4712", "bobm", "Bob Marchand")));

    ASSERT_TRUE(event_called("900050"));
    EXPECT_THAT(event_called("900050")->body.dump(), HasSubstr("where is [erased]? ([erased])"));
    EXPECT_THAT(event_called("900050")->body.dump(), HasSubstr("bobm"));
    EXPECT_TRUE(event_called("900051"));
    EXPECT_EQ(erasure().events_masked, 1);
    EXPECT_EQ(erasure().events_refused, 0);
}

TEST_P(KeptOutTest, WhatARouteEmitsIsHeldAgainstThem) {
    const auto admitted = [&](const std::string& person, const std::string& text) {
        Event event{{},
                    {.id = "x:1/r/s", .source = "/hub", .connector = "hub"},
                    Json::parse(R"({"customer":)" + person + R"(,"text":")" + text + "\"}").value()};
        bool out = false;
        write([&](db::Unit& unit) -> Result<> {
            const auto answer = erased_->admit(unit, event, people_, clock_.now());
            if (!answer) return answer.error();
            out = *answer;
            return {};
        });
        return out ? event.body.dump() : "refused";
    };
    const auto bob = R"({"network":"x","id":"4712"})";

    EXPECT_EQ(admitted(R"({"network":"x","id":"4711"})", "hello"), "refused");
    EXPECT_EQ(admitted(R"({"email":"Anne.K@example.org"})", "hello"), "refused");
    EXPECT_THAT(admitted(bob, "hello"), HasSubstr(R"("text":"hello")"));
    EXPECT_THAT(admitted(bob, "as anne.k@example.org wrote"), HasSubstr(R"("text":"as [erased] wrote")"));
    EXPECT_EQ(erasure().events_refused, 2);
    EXPECT_EQ(erasure().events_masked, 1);
}

TEST_P(KeptOutTest, WhoTookOverHerHandleIsSomebodyElse) {
    come("900060", message("900060", "nice handle", author("5555", "AnneKo", "Zed Zimmer")));

    EXPECT_TRUE(event_called("900060"));
}

TEST_P(KeptOutTest, AHandleWithoutAnIdIsHers) {
    come("900061", message("900061", "no id", R"({"network":"x","handle":"annEKo"})"));

    EXPECT_FALSE(event_called("900061"));
}

TEST_P(KeptOutTest, AfterARestartSheIsStillKnown) {
    ingest_.reset();
    open();
    ingest_ = std::make_unique<Ingest>(Ingest::Parts{*database_, *journal_, clock_, log_, metrics_,
                                                     [](std::vector<Event>) {}, erased_.get(), &people_});
    ASSERT_TRUE(ingest_->add_source("x", {}));

    come("900070", message("900070", "again", author("4711", "AnneKo", "Anne Kowalczyk")));

    EXPECT_FALSE(event_called("900070"));
}

TEST_P(KeptOutTest, HerRecordIsNotCopiedWhenTheCrmIsReadAgain) {
    ScriptedSource crm(clock_);
    const auto record = [](const std::string& id, const std::string& email) {
        return plugin::RawEvent{
            id, "record.read", id, R"({"last_name":"L","email1":")" + email + "\"}", {}, {}, 0};
    };
    crm.on_read = [&](const auto&) {
        return plugin::RecordPage{
            {record("c-anne-0001", "changed@example.org"), record("c-new-0009", "anne.k@example.org"),
             record("c-new-0010", "eve@example.org")},
            "end",
            true,
            {}};
    };
    DirectoryReader reader({*database_, clock_, [] {}, nullptr, nullptr, {}, erased_.get(), &people_},
                           "customers", "Contacts", keys());
    ASSERT_TRUE(reader.load());

    ASSERT_TRUE(reader.read_page(crm, clock_.steady() + std::chrono::minutes{1}));

    const auto there = [&](const std::string& id) {
        return read([&](db::Reader& r) { return store::Directory::get(r, "customers", id); }).has_value();
    };
    EXPECT_FALSE(there("c-anne-0001"));
    EXPECT_FALSE(there("c-new-0009")) << "hers again, under another id";
    EXPECT_TRUE(there("c-new-0010"));
    EXPECT_EQ(erasure().records_refused, 2);
}

TEST_P(KeptOutTest, SomebodyWhoIsReadmittedIsTakenInAgain) {
    ASSERT_EQ(*erased_->lift(Person{.identities = {{"id_x", "4711"}, {"handle_x", "anneko"}}}), 2u);

    come("900080", message("900080", "I am back", author("4711", "AnneKo", "Anne Kowalczyk")));

    EXPECT_TRUE(event_called("900080"));
    open();
    EXPECT_FALSE(*erasing().begin_again()) << "the file knows of it, too";
}

MAILLON_ON_EVERY_STORE(KeptOutTest);

}  // namespace
}  // namespace maillon::hub
