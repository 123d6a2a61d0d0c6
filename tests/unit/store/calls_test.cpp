#include "core/store/calls.h"
#include "core/store/runs.h"

#include "tests/unit/store/store_test.h"

namespace maillon::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CallsTest : public StoreTest {
protected:
    CallRow call(const std::string& key, const std::string& instance = "crm") {
        return {.run = RunId{7},
                .step = "note",
                .instance = instance,
                .operation = "create",
                .idempotency_key = key,
                .target_key = "case-1",
                .args = R"({"module":"Notes"})",
                .outbound = true,
                .created = now(),
                .not_before = now(),
                .expires = now() + std::chrono::hours{24}};
    }
    CallId insert(const std::string& key, const std::string& instance = "crm") {
        return write([&](db::Unit& unit) { return Calls::insert(unit, call(key, instance)); })->row.id;
    }
    CallRow get(CallId id) {
        return read([&](db::Reader& reader) { return Calls::by_id(reader, id); }).value().value();
    }
    Result<void> try_it(CallId id) {
        return write([&](db::Unit& unit) { return Calls::mark_trying(unit, {&id, 1}, now()); });
    }
    Result<void> settle(CallId id, const CallOutcome& outcome) {
        return write([&](db::Unit& unit) { return Calls::settle(unit, id, outcome, now()); });
    }
    Result<void> reschedule(CallId id, TimePoint at) {
        return write(
            [&](db::Unit& unit) { return Calls::reschedule(unit, id, at, FaultKind::rate_limited, "429"); });
    }
    std::vector<CallId> open(std::string_view instance, CallId after = {}, std::size_t limit = 10) {
        std::vector<CallId> ids;
        for (const auto& row :
             read([&](db::Reader& reader) { return Calls::open(reader, instance, after, limit); }).value())
            ids.push_back(row.id);
        return ids;
    }
};

TEST_P(CallsTest, ACallComesBackAsItWasRecorded) {
    const auto row = get(insert("k1"));

    EXPECT_EQ(row.run, RunId{7});
    EXPECT_EQ(row.step, "note");
    EXPECT_EQ(row.instance, "crm");
    EXPECT_EQ(row.operation, "create");
    EXPECT_EQ(row.idempotency_key, "k1");
    EXPECT_EQ(row.target_key, "case-1");
    EXPECT_EQ(row.args, R"({"module":"Notes"})");
    EXPECT_EQ(row.state, CallState::pending);
    EXPECT_EQ(row.attempts, 0);
    EXPECT_TRUE(row.outbound);
    EXPECT_EQ(row.not_before, now());
    EXPECT_EQ(row.expires, now() + std::chrono::hours{24});
    EXPECT_FALSE(row.first_tried || row.finished || row.fault);
}

TEST_P(CallsTest, PostponedItIsAsItWasButLater) {
    const auto id = insert("k1");
    ASSERT_TRUE(reschedule(id, now()));
    const auto later = now() + std::chrono::hours{1};

    ASSERT_TRUE(write([&](db::Unit& unit) { return Calls::postpone(unit, id, later); }));

    const auto row = get(id);
    EXPECT_EQ(row.not_before, later);
    EXPECT_EQ(row.state, CallState::pending);
    EXPECT_EQ(row.fault, FaultKind::rate_limited);
    EXPECT_EQ(row.detail, "429");
    ASSERT_TRUE(settle(id, {}));
    EXPECT_FALSE(write([&](db::Unit& unit) { return Calls::postpone(unit, id, later); }));
}

TEST_P(CallsTest, WhatReachesAPersonIsDueApartFromTheRestAndWhatHasBeenDueForLongestGoesFirst) {
    const auto due_for = [&](const std::string& key, bool outbound, int seconds,
                             CallState state = CallState::pending) {
        auto row = call(key);
        row.state = state;
        row.outbound = outbound;
        row.not_before = now() - std::chrono::seconds{seconds};
        row.run = write([&](db::Unit& unit) {
                      return Runs::insert(unit, RunRow{.route = "r", .key = key, .state = RunState::calling});
                  }).value();
        ASSERT_TRUE(write([&](db::Unit& unit) { return Calls::insert(unit, row); }));
    };
    due_for("note 1", false, 100);
    due_for("note 2", false, 200);
    due_for("answer 1", true, 5);
    due_for("answer 2", true, 10);
    due_for("answer to come", true, -10);
    const auto due = [&](bool outbound, std::size_t limit) {
        std::vector<std::string> keys;
        for (const auto& row : read([&](db::Reader& reader) {
                                   return Calls::due(reader, "crm", now(), outbound, limit);
                               }).value())
            keys.push_back(row.idempotency_key);
        return keys;
    };
    EXPECT_THAT(due(true, 10), ElementsAre("answer 2", "answer 1"));
    EXPECT_THAT(due(true, 1), ElementsAre("answer 2"));
    EXPECT_THAT(due(false, 10), ElementsAre("note 2", "note 1"));
    // Whatever waits behind it for the same target is older than the moment at which it was found in doubt.
    due_for("note in doubt", false, 0, CallState::in_doubt);
    EXPECT_THAT(due(false, 10), ElementsAre("note in doubt", "note 2", "note 1"));
    EXPECT_THAT(due(false, 2), ElementsAre("note in doubt", "note 2"));
    EXPECT_THAT(due(false, 1), ElementsAre("note in doubt"));
}

TEST_P(CallsTest, WhatARunThatIsOverHasLeftInDoubtKeepsNoInstance) {
    const auto run = write([&](db::Unit& unit) {
        return Runs::insert(
            unit, RunRow{.event = EventSeq{1}, .route = "r", .key = "k", .state = RunState::calling});
    });
    ASSERT_TRUE(run);
    auto row = call("k1");
    row.run = *run;
    row.state = CallState::in_doubt;
    ASSERT_TRUE(write([&](db::Unit& unit) { return Calls::insert(unit, row); }));
    const auto open_instances = [&] {
        return read([](db::Reader& reader) { return Calls::open_instances(reader); }).value();
    };
    EXPECT_THAT(open_instances(), ElementsAre("crm"));

    ASSERT_TRUE(write([&](db::Unit& unit) {
        return Runs::settle(unit, *run, RunState::dead_lettered, "given up", now());
    }));

    EXPECT_THAT(open_instances(), IsEmpty());
}

TEST_P(CallsTest, TheSameIdempotencyKeyIsTheSameCall) {
    const auto id = insert("k1");
    ASSERT_TRUE(try_it(id));

    const auto again = write([&](db::Unit& unit) { return Calls::insert(unit, call("k1", "other")); });

    ASSERT_TRUE(again);
    EXPECT_FALSE(again->is_new);
    EXPECT_EQ(again->row.id, id);
    EXPECT_EQ(again->row.state, CallState::trying);
    EXPECT_EQ(again->row.instance, "crm");
    EXPECT_EQ(read([](db::Reader& reader) { return Calls::by_key(reader, "k1"); }).value()->id, id);
}

TEST_P(CallsTest, TryingCountsAttemptsAndKeepsTheFirstMoment) {
    const auto id = insert("k1");
    const auto first = now();
    ASSERT_TRUE(try_it(id));
    EXPECT_FALSE(try_it(id)) << "it is being tried already";
    clock_.advance(std::chrono::minutes{1});
    ASSERT_TRUE(reschedule(id, now() + std::chrono::minutes{5}));

    EXPECT_EQ(get(id).state, CallState::pending);
    EXPECT_EQ(get(id).not_before, now() + std::chrono::minutes{5});
    EXPECT_EQ(get(id).fault, FaultKind::rate_limited);
    EXPECT_EQ(get(id).detail, "429");
    ASSERT_TRUE(try_it(id));
    EXPECT_EQ(get(id).attempts, 2);
    EXPECT_EQ(get(id).first_tried, first);
}

TEST_P(CallsTest, ManyAreMarkedWholeOrNotAtAll) {
    const auto a = insert("a");
    const auto b = insert("b");
    ASSERT_TRUE(try_it(b));
    const std::vector ids{a, b};

    EXPECT_FALSE(write([&](db::Unit& unit) { return Calls::mark_trying(unit, ids, now()); }));

    EXPECT_EQ(get(a).state, CallState::pending);
    EXPECT_EQ(get(a).attempts, 0);
}

TEST_P(CallsTest, AnOutcomeIsKeptOnceAndForGood) {
    const auto id = insert("k1");
    ASSERT_TRUE(try_it(id));
    ASSERT_TRUE(settle(id, {.result = R"({"id":"8f"})", .remote_id = "8f", .remote_revision = "17"}));

    EXPECT_EQ(get(id).state, CallState::done);
    EXPECT_EQ(get(id).result, R"({"id":"8f"})");
    EXPECT_EQ(get(id).remote_id, "8f");
    EXPECT_EQ(get(id).remote_revision, "17");
    EXPECT_EQ(get(id).finished, now());
    EXPECT_FALSE(settle(id, {.state = CallState::failed}));
    EXPECT_FALSE(reschedule(id, now()));
    EXPECT_EQ(get(id).state, CallState::done);
}

TEST_P(CallsTest, ACallInDoubtStaysOpenUntilItIsDecided) {
    const auto id = insert("k1");
    ASSERT_TRUE(try_it(id));
    ASSERT_TRUE(
        settle(id, {.state = CallState::in_doubt, .fault = FaultKind::in_doubt, .detail = "cut off"}));

    EXPECT_THAT(open("crm"), ElementsAre(id));
    EXPECT_FALSE(get(id).finished);
    ASSERT_TRUE(settle(id, {.remote_id = "8f"}));
    EXPECT_THAT(open("crm"), IsEmpty());
    EXPECT_EQ(get(id).state, CallState::done);
    EXPECT_FALSE(get(id).fault);
}

TEST_P(CallsTest, AnOutcomeThatIsNoneIsRefused) {
    const auto id = insert("k1");

    EXPECT_FALSE(settle(id, {.state = CallState::pending}));
    EXPECT_FALSE(settle(id, {.state = CallState::trying}));
    EXPECT_FALSE(settle(CallId{4711}, {}));
}

TEST_P(CallsTest, AfterARestartWhatWasBeingTriedIsInDoubt) {
    const auto pending = insert("a");
    const auto trying = insert("b");
    const auto done = insert("c");
    ASSERT_TRUE(try_it(trying));
    ASSERT_TRUE(settle(done, {}));
    reopen();

    EXPECT_EQ(write([&](db::Unit& unit) { return Calls::doubt_interrupted(unit, now()); }).value(), 1);

    EXPECT_EQ(get(pending).state, CallState::pending);
    EXPECT_EQ(get(trying).state, CallState::in_doubt);
    EXPECT_EQ(get(trying).fault, FaultKind::in_doubt);
    EXPECT_EQ(get(trying).not_before, now()) << "since then, also at the next start";
    EXPECT_EQ(get(done).state, CallState::done);
}

TEST_P(CallsTest, OpenCallsAreListedByInstanceInOrder) {
    const auto a = insert("a");
    const auto b = insert("b", "x");
    const auto c = insert("c");
    ASSERT_TRUE(settle(insert("d"), {.state = CallState::failed, .fault = FaultKind::rejected}));

    EXPECT_THAT(open("crm"), ElementsAre(a, c));
    EXPECT_THAT(open("x"), ElementsAre(b));
    EXPECT_THAT(open(""), ElementsAre(a, b, c));
    EXPECT_THAT(open("", a, 1), ElementsAre(b));
    EXPECT_EQ(read([](db::Reader& reader) { return Calls::of_run(reader, RunId{7}); })->size(), 4u);
}

MAILLON_ON_EVERY_STORE(CallsTest);

}  // namespace
}  // namespace maillon::store
