#include "core/hub/ingest.h"

#include "core/base/time.h"
#include "tests/unit/hub/hub_test.h"

#include <future>
#include <limits>

namespace maillon::hub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Way = Ingest::Way;

class IngestTest : public HubTest {
protected:
    /// Takes one event between two good ones; both must be taken all the same.
    void expect_refused(plugin::RawEvent wrong, const std::string& because) {
        const auto taken =
            ingest_->take("x", Way::asked, {raw("before"), std::move(wrong), raw("after")}, {});

        ASSERT_TRUE(taken) << taken.error().what;
        EXPECT_THAT(ids(), ElementsAre("before", "after"));
        EXPECT_EQ(book().received, 3);
        EXPECT_EQ(book().refused, 1);
        const auto told = log_.of("ingest.refused");
        ASSERT_EQ(told.size(), 1u);
        EXPECT_THAT(told[0].fields.at("reason"), HasSubstr(because));
    }
    plugin::RawEvent with_data(const std::string& data) {
        auto out = raw("odd");
        out.data = data;
        return out;
    }
    plugin::RawEvent with_type(const std::string& type) {
        auto out = raw("odd");
        out.type = type;
        return out;
    }
    plugin::RawEvent with_key(const std::string& key) {
        auto out = raw("odd");
        out.key = key;
        return out;
    }
    plugin::RawEvent aged(const std::string& id, milliseconds age) {
        auto out = raw(id);
        out.time_ms -= age.count();
        return out;
    }
    double counted(const std::string& name) {
        return metrics_.counter(name, "", {{"connector", "x"}}).value();
    }
};

TEST_F(IngestTest, AnEventGetsItsEnvelopeFromTheConnectorAndTheHub) {
    auto given = raw("1:created");
    given.subject = "1";
    given.origin = "run-7";
    given.time_ms = millis(clock_.now()) + 250;
    ASSERT_TRUE(ingest_->take("x", Way::asked, {given}, {}));

    const auto events = journal_->read(EventSeq{}, 10).value();

    ASSERT_EQ(events.size(), 1u);
    const auto& meta = events[0].meta;
    EXPECT_EQ(meta.id, "1:created");
    EXPECT_EQ(meta.source, "/connectors/x");
    EXPECT_EQ(meta.connector, "x");
    EXPECT_EQ(meta.type, "message.received");
    EXPECT_EQ(meta.subject, "1");
    EXPECT_EQ(meta.key, "thread-1");
    EXPECT_EQ(meta.origin, "run-7");
    EXPECT_EQ(meta.time, clock_.now() + milliseconds{250});
    EXPECT_EQ(meta.received, clock_.now());
    EXPECT_EQ(events[0].body.dump(), R"({"text":"hello"})");
}

TEST_F(IngestTest, AnEventWithoutTimeAndKeyHappensNowAndIsItsOwnKey) {
    auto given = raw("1");
    given.time_ms = 0;
    given.key.clear();
    ASSERT_TRUE(ingest_->take("x", Way::asked, {given}, {}));

    const auto events = journal_->read(EventSeq{}, 10).value();

    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].meta.key, "1");
    EXPECT_EQ(events[0].meta.time, clock_.now());
}

TEST_F(IngestTest, AnEmptyIdIsRefused) {
    expect_refused(raw(""), "usable id");
}
TEST_F(IngestTest, AnIdOf513BytesIsRefused) {
    expect_refused(raw(std::string(513, 'i')), "usable id");
}
TEST_F(IngestTest, AnIdOf512BytesIsTaken) {
    ASSERT_TRUE(ingest_->take("x", Way::asked, {raw(std::string(512, 'i'))}, {}));
    EXPECT_EQ(book().refused, 0);
    EXPECT_EQ(ids().size(), 1u);
}
TEST_F(IngestTest, AnIdThatIsNotUtf8IsRefused) {
    expect_refused(raw("caf\xe9"), "usable id");
}
TEST_F(IngestTest, AnEmptyTypeIsRefused) {
    expect_refused(with_type(""), "no proper type");
}
TEST_F(IngestTest, ATypeOfOtherCharactersIsRefused) {
    expect_refused(with_type("Message Received"), "no proper type");
}
TEST_F(IngestTest, ATypeOf101BytesIsRefused) {
    expect_refused(with_type(std::string(101, 't')), "no proper type");
}
TEST_F(IngestTest, AKeyThatIsTooLongIsRefused) {
    expect_refused(with_key(std::string(513, 'k')), "usable key");
}
TEST_F(IngestTest, AKeyThatIsNotUtf8IsRefused) {
    expect_refused(with_key("\xff"), "usable key");
}
TEST_F(IngestTest, ASubjectThatIsNotUtf8IsRefused) {
    auto wrong = raw("odd");
    wrong.subject = "caf\xe9";
    expect_refused(wrong, "subject");
}
TEST_F(IngestTest, AnOriginThatIsNotUtf8IsRefused) {
    auto wrong = raw("odd");
    wrong.origin = "\xc3";
    expect_refused(wrong, "origin");
}
TEST_F(IngestTest, ABrokenBodyIsRefusedByTheNameOfItsEvent) {
    expect_refused(with_data(R"({"text":)"), "event 'odd'");
}
TEST_F(IngestTest, ABodyThatIsNotUtf8IsRefused) {
    expect_refused(with_data("{\"text\":\"caf\xe9\"}"), "event 'odd'");
}
TEST_F(IngestTest, ABodyThatIsNoObjectIsRefused) {
    expect_refused(with_data("[1]"), "not an object");
}

TEST_F(IngestTest, WhatIsOlderThanSinceIsRefusedWhenAskedFor) {
    expect_refused(aged("old", milliseconds{1}), "older than 'since'");
}

TEST_F(IngestTest, WhatIsOlderThanSinceIsTakenWhenToldByTheService) {
    ASSERT_TRUE(ingest_->take("x", Way::told, {aged("old", std::chrono::hours{5})}, {}));

    EXPECT_THAT(ids(), ElementsAre("old"));
    EXPECT_EQ(book().refused, 0);
}

TEST_F(IngestTest, WhatTellsNoTimeIsNotHeldAgainstSince) {
    // As after the clock of this machine was set back.
    const config::Since ahead{.kind = config::Since::Kind::moment,
                              .moment = clock_.now() + std::chrono::hours{1}};
    ASSERT_TRUE(ingest_->add_source("y", ahead));
    auto timeless = raw("timeless");
    timeless.time_ms = 0;

    ASSERT_TRUE(ingest_->take("y", Way::asked, {timeless}, {}));

    EXPECT_THAT(ids(), ElementsAre("timeless"));
}

TEST_F(IngestTest, ATimeThatCannotBeIsNone) {
    int n = 0;
    for (const auto wrong : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-62'135'596'800'001},
                             std::int64_t{253'402'300'800'000}, std::numeric_limits<std::int64_t>::max()}) {
        auto odd = raw("odd-" + std::to_string(n++));
        odd.time_ms = wrong;
        ASSERT_TRUE(ingest_->take("x", Way::asked, {odd}, {}));
    }
    auto old = raw("last");
    old.time_ms = 253'402'300'799'999;
    ASSERT_TRUE(ingest_->take("x", Way::asked, {old}, {}));

    const auto events = journal_->read(EventSeq{}, 10).value();

    ASSERT_EQ(events.size(), 5u);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(events[static_cast<std::size_t>(i)].meta.time, clock_.now());
    EXPECT_EQ(to_rfc3339(events[4].meta.time), "9999-12-31T23:59:59.999Z");
}

TEST_F(IngestTest, SinceBeginsWithTheWholeSecondOfTheFirstStart) {
    clock_.advance(milliseconds{750});
    ASSERT_TRUE(ingest_->add_source("y", {}));

    ASSERT_TRUE(ingest_->take("y", Way::asked, {aged("750", milliseconds{750})}, {}));
    ASSERT_TRUE(ingest_->take("y", Way::asked, {aged("751", milliseconds{751})}, {}));

    EXPECT_THAT(ids(), ElementsAre("750"));
}

TEST_F(IngestTest, SinceStaysThatOfTheFirstStartHoweverOftenTheHubRestarts) {
    const auto while_stopped = raw("while stopped");
    clock_.advance(std::chrono::hours{3});

    begin();
    ASSERT_TRUE(ingest_->take("x", Way::asked, {while_stopped}, {}));

    EXPECT_THAT(ids(), ElementsAre("while stopped"));
}

TEST_F(IngestTest, EachWayToSaySinceMeansItsMoment) {
    const auto accepts = [&](const std::string& source, const config::Since& since, milliseconds age) {
        EXPECT_TRUE(ingest_->add_source(source, since));
        EXPECT_TRUE(ingest_->take(source, Way::asked, {aged(source, age)}, {}));
        const auto found = journal_->find("/connectors/" + source, source).value();
        return found.has_value();
    };
    using Kind = config::Since::Kind;

    EXPECT_TRUE(accepts("a", {.kind = Kind::beginning}, std::chrono::days{9000}));
    EXPECT_TRUE(accepts("b", {.kind = Kind::ago, .ago = minutes{5}}, minutes{5}));
    EXPECT_FALSE(accepts("c", {.kind = Kind::ago, .ago = minutes{5}}, minutes{5} + milliseconds{1}));
    const auto yesterday = clock_.now() - std::chrono::days{1};
    EXPECT_TRUE(accepts("d", {.kind = Kind::moment, .moment = yesterday}, std::chrono::days{1}));
    EXPECT_FALSE(
        accepts("e", {.kind = Kind::moment, .moment = yesterday}, std::chrono::days{1} + milliseconds{1}));
}

TEST_F(IngestTest, DoublesAreCountedAndNotStoredAgain) {
    ASSERT_TRUE(ingest_->take("x", Way::asked, {raw("1"), raw("2"), raw("1")}, {}));
    ASSERT_TRUE(ingest_->take("x", Way::told, {raw("2")}, {}));

    EXPECT_THAT(ids(), ElementsAre("1", "2"));
    EXPECT_EQ(book().received, 4);
    EXPECT_EQ(book().doubles, 2);
    EXPECT_EQ(book().refused, 0);
}

TEST_F(IngestTest, CursorAndEventsAreStoredTogether) {
    EXPECT_EQ(cursor(), "");

    ASSERT_TRUE(ingest_->take("x", Way::asked, {raw("1")}, "after 1"));

    EXPECT_EQ(cursor(), "after 1");
    EXPECT_THAT(ids(), ElementsAre("1"));
}

TEST_F(IngestTest, OnAFullDiskNeitherCursorNorEventsNorBooksMove) {
    ASSERT_TRUE(ingest_->take("x", Way::asked, {raw("1")}, "after 1"));
    for (const auto step : {db::Step::begin, db::Step::statement, db::Step::commit}) {
        db::FailAt once(0, db::Injected::disk_full, step);
        Failing how = [&](db::Step at) { return once(at); };
        fail(&how);
        const auto taken = ingest_->take("x", Way::asked, {raw("2"), raw("")}, "after 2");
        fail(nullptr);

        ASSERT_TRUE(once.fired());
        ASSERT_FALSE(taken);
        EXPECT_EQ(taken.error().kind, FaultKind::retry);
        EXPECT_EQ(cursor(), "after 1");
        EXPECT_THAT(ids(), ElementsAre("1"));
        EXPECT_EQ(book().received, 1);
        EXPECT_EQ(book().refused, 0);
        EXPECT_EQ(counted("maillon_events_received_total"), 1);
        EXPECT_EQ(news_, 1);
    }
    ASSERT_TRUE(ingest_->take("x", Way::asked, {raw("2")}, "after 2"));
    EXPECT_THAT(ids(), ElementsAre("1", "2"));
    EXPECT_EQ(cursor(), "after 2");
}

TEST_F(IngestTest, TheCursorMovesAlsoWhenNothingCame) {
    ASSERT_TRUE(ingest_->take("x", Way::asked, {}, "quiet"));

    EXPECT_EQ(cursor(), "quiet");
    EXPECT_EQ(book().received, 0);
}

TEST_F(IngestTest, TheCursorMovesPastEventsThatWereRefused) {
    ASSERT_TRUE(ingest_->take("x", Way::asked, {raw("")}, "past it"));

    EXPECT_EQ(cursor(), "past it");
    EXPECT_EQ(book().received, 1);
    EXPECT_EQ(book().refused, 1);
}

TEST_F(IngestTest, TheEngineIsWokenOnlyWhenThereIsSomething) {
    ASSERT_TRUE(ingest_->take("x", Way::asked, {}, {}));
    ASSERT_TRUE(ingest_->take("x", Way::asked, {}, "cursor"));
    ASSERT_TRUE(ingest_->take("x", Way::asked, {raw("")}, {}));
    EXPECT_EQ(news_, 0);

    ASSERT_TRUE(ingest_->take("x", Way::asked, {raw("1"), raw("2")}, {}));
    EXPECT_EQ(news_, 1);
}

TEST_F(IngestTest, TheMetricsCountWhatTheBooksCount) {
    ASSERT_TRUE(ingest_->take("x", Way::asked, {raw("1"), raw("1"), raw("")}, {}));

    EXPECT_EQ(counted("maillon_events_received_total"), 3);
    EXPECT_EQ(counted("maillon_events_refused_total"), 1);
    EXPECT_EQ(book().received, 3);
}

TEST_F(IngestTest, TheBooksBalanceWhateverCame) {
    ASSERT_TRUE(ingest_->take("x", Way::asked, {raw("1"), raw("1"), raw(""), raw("2")}, "c"));
    ASSERT_TRUE(database_->run(
        [](db::Unit& unit) { return store::Positions::set(unit, store::Positions::kRouted, EventSeq{}); }));

    EXPECT_THAT(database_->read([](db::Reader& r) { return store::Books::check(r); }).value(), IsEmpty());
}

/// What several bring while the writer is busy.
class IngestTogetherTest : public IngestTest {
protected:
    /// Takes one event of each id while the writer waits, and lets it go on.
    std::vector<bool> take_together(const std::vector<std::string>& wanted) {
        std::promise<void> go;
        database_->submit(
            [future = go.get_future().share()](db::Unit&) -> Result<> {
                future.wait();
                return {};
            },
            [](const Result<>&) {});
        std::vector<std::promise<bool>> promises(wanted.size());
        for (std::size_t i = 0; i < wanted.size(); ++i)
            ingest_->take("x", Way::told, {raw(wanted[i])}, {},
                          [&promises, i](const Result<>& done) { promises[i].set_value(done.has_value()); });
        queued_ = database_->queued();
        go.set_value();
        std::vector<bool> out;
        for (auto& promise : promises) out.push_back(promise.get_future().get());
        return out;
    }
    std::size_t queued_ = 0;
};

TEST_F(IngestTogetherTest, IsWrittenInOneUnitAndEachIsAnswered) {
    EXPECT_THAT(take_together({"1", "2", "1", "3"}), ElementsAre(true, true, true, true));
    EXPECT_LE(queued_, 2u) << "the one that waits, and one for all four";
    EXPECT_THAT(ids(), ElementsAre("1", "2", "3"));
    EXPECT_EQ(book().received, 4);
    EXPECT_EQ(book().doubles, 1);
    EXPECT_EQ(counted("maillon_events_received_total"), 4);
    EXPECT_THAT(take_together({"4"}), ElementsAre(true));
}

TEST_F(IngestTogetherTest, IsWrittenOneByOneWhenItCannotBeWrittenTogether) {
    // The first statement behind the waiting unit fails once: that is the unit of all three.
    std::atomic<bool> armed{true};
    Failing once = [&](db::Step step) {
        return step == db::Step::statement && armed.exchange(false) ? db::Injected::disk_full
                                                                    : db::Injected::none;
    };
    fail(&once);
    EXPECT_THAT(take_together({"1", "2", "3"}), ElementsAre(true, true, true));
    fail(nullptr);
    EXPECT_FALSE(armed);
    EXPECT_THAT(ids(), ElementsAre("1", "2", "3"));
    EXPECT_EQ(book().received, 3);
    EXPECT_EQ(book().doubles, 0);
}

TEST_F(IngestTogetherTest, IsUnderWayUntilTheLastOfItIsToldAlsoWhereItIsWrittenOneByOne) {
    const auto soon = [] { return std::chrono::steady_clock::now() + std::chrono::seconds{60}; };
    EXPECT_TRUE(ingest_->is_idle_by(std::chrono::steady_clock::now()));
    std::promise<void> go;
    database_->submit(
        [future = go.get_future().share()](db::Unit&) -> Result<> {
            future.wait();
            return {};
        },
        [](const Result<>&) {});
    std::atomic<bool> armed{true};
    Failing once = [&](db::Step step) {
        return step == db::Step::statement && armed.exchange(false) ? db::Injected::disk_full
                                                                    : db::Injected::none;
    };
    fail(&once);
    std::atomic<int> told{0};
    for (const auto* id : {"1", "2", "3"})
        ingest_->take("x", Way::told, {raw(id)}, {}, [&](const Result<>&) { ++told; });
    // What comes behind them is told before those that are written once more.
    std::atomic<int> told_at_barrier{-1};
    database_->submit([](db::Unit&) -> Result<> { return {}; },
                      [&](const Result<>&) { told_at_barrier = told.load(); });

    EXPECT_FALSE(ingest_->is_idle_by(std::chrono::steady_clock::now()));
    go.set_value();
    EXPECT_TRUE(ingest_->is_idle_by(soon()));

    EXPECT_EQ(told, 3);
    EXPECT_EQ(told_at_barrier, 0) << "a barrier in the writer's line would not have waited for them";
    fail(nullptr);
}

}  // namespace
}  // namespace maillon::hub
