#include "core/hub/erasing.h"

#include "core/base/digest.h"
#include "core/store/approvals.h"
#include "core/store/conversations.h"
#include "core/store/reviews.h"
#include "tests/unit/hub/person_scene.h"

namespace maillon::hub {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

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

TEST_P(ErasingTest, WhatOnlyTheirWordsToldApartStaysApart) {
    people_write();
    const auto run = read([&](db::Reader& r) { return store::Runs::of_event(r, bob_); }).front().id;
    std::vector<ConversationId> talks;
    write([&](db::Unit& unit) -> Result<> {
        for (const auto* word : {"anne.k@example.org", "@AnneKo"}) {
            auto talk = store::Conversations::get_or_open(unit, {.name = "care",
                                                                 .instance = "x",
                                                                 .thread = word,
                                                                 .opened_by = bob_,
                                                                 .first_message_id = "m"});
            if (!talk) return talk.error();
            talks.push_back(talk->row.id);
            auto asked = store::Approvals::insert(
                unit, {.run = run, .event = bob_, .step = std::string(word) + ".ask"});
            if (!asked) return asked.error();
        }
        for (const auto* candidate : {"c-anne-0001", "anne.k@example.org"}) {
            auto asked = store::Reviews::ask(unit, {.directory = "customers",
                                                    .about = std::string("unsure|x:4712|") + candidate,
                                                    .identity = {"x", {}, "4712"},
                                                    .candidates = "[]"});
            if (!asked) return asked.error();
        }
        return {};
    });

    const auto row = erase();

    ASSERT_TRUE(row) << row.error().what;
    for (const auto* word : {"nneKo", "anne.k", "c-anne-0001"})
        EXPECT_THAT(places_of(word), IsEmpty()) << word;
    for (const auto id : talks)
        EXPECT_EQ(read([&](db::Reader& r) { return store::Conversations::by_id(r, id); })->thread,
                  "[erased]#" + std::to_string(id.value()));
    const auto questions = read([](db::Reader& r) { return store::Reviews::list(r, {}); });
    ASSERT_THAT(questions, SizeIs(2));
    for (const auto& question : questions)
        EXPECT_EQ(question.about, "unsure|x:4712|[erased]#" + std::to_string(question.id.value()));
    const auto asked = read([&](db::Reader& r) { return store::Approvals::of_run(r, run); });
    ASSERT_THAT(asked, SizeIs(2));
    EXPECT_EQ(asked[0].step, "[erased].ask#" + std::to_string(asked[0].id.value()));
    EXPECT_EQ(asked[1].step, "[erased].ask") << "the run finds the one that it waits for";
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

TEST_P(ErasingTest, OnlyWhatOthersWroteCountsAsMasked) {
    people_write();
    write([&](db::Unit& unit) -> Result<> {
        auto asked = store::Reviews::ask(unit, {.directory = "customers",
                                                .about = "x:4711",
                                                .kind = store::ReviewKind::unsure,
                                                .identity = {"x", "", "4711"},
                                                .person = R"({"network":"x","id":"4711","handle":"AnneKo"})",
                                                .candidates = R"(["c-anne-0001"])"});
        if (!asked) return asked.error();
        return {};
    });

    const auto row = erase();

    ASSERT_TRUE(row) << row.error().what;
    const auto report = Json::parse(row->report)->to_boost().as_object();
    EXPECT_EQ(report.at("reviews"), 1) << "the question about her goes altogether";
    EXPECT_EQ(report.at("texts_masked"), 4) << "Bob's message; what his run held, was given, and sent";
}

TEST_P(ErasingTest, WhatIsInDoubtEndsAndNobodyIsAskedAboutItAnyMore) {
    people_write();
    const auto anne = author("4711", "AnneKo", "Anne Kowalczyk");
    const auto doubtful =
        event("900009", message("900009", "my cat", anne), store::RunState::in_doubt, "Anne Kowalczyk: cat");
    const auto doubts = read([](db::Reader& r) { return store::Doubts::list(r, {}); });
    ASSERT_THAT(doubts, SizeIs(1));

    const auto row = erase();

    ASSERT_TRUE(row) << row.error().what;
    EXPECT_THAT(wrong_books(), IsEmpty());
    const auto runs = read([&](db::Reader& r) { return store::Runs::of_event(r, doubtful); });
    EXPECT_EQ(runs.front().state, store::RunState::dropped);
    EXPECT_EQ(read([](db::Reader& r) { return store::Doubts::count(r); }), 0);
    for (const auto* word : {"my cat", "Kowalczyk: cat", "900009/r"})
        EXPECT_THAT(places_of(word), IsEmpty()) << word;
    const auto decided = database_->run([&](db::Unit& unit) -> Result<> {
        auto done = store::Doubts::decide(unit, doubts.front().id, {.by = "tester"}, clock_.now());
        if (!done) return done.error();
        return {};
    });
    ASSERT_FALSE(decided) << "somebody had looked at it before";
    EXPECT_EQ(decided.error().kind, FaultKind::conflict);
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

TEST_P(ErasingTest, OnceItIsToStopTheStoreIsNotWrittenAnewAndTheNextTimeDoesIt) {
    if (!is_sqlite()) GTEST_SKIP() << "the room of a server is its own";
    people_write();
    const auto begun = erasing().begin(*find("x:4711"), "t", "r");
    ASSERT_TRUE(begun);
    const auto row_now = [&] {
        return *read([&](db::Reader& r) { return store::Erasures::by_id(r, begun->id); });
    };
    std::stop_source stop;
    Erasing stopped({.database = *database_,
                     .journal = *journal_,
                     .clock = clock_,
                     .people = people_,
                     .erased = *erased_,
                     .stop = stop.get_token()});
    free_bytes_ = 1;
    ASSERT_FALSE(stopped.finish(*begun));
    ASSERT_EQ(row_now().state, store::ErasureState::compacting);
    free_bytes_ = std::numeric_limits<std::int64_t>::max();

    stop.request_stop();
    const auto broken_off = stopped.finish(row_now());

    ASSERT_FALSE(broken_off);
    EXPECT_EQ(broken_off.error().kind, FaultKind::cancelled);
    EXPECT_EQ(row_now().state, store::ErasureState::compacting);
    ASSERT_TRUE(erasing().finish(row_now()));
    EXPECT_EQ(row_now().state, store::ErasureState::done);
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

}  // namespace
}  // namespace maillon::hub
