#include "core/journal/sql_journal.h"
#include "core/store/books.h"
#include "core/store/calls.h"
#include "core/store/claims.h"
#include "core/store/runs.h"
#include "core/store/state.h"
#include "tests/unit/store/store_test.h"

namespace maillon::store {
namespace {

/// What belongs together in one unit, tried with a failure at every step: all of it is there or none.
class TogetherTest : public test::EveryStoreTest {
protected:
    static Event event() {
        Event event;
        event.meta.id = "1";
        event.meta.source = "/connectors/x";
        event.meta.connector = "x";
        event.body = *Json::parse("{}");
        return event;
    }

    Result<void> take_in(db::Unit& unit, SqlJournal& journal) const {
        const std::vector events{event()};
        auto appended = journal.append(unit, events);
        if (!appended) return appended.error();
        auto run =
            Runs::insert(unit, {.event = appended->at(0).seq, .route = "r", .state = RunState::calling});
        if (!run) return run.error();
        auto call = Calls::insert(unit, {.run = *run, .idempotency_key = "k"});
        if (!call) return call.error();
        auto claim = Claims::claim(unit, "case", "t1", *run, clock_.now());
        if (!claim) return claim.error();
        auto done = Cursors::set(unit, "x", "mentions", "1", clock_.now());
        if (done) done = Positions::set(unit, Positions::kRouted, appended->at(0).seq);
        if (done) done = Books::add(unit, "x", EventBook{.received = 1, .routed = 1});
        if (done) done = Books::add(unit, "r", RunBook{.started = 1, .in_flight = 1});
        return done;
    }

    /// How many of the seven things are there.
    static std::int64_t present(db::Database& database) {
        return *database
                    .read([](db::Reader& reader) {
                        return reader.row<std::int64_t>(
                            "SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM runs)"
                            " + (SELECT count(*) FROM calls) + (SELECT count(*) FROM claims)"
                            " + (SELECT count(*) FROM cursors) + (SELECT count(*) FROM event_books)"
                            " + (SELECT count(*) FROM run_books)");
                    })
                    .value();
    }

    FakeClock clock_;
};

TEST_P(TogetherTest, EverythingOfAUnitIsKeptOrNothing) {
    for (const auto how : {db::Injected::disk_full, db::Injected::io_error, db::Injected::cut}) {
        if (how == db::Injected::cut && is_sqlite()) continue;
        int n = 0;
        for (bool failed = true; failed; ++n) {
            const test::StorePlace place(GetParam());
            db::FailAt fail(n, how);
            bool kept = false;
            {
                auto database = open({.url = place.url(), .clock = &clock_, .inject = std::ref(fail)});
                ASSERT_TRUE(database) << database.error().what;
                SqlJournal journal(**database);
                kept = (*database)->run([&](db::Unit& unit) { return take_in(unit, journal); }).has_value();
            }
            failed = fail.fired();
            auto database = open({.url = place.url(), .clock = &clock_});
            ASSERT_TRUE(database) << database.error().what;

            EXPECT_EQ(present(**database), kept ? 7 : 0) << "step " << n;
            EXPECT_TRUE((*database)->read([](db::Reader& reader) { return Books::check(reader); })->empty());
        }
        EXPECT_GE(n, 10) << "the unit has more steps than that";
    }
}

TEST_P(TogetherTest, AllOfItIsThereAfterwards) {
    const test::StorePlace place(GetParam());
    auto database = open({.url = place.url(), .clock = &clock_});
    ASSERT_TRUE(database);
    SqlJournal journal(**database);

    ASSERT_TRUE((*database)->run([&](db::Unit& unit) { return take_in(unit, journal); }));
    ASSERT_TRUE((*database)->run(
        [&](db::Unit& unit) { return Cursors::set(unit, "x", "mentions", "2", clock_.now()); }));

    EXPECT_EQ(present(**database), 7);
}

MAILLON_ON_EVERY_STORE(TogetherTest);

}  // namespace
}  // namespace maillon::store
