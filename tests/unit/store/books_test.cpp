#include "core/store/books.h"

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

class BooksTest : public StoreTest {
protected:
    template <class Book>
    void add(std::string_view name, const Book& change) {
        ASSERT_TRUE(write([&](db::Unit& unit) { return Books::add(unit, name, change); }));
    }
    RunId run(RunState state, const std::string& route = "r") {
        return write([&](db::Unit& unit) { return Runs::insert(unit, {.route = route, .state = state}); })
            .value();
    }
    void append(const std::string& id) {
        SqlJournal journal(*database_);
        Event event;
        event.meta.id = id;
        event.meta.source = "/connectors/x";
        event.meta.connector = "x";
        ASSERT_TRUE(write([&](db::Unit& unit) { return journal.append(unit, {&event, 1}); }));
    }
    void routed(std::int64_t seq) {
        ASSERT_TRUE(
            write([&](db::Unit& unit) { return Positions::set(unit, Positions::kRouted, EventSeq{seq}); }));
    }
    std::vector<std::string> check() {
        return read([](db::Reader& reader) { return Books::check(reader); }).value();
    }
};

TEST_P(BooksTest, ChangesAddUp) {
    add("x", EventBook{.received = 3, .doubles = 1, .routed = 2});
    add("x", EventBook{.received = 2, .unmatched = 1, .refused = 1});
    add("r", RunBook{.started = 2, .in_flight = 2});
    add("r", RunBook{.finished = 1, .in_flight = -1});

    const auto events = read([](db::Reader& reader) { return Books::events(reader); }).value();
    const auto runs = read([](db::Reader& reader) { return Books::runs(reader); }).value();

    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].connector, "x");
    EXPECT_EQ(events[0].book.received, 5);
    EXPECT_EQ(events[0].book.doubles, 1);
    EXPECT_EQ(events[0].book.unmatched, 1);
    EXPECT_EQ(events[0].book.routed, 2);
    EXPECT_EQ(events[0].book.refused, 1);
    ASSERT_EQ(runs.size(), 1u);
    EXPECT_EQ(runs[0].route, "r");
    EXPECT_EQ(runs[0].book.started, 2);
    EXPECT_EQ(runs[0].book.finished, 1);
    EXPECT_EQ(runs[0].book.in_flight, 1);
}

TEST_P(BooksTest, EmptyBooksBalance) {
    EXPECT_THAT(check(), IsEmpty());
}

TEST_P(BooksTest, BooksThatTellTheTruthBalance) {
    append("1");
    append("2");
    routed(2);
    add("x", EventBook{.received = 4, .doubles = 1, .unmatched = 1, .routed = 1, .refused = 1});
    add("r", RunBook{.started = 7, .finished = 1, .dropped = 1, .in_doubt = 1, .waiting = 1, .in_flight = 3});
    for (const auto state : {RunState::ready, RunState::calling, RunState::claiming, RunState::waiting,
                             RunState::in_doubt, RunState::finished, RunState::dropped})
        run(state);

    EXPECT_THAT(check(), IsEmpty());
}

TEST_P(BooksTest, AnEventThatWasLostShows) {
    for (const auto* id : {"1", "2", "3"}) append(id);
    routed(3);
    add("x", EventBook{.received = 4, .routed = 3});

    EXPECT_THAT(check(), ElementsAre(AllOf(HasSubstr("to be routed"), HasSubstr("4 against 3")),
                                     AllOf(HasSubstr("events in the journal"), HasSubstr("4 against 3"))));
}

TEST_P(BooksTest, ARunThatWasLostShows) {
    run(RunState::finished);
    add("r", RunBook{.started = 2, .finished = 1});

    EXPECT_THAT(check(), ElementsAre(AllOf(HasSubstr("route r, started"), HasSubstr("2 against 1"))));
}

TEST_P(BooksTest, ABookThatBalancesInItselfButNotWithTheRowsShows) {
    add("r", RunBook{.started = 3, .in_doubt = 1, .waiting = 1, .in_flight = 1});
    run(RunState::waiting);
    run(RunState::waiting);
    run(RunState::ready);

    EXPECT_THAT(check(), ElementsAre(AllOf(HasSubstr("waiting"), HasSubstr("1 against 2")),
                                     AllOf(HasSubstr("in doubt"), HasSubstr("1 against 0"))));
}

TEST_P(BooksTest, RunsInFlightThatTheBookDoesNotKnowShow) {
    add("r", RunBook{.started = 1, .finished = 1});
    run(RunState::calling);
    run(RunState::ready, "nobody");

    EXPECT_THAT(check(), ElementsAre(AllOf(HasSubstr("route r, finished"), HasSubstr("1 against 0")),
                                     AllOf(HasSubstr("route r, in flight"), HasSubstr("0 against 1")),
                                     HasSubstr("route nobody, runs without a book")));
}

TEST_P(BooksTest, EventsBehindTheRoutedPositionAreStillToCome) {
    append("1");
    append("2");
    routed(1);
    add("x", EventBook{.received = 2, .routed = 1});
    EXPECT_THAT(check(), IsEmpty());

    routed(2);
    EXPECT_THAT(check(), ElementsAre(HasSubstr("connector x")));
    add("x", EventBook{.unmatched = 1});
    EXPECT_THAT(check(), IsEmpty());
}

TEST_P(BooksTest, EventsThatCameBeforeAnyWasRoutedAreStillToCome) {
    append("1");
    append("2");
    add("x", EventBook{.received = 2});

    EXPECT_THAT(check(), IsEmpty()) << "else a hub that was killed in its first second never starts again";
}

TEST_P(BooksTest, EventsOfAConnectorWithoutABookShow) {
    append("1");

    EXPECT_THAT(check(), ElementsAre(AllOf(HasSubstr("connector x"), HasSubstr("0 against 1"))));
}

MAILLON_ON_EVERY_STORE(BooksTest);

}  // namespace
}  // namespace maillon::store
