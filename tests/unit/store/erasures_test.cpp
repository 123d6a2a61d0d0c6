#include "core/store/erasures.h"

#include "core/journal/sql_journal.h"
#include "core/store/books.h"
#include "core/store/calls.h"
#include "core/store/claims.h"
#include "core/store/conversations.h"
#include "core/store/dead_letters.h"
#include "core/store/removal.h"
#include "core/store/run_items.h"
#include "core/store/state.h"
#include "core/store/texts.h"
#include "tests/unit/store/store_test.h"

#include <algorithm>

namespace maillon::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ErasuresTest : public StoreTest {
protected:
    ErasureId begin() {
        return write([&](db::Unit& unit) {
                   return Erasures::insert(unit, {.person = "{}", .report = "{}", .created = now()});
               })
            .value();
    }
    ErasureRow row(ErasureId id) {
        return *read([&](db::Reader& reader) { return Erasures::by_id(reader, id); }).value();
    }
};

TEST_P(ErasuresTest, AnErasureIsOpenUntilItIsDoneAndThenMovesNoMore) {
    const auto id = begin();
    auto erasure = row(id);
    EXPECT_EQ(read([](db::Reader& r) { return Erasures::open(r); })->size(), 1u);

    erasure.state = ErasureState::done;
    erasure.person.clear();
    erasure.finished = now();
    ASSERT_TRUE(write([&](db::Unit& unit) { return Erasures::update(unit, erasure); }));

    EXPECT_THAT(read([](db::Reader& r) { return Erasures::open(r); }).value(), IsEmpty());
    EXPECT_FALSE(write([&](db::Unit& unit) { return Erasures::update(unit, erasure); }));
}

TEST_P(ErasuresTest, WhatIsKeptOutIsAddedUp) {
    const auto id = begin();
    for (int i = 0; i < 2; ++i)
        ASSERT_TRUE(write([&](db::Unit& unit) {
            return Erasures::note_kept_out(unit, id, {.events_refused = 3, .records_refused = 1}, now());
        }));

    EXPECT_EQ(row(id).events_refused, 6);
    EXPECT_EQ(row(id).records_refused, 2);
    EXPECT_EQ(row(id).last_kept_out, now());
}

TEST_P(ErasuresTest, ATombstoneOfAnEarlierErasureStays) {
    const auto first = begin(), second = begin();
    for (const auto id : {first, second})
        ASSERT_TRUE(write([&](db::Unit& unit) {
            const std::vector<Tombstone> stones{{.digest = "abc", .erasure = id}};
            return Tombstones::put(unit, stones);
        }));

    const auto all = read([](db::Reader& r) { return Tombstones::all(r); }).value();

    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all.front().erasure, first);
}

MAILLON_ON_EVERY_STORE(ErasuresTest);

/// An event with a run in every state, each with a step, a call and what else belongs to it.
class RemovalTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        if (!database_) return;
        journal_ = std::make_unique<SqlJournal>(*database_);
        event_.meta = {.id = "1",
                       .source = "/connectors/x",
                       .connector = "x",
                       .type = "message.received",
                       .subject = "Anne",
                       .key = "Anne",
                       .time = now(),
                       .received = now(),
                       .origin = "Anne"};
        event_.body = *Json::parse(R"({"id":"77","text":"I am Anne"})");
        const auto done = write([&](db::Unit& unit) -> Result<void> {
            auto added = journal_->append(unit, {&event_, 1});
            if (!added) return added.error();
            event_.seq = added->front().seq;
            auto booked = Books::add(unit, "x", EventBook{.received = 1, .routed = 1});
            if (booked) booked = Positions::set(unit, Positions::kRouted, event_.seq);
            return booked;
        });
        ASSERT_TRUE(done) << done.error().what;
    }

    RunId run(RunState state) {
        RunBook book{.started = 1};
        const auto id = write([&](db::Unit& unit) -> Result<RunId> {
            auto made = Runs::insert(unit, {.event = event_.seq,
                                            .route = "r",
                                            .key = "Anne",
                                            .state = state,
                                            .frame = R"({"values":{"who":"Anne"}})",
                                            .reason = "Anne"});
            if (!made) return made;
            member(book, state) = 1;
            if (auto done = Books::add(unit, "r", book); !done) return done.error();
            if (auto done = Steps::append(
                    unit, {.run = *made, .step = "s", .inputs = "Anne", .result = "Anne", .detail = "Anne"});
                !done)
                return done.error();
            CallRow call{.run = *made,
                         .step = "s",
                         .instance = "crm",
                         .operation = "create",
                         .idempotency_key = "x:1/r/s" + std::to_string(made->value()),
                         .target_key = "Anne",
                         .args = R"({"name":"Anne"})"};
            if (auto done = Calls::insert(unit, call); !done) return done.error();
            const RunItem item{"Anne", R"("Anne")"};
            if (auto done = RunItems::put(unit, *made, "each", {&item, 1}); !done) return done.error();
            const DeadLetterRow letter{.run = *made,
                                       .event = event_.seq,
                                       .route = "r",
                                       .instance = "crm",
                                       .reason = "Anne",
                                       .key = "Anne",
                                       .frame = "Anne"};
            if (auto kept = DeadLetters::insert(unit, letter); !kept) return kept.error();
            return made;
        });
        EXPECT_TRUE(id) << id.error().what;
        return *id;
    }
    static std::int64_t& member(RunBook& book, RunState state) {
        switch (state) {
            case RunState::waiting: return book.waiting;
            case RunState::in_doubt: return book.in_doubt;
            case RunState::finished: return book.finished;
            default: return book.in_flight;
        }
    }
    /// Every text of the store that holds the word, as "table.column".
    std::vector<std::string> places_of(const std::string& word) {
        std::vector<std::string> out;
        for (const auto& column : Texts::columns()) {
            const auto page = read([&](db::Reader& r) { return Texts::page(r, column, 0, 100); });
            EXPECT_TRUE(page) << page.error().what;
            if (std::ranges::any_of(*page, [&](const Texts::Row& row) {
                    return std::get<1>(row).find(word) != std::string::npos;
                }))
                out.push_back(std::string(column.table) + '.' + std::string(column.column));
        }
        return out;
    }
    Removed remove() {
        return write([&](db::Unit& unit) { return Removal::event(unit, event_, now()); }).value();
    }
    std::vector<std::string> wrong() {
        return read([](db::Reader& reader) { return Books::check(reader); }).value();
    }

    std::unique_ptr<SqlJournal> journal_;
    Event event_;
};

TEST_P(RemovalTest, NothingOfWhatWasToldIsLeftInEventRunsStepsCallsAndLetters) {
    run(RunState::finished);
    EXPECT_THAT(places_of("Anne"), testing::Not(IsEmpty()));

    const auto removed = remove();

    EXPECT_THAT(places_of("Anne"), IsEmpty());
    EXPECT_EQ(removed.events, 1);
    EXPECT_EQ(removed.runs, 1);
    EXPECT_EQ(removed.calls, 1);
    EXPECT_EQ(removed.letters, 1);
    const auto left = *journal_->by_seq(event_.seq).value();
    EXPECT_TRUE(Removal::is_done(left));
    EXPECT_EQ(left.meta.type, "message.received");
    EXPECT_FALSE(journal_->find("/connectors/x", "1").value()) << "its id was the person's";
}

TEST_P(RemovalTest, RunsThatAreNotOverEndAndTheBooksBalance) {
    for (const auto state : {RunState::calling, RunState::waiting, RunState::in_doubt, RunState::finished})
        run(state);
    ASSERT_THAT(wrong(), IsEmpty());

    const auto removed = remove();

    EXPECT_EQ(removed.runs_ended, 3);
    EXPECT_THAT(wrong(), IsEmpty());
    const auto books = read([](db::Reader& reader) { return Books::runs(reader); }).value();
    EXPECT_EQ(books.front().book.dropped, 3);
    EXPECT_EQ(books.front().book.finished, 1);
    EXPECT_THAT(read([](db::Reader& r) { return Calls::open(r, "", CallId{}, 10); }).value(), IsEmpty());
    EXPECT_EQ(read([](db::Reader& r) { return DeadLetters::count_open(r); }).value(), 0);
}

TEST_P(RemovalTest, SealedBooksBalanceToo) {
    run(RunState::finished);
    seal();

    remove();

    seal();
    EXPECT_THAT(wrong(), IsEmpty());
    EXPECT_THAT(read([](db::Reader& reader) {
                    return Books::verify(reader, [](std::int64_t, std::int64_t) { return true; });
                }).value(),
                IsEmpty());
}

TEST_P(RemovalTest, DoneTwiceItChangesNothingMore) {
    run(RunState::waiting);
    remove();

    const auto again = remove();

    EXPECT_EQ(again.runs_ended, 0);
    EXPECT_THAT(wrong(), IsEmpty());
}

TEST_P(RemovalTest, TheConversationThatItOpenedGoesWithItsTies) {
    const auto opener = run(RunState::finished);
    const auto talk = write([&](db::Unit& unit) {
        return Conversations::get_or_open(
            unit,
            {.name = "support", .instance = "x", .thread = "t", .opened_by = event_.seq, .opener = opener});
    });
    ASSERT_TRUE(write([&](db::Unit& unit) {
        return Conversations::add_ref(unit, talk->row.id, {"case", "8f3"});
    }));
    const auto tied = read([&](db::Reader& r) { return ValueRows::refs_opened_by(r, event_.seq); }).value();
    ASSERT_THAT(tied, ElementsAre(std::tuple("case", "8f3")));

    EXPECT_EQ(remove().conversations, 1);

    EXPECT_FALSE(read([&](db::Reader& r) { return Conversations::by_id(r, talk->row.id); }).value());
}

TEST_P(RemovalTest, WhatItsRunsEmittedIsFound) {
    Event child = event_;
    child.meta.source = "/hub";
    child.meta.connector = "hub";
    Event other = child;
    child.meta.id = "x:1/r/s";
    other.meta.id = "x:12/r/s";
    std::vector<Event> both{child, other};
    const auto seqs = write([&](db::Unit& unit) { return journal_->append(unit, both); }).value();

    const auto found = read([&](db::Reader& r) { return Removal::children(r, event_); }).value();

    EXPECT_THAT(found, ElementsAre(seqs[0].seq));
}

MAILLON_ON_EVERY_STORE(RemovalTest);

/// The schema is the same everywhere; here it can be asked for.
TEST(Texts, EveryTextOfTheSchemaIsLookedIntoRemovedByItsRowOrAboutNobody) {
    test::TemporaryFolder folder;
    FakeClock clock;
    auto database = open({.url = folder.url(), .clock = &clock}).value();
    std::vector<std::string> known;
    for (const auto& column : Texts::columns())
        known.push_back(std::string(column.table) + '.' + std::string(column.column));
    for (const auto list : {Texts::removed_by_row(), Texts::about_nobody()})
        known.insert(known.end(), list.begin(), list.end());
    std::ranges::sort(known);

    const auto there = database->read([](db::Reader& reader) {
        return reader.rows<std::string>(
            "SELECT m.name || '.' || c.name FROM sqlite_master m,"
            " pragma_table_info(m.name) c WHERE m.type = 'table' AND c.type ="
            " 'TEXT' ORDER BY m.name || '.' || c.name");
    });

    EXPECT_EQ(known, there.value()) << "say in core/store/texts.cpp what the column holds of people";
}

}  // namespace
}  // namespace maillon::store
