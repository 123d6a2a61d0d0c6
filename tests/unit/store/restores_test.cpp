#include "core/store/restores.h"

#include "core/db/viewer.h"
#include "core/journal/sql_journal.h"
#include "core/store/calls.h"
#include "core/store/runs.h"
#include "tests/unit/store/store_test.h"

namespace maillon::store {
namespace {

using testing::HasSubstr;

class RestoresTest : public StoreTest {
protected:
    CallId call(const std::string& key, CallState state) {
        return write([&](db::Unit& unit) -> Result<CallId> {
                   auto added =
                       Calls::insert(unit, {.instance = "x", .idempotency_key = key, .state = state});
                   if (!added) return added.error();
                   return added->row.id;
               })
            .value();
    }
    CallRow get(CallId id) {
        return **read([&](db::Reader& reader) { return Calls::by_id(reader, id); });
    }
};

TEST_P(RestoresTest, WhatWasOpenMayHaveBeenMadeSinceAndWhatWasOverStaysSo) {
    const auto pending = call("a", CallState::pending);
    const auto trying = call("b", CallState::trying);
    const auto done = call("c", CallState::done);
    const auto failed = call("d", CallState::failed);

    const auto mark =
        write([&](db::Unit& unit) { return Restores::mark(unit, now() - std::chrono::hours{1}, now()); });

    ASSERT_TRUE(mark) << mark.error().what;
    EXPECT_EQ(mark->calls, 2);
    for (const auto id : {pending, trying}) {
        EXPECT_EQ(get(id).state, CallState::in_doubt);
        EXPECT_EQ(get(id).fault, FaultKind::in_doubt);
        EXPECT_THAT(get(id).detail, HasSubstr("restored"));
    }
    EXPECT_EQ(get(done).state, CallState::done);
    EXPECT_EQ(get(failed).state, CallState::failed);
}

TEST_P(RestoresTest, TheLatestMarkTellsHowFarTheStoreKnew) {
    EXPECT_FALSE(read([](db::Reader& reader) { return Restores::latest(reader); }).value());
    SqlJournal journal(*database_);
    Event event;
    event.meta.id = "1";
    ASSERT_TRUE(write([&](db::Unit& unit) { return journal.append(unit, {&event, 1}); }));
    const auto run = write([](db::Unit& unit) { return Runs::insert(unit, {.route = "r"}); }).value();
    const auto first = now();
    ASSERT_TRUE(write([&](db::Unit& unit) { return Restores::mark(unit, first, first); }));
    clock_.advance(std::chrono::hours{5});
    ASSERT_TRUE(write([&](db::Unit& unit) { return Restores::mark(unit, first, now()); }));

    const auto latest = read([](db::Reader& reader) { return Restores::latest(reader); }).value();

    ASSERT_TRUE(latest);
    EXPECT_EQ(latest->restored, now());
    EXPECT_EQ(latest->taken, first);
    EXPECT_EQ(latest->last_event, EventSeq{1});
    EXPECT_EQ(latest->last_run, run);
    auto viewer = db::Viewer::open(url());
    ASSERT_TRUE(viewer) << viewer.error().what;
    EXPECT_EQ((*viewer)->read([](db::Reader& reader) { return Restores::latest(reader); }).value()->restored,
              now())
        << "also to whoever looks from outside";
    EXPECT_EQ((*viewer)->is_file(), is_sqlite());
    EXPECT_TRUE((*viewer)->check_file(true, [] { return true; }).value().empty());
}

TEST_P(RestoresTest, AFailedCallIsTakenUpAsItIsToBeNowUnlessItHasToBeAskedAbout) {
    const auto failed = call("a", CallState::failed);
    const auto other = call("b", CallState::failed);

    const CallRow anew{.run = RunId{2},
                       .instance = "other",
                       .operation = "append",
                       .args = R"({"text":"new"})",
                       .outbound = true};

    ASSERT_TRUE(write([&](db::Unit& unit) { return Calls::ask_about(unit, failed, RunId{2}, now()); }));
    ASSERT_TRUE(write([&](db::Unit& unit) { return Calls::reopen(unit, other, anew, now()); }));

    EXPECT_EQ(get(failed).state, CallState::in_doubt);
    EXPECT_EQ(get(failed).run, RunId{2});
    EXPECT_EQ(get(failed).args, "") << "what may have arrived keeps its arguments";
    EXPECT_NE(get(failed).instance, "other") << "and is asked about where it may have arrived";
    EXPECT_EQ(get(other).state, CallState::pending);
    EXPECT_EQ(get(other).args, anew.args);
    EXPECT_EQ(get(other).instance, "other");
    EXPECT_EQ(get(other).operation, "append");
    EXPECT_TRUE(get(other).outbound);
}

TEST_P(RestoresTest, ACallThatWaitsIsMappedAnewByItsOwnRunAlone) {
    const auto waiting = call("a", CallState::failed);
    CallRow anew{.run = RunId{2}, .instance = "x", .operation = "reply", .args = "{}", .expires = now()};
    ASSERT_TRUE(write([&](db::Unit& unit) { return Calls::reopen(unit, waiting, anew, now()); }));
    anew.args = R"({"text":"new"})";
    anew.expires = now() + std::chrono::hours{1};

    ASSERT_TRUE(write([&](db::Unit& unit) { return Calls::reopen(unit, waiting, anew, now()); }));
    anew.run = RunId{3};
    EXPECT_FALSE(write([&](db::Unit& unit) { return Calls::reopen(unit, waiting, anew, now()); }));

    EXPECT_EQ(get(waiting).run, RunId{2});
    EXPECT_EQ(get(waiting).args, R"({"text":"new"})");
    EXPECT_EQ(get(waiting).expires, now());
}

MAILLON_ON_EVERY_STORE(RestoresTest);

}  // namespace
}  // namespace maillon::store
