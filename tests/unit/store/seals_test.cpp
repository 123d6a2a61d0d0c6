#include "core/store/seals.h"

#include "core/journal/sql_journal.h"
#include "core/store/runs.h"
#include "core/store/state.h"
#include "tests/unit/store/store_test.h"

namespace maillon::store {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Sentences = Books::Sentences;

/// Books of a hub with one connector `x` and one route `r`, whose every event starts a run.
class SealsTest : public StoreTest {
protected:
    /// An event that comes in; not yet put to the routes.
    void receive() {
        SqlJournal journal(*database_);
        Event event;
        event.meta.id = std::to_string(++events_);
        event.meta.source = "/connectors/x";
        event.meta.connector = "x";
        ASSERT_TRUE(write([&](db::Unit& unit) -> Result<void> {
            auto added = journal.append(unit, {&event, 1});
            if (!added) return added.error();
            return Books::add(unit, "x", EventBook{.received = 1});
        }));
    }
    RunId start() {
        RunId id{};
        EXPECT_TRUE(write([&](db::Unit& unit) -> Result<void> {
            auto run = Runs::insert(unit, {.event = EventSeq{++routed_}, .route = "r"});
            if (!run) return run.error();
            id = *run;
            auto done = Positions::set(unit, Positions::kRouted, EventSeq{routed_});
            if (done) done = Books::add(unit, "x", EventBook{.routed = 1});
            if (done) done = Books::add(unit, "r", RunBook{.started = 1, .in_flight = 1});
            return done;
        }));
        return id;
    }
    void end(RunId id, RunState state = RunState::finished) {
        ASSERT_TRUE(write([&](db::Unit& unit) -> Result<void> {
            if (auto done = Runs::settle(unit, id, state, "", now()); !done) return done;
            return Books::add(unit, "r",
                              RunBook{.finished = state == RunState::finished,
                                      .dropped = state == RunState::dropped,
                                      .dead_lettered = state == RunState::dead_lettered,
                                      .in_flight = -1});
        }));
    }
    /// Three events that came and were dealt with, one that is under way, one that is to be routed.
    void day() {
        for (int i = 0; i < 5; ++i) receive();
        end(start());
        open_ = start();
        end(start(), RunState::dropped);
        end(start(), RunState::dead_lettered);
    }
    void tamper(const std::string& sql) {
        ASSERT_TRUE(write([&](db::Unit& unit) { return unit.exec(sql); })) << sql;
    }
    void forget() {
        ASSERT_TRUE(write([&](db::Unit& unit) -> Result<void> {
            auto runs = Runs::forget(unit, TimePoint::max(), 100);
            if (!runs) return runs.error();
            SqlJournal journal(*database_);
            const auto up_to = Seals::events_up_to(unit);
            if (!up_to) return up_to.error();
            auto gone = journal.forget(
                unit, {TimePoint::max(), std::min(*up_to, EventSeq{1}), TimePoint::max()}, 100);
            if (!gone) return gone.error();
            return Seals::note_forgotten(unit, gone->by_connector);
        }));
    }
    Sentences check() {
        return read([](db::Reader& reader) { return Books::check(reader); }).value();
    }
    Sentences verify() {
        return read([](db::Reader& reader) {
                   return Books::verify(reader, [](std::int64_t, std::int64_t) { return true; });
               })
            .value();
    }
    std::int64_t number(const std::string& sql) {
        return **read([&](db::Reader& reader) { return reader.row<std::int64_t>(sql); });
    }

    int events_ = 0;
    std::int64_t routed_ = 0;
    RunId open_{};
};

TEST_P(SealsTest, BooksBalanceBeforeAndAfterSealingWhateverTheSizeOfATurn) {
    day();
    EXPECT_THAT(check(), IsEmpty());

    seal(1);
    EXPECT_THAT(check(), IsEmpty());
    EXPECT_THAT(verify(), IsEmpty());
    EXPECT_EQ(number("SELECT journaled FROM event_seals"), 4) << "what is not routed is not sealed";
    EXPECT_EQ(number("SELECT run FROM run_seal_open"), open_.value());

    day();
    seal(100);
    EXPECT_THAT(verify(), IsEmpty());
}

TEST_P(SealsTest, ARunThatWasOpenAtItsSealingIsCountedWhereverItGoes) {
    day();
    seal();
    end(open_);
    EXPECT_THAT(check(), IsEmpty()) << "over, and still listed as open";

    seal();

    EXPECT_THAT(verify(), IsEmpty());
    EXPECT_EQ(number("SELECT count(*) FROM run_seal_open"), 0);
    EXPECT_EQ(number("SELECT finished FROM run_seals"), 2);
}

TEST_P(SealsTest, WhatIsForgottenStaysInTheSums) {
    day();
    seal();
    forget();

    EXPECT_EQ(number("SELECT count(*) FROM runs"), 1) << "the open one";
    EXPECT_EQ(number("SELECT count(*) FROM events"), 4);
    EXPECT_THAT(verify(), IsEmpty());

    end(open_);
    seal();
    forget();
    EXPECT_EQ(number("SELECT count(*) FROM runs"), 0);
    EXPECT_THAT(verify(), IsEmpty());
}

TEST_P(SealsTest, ACheckLooksAtNothingThatIsSealedAndOver) {
    day();
    seal();
    tamper("DELETE FROM runs WHERE state = 'dropped'");
    tamper("DELETE FROM events WHERE seq = 1");

    EXPECT_THAT(check(), IsEmpty());
    EXPECT_THAT(verify(),
                ElementsAre(AllOf(HasSubstr("connector x, sealed events"), HasSubstr("4 against 3")),
                            AllOf(HasSubstr("route r, sealed runs"), HasSubstr("dropped: 1 against 0"))));
}

TEST_P(SealsTest, EveryFigureThatIsTamperedWithShows) {
    day();
    seal();
    day();
    for (const auto* figure : {"received", "doubles", "unmatched", "routed", "refused"}) {
        tamper("UPDATE event_books SET " + std::string(figure) + " = " + figure + " + 1");
        EXPECT_FALSE(check().empty()) << figure;
        tamper("UPDATE event_books SET " + std::string(figure) + " = " + figure + " - 1");
    }
    for (const auto* figure :
         {"started", "finished", "dropped", "dead_lettered", "in_doubt", "waiting", "in_flight"}) {
        tamper("UPDATE run_books SET " + std::string(figure) + " = " + figure + " + 1");
        EXPECT_FALSE(check().empty()) << figure;
        tamper("UPDATE run_books SET " + std::string(figure) + " = " + figure + " - 1");
    }
    EXPECT_THAT(check(), IsEmpty());
}

TEST_P(SealsTest, FiguresChangedSoThatTheBookBalancesInItselfStillShow) {
    day();
    tamper("UPDATE event_books SET received = received + 1, unmatched = unmatched + 1");
    tamper("UPDATE run_books SET finished = finished + 1, dead_lettered = dead_lettered - 1");

    EXPECT_THAT(check(), ElementsAre(HasSubstr("events in the journal: 6 against 5"),
                                     HasSubstr("finished in the book against runs: 2 against 1"),
                                     HasSubstr("dead-lettered in the book against runs: 0 against 1")));
}

TEST_P(SealsTest, RowsThatVanishOrComeBackShow) {
    day();
    seal();
    tamper("UPDATE runs SET state = 'ready', unsettled = 1 WHERE state = 'finished'");
    EXPECT_THAT(check(), ElementsAre(HasSubstr("open runs that should be over")));
    tamper("UPDATE runs SET state = 'finished', unsettled = 0 WHERE id <> " + std::to_string(open_.value()) +
           " AND unsettled = 1");

    tamper("DELETE FROM runs WHERE unsettled = 1");
    EXPECT_THAT(check(), ElementsAre(HasSubstr("in flight in the book against runs: 1 against 0"),
                                     HasSubstr("open when they were sealed and are gone: 0 against 1")));

    tamper("DELETE FROM events WHERE seq = 5");
    EXPECT_THAT(check(), testing::Contains(HasSubstr("to be routed: 5 against 4")));
}

TEST_P(SealsTest, BooksArePutRightFromTheRowsAndTheReasonIsKept) {
    day();
    seal();
    forget();
    day();
    tamper("UPDATE event_books SET received = 99, routed = 3, unmatched = 0");
    tamper("UPDATE run_books SET finished = 70, started = 1");
    tamper("DELETE FROM runs WHERE state = 'dropped'");
    tamper("UPDATE run_seals SET dead_lettered = 40");
    const auto wrong = verify();
    ASSERT_FALSE(wrong.empty());

    ASSERT_TRUE(write([&](db::Unit& unit) { return Books::correct(unit, wrong, "disk replaced", now()); }));

    EXPECT_THAT(verify(), IsEmpty());
    const auto kept = read([](db::Reader& reader) { return Books::corrections(reader); }).value();
    ASSERT_EQ(kept.size(), 1u);
    EXPECT_EQ(kept[0].reason, "disk replaced");
    EXPECT_THAT(kept[0].wrong, HasSubstr(wrong.back()));
    receive();
    end(start());
    seal(1);
    EXPECT_THAT(verify(), IsEmpty()) << "and goes on from there";
}

TEST_P(SealsTest, ASecondSealerIsRefused) {
    day();
    const auto due = read([](db::Reader& reader) { return Seals::due(reader, RunId{}, 10); }).value();
    seal();

    const auto done = write([&](db::Unit& unit) { return Seals::seal(unit, due); });

    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().what, HasSubstr("sealed by somebody else"));
    EXPECT_THAT(verify(), IsEmpty());
}

TEST_P(SealsTest, AFullCountCanBeEnded) {
    day();
    seal();

    const auto ended = read([](db::Reader& reader) {
        return Books::verify(reader, [](std::int64_t, std::int64_t) { return false; });
    });

    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().kind, FaultKind::cancelled);
}

MAILLON_ON_EVERY_STORE(SealsTest);

}  // namespace
}  // namespace maillon::store
