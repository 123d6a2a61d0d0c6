#include "core/hub/directories.h"
#include "core/hub/erasing.h"
#include "tests/unit/hub/person_scene.h"
#include "tests/unit/hub/scripted_source.h"

namespace maillon::hub {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

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

TEST_P(KeptOutTest, AReadmissionThatTheFileCannotKeepChangesNothing) {
    const auto in_the_way = secrets_folder() / ".erased.new" / "x";
    std::filesystem::create_directories(in_the_way);
    const Person anne{.identities = {{"id_x", "4711"}, {"handle_x", "anneko"}}};

    ASSERT_FALSE(erased_->lift(anne));

    open();
    EXPECT_FALSE(*erasing().begin_again()) << "nobody who was let in is erased again";
    EXPECT_TRUE(erased_->whose({{"id_x", "4711"}}));
    std::filesystem::remove_all(in_the_way.parent_path());
    EXPECT_EQ(*erased_->lift(anne), 2u);
}

TEST_P(KeptOutTest, AReadmissionThatTheStoreRefusesLeavesTheFileAsItWas) {
    if (!is_sqlite()) GTEST_SKIP() << "a broken disk is SQLite's case";
    const auto stones = read([](db::Reader& r) { return store::Tombstones::all(r); });
    db::FailAt fail(0, db::Injected::io_error);
    failing_ = &fail;
    ASSERT_FALSE(erased_->lift(Person{.identities = {{"id_x", "4711"}, {"handle_x", "anneko"}}}));
    failing_ = nullptr;

    ASSERT_TRUE(fail.fired());
    std::ifstream in(secrets_folder() / ".erased");
    const std::string file((std::istreambuf_iterator<char>(in)), {});
    for (const auto& stone : stones) EXPECT_NE(file.find(stone.digest), file.npos);
}

MAILLON_ON_EVERY_STORE(KeptOutTest);

}  // namespace
}  // namespace maillon::hub
