#include "core/journal/sql_journal.h"

#include "tests/unit/db/every_store.h"

#include <gmock/gmock.h>

namespace maillon {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Event event(const std::string& id, const std::string& connector = "x",
            const std::string& type = "message.received") {
    Event event;
    event.meta.id = id;
    event.meta.source = "/connectors/" + connector;
    event.meta.connector = connector;
    event.meta.type = type;
    event.meta.key = "thread-1";
    event.body = *Json::parse(R"({"id":")" + id + R"("})");
    return event;
}

class SqlJournalTest : public test::EveryStoreTest {
protected:
    void SetUp() override {
        EveryStoreTest::SetUp();
        if (!IsSkipped()) open();
    }

    void open() {
        database_.reset();
        auto opened =
            db::Database::open({.url = place_->url(), .clock = &clock_, .migrations = journal_migrations()});
        ASSERT_TRUE(opened) << opened.error().what;
        database_ = std::move(*opened);
        journal_ = std::make_unique<SqlJournal>(*database_);
    }

    std::vector<Appended> append(const std::vector<Event>& events) {
        std::vector<Appended> answers;
        auto done = database_->run([&](db::Unit& unit) -> Result<void> {
            auto appended = journal_->append(unit, events);
            if (!appended) return appended.error();
            answers = *appended;
            return {};
        });
        EXPECT_TRUE(done) << done.error().what;
        return answers;
    }

    std::int64_t forget(TimePoint before, EventSeq up_to, std::size_t limit = 1000,
                        TimePoint now = TimePoint::max()) {
        std::int64_t gone = -1;
        auto done = database_->run([&](db::Unit& unit) -> Result<void> {
            auto forgotten = journal_->forget(unit, {before, up_to, now}, limit);
            if (!forgotten) return forgotten.error();
            gone = forgotten->events;
            return {};
        });
        EXPECT_TRUE(done) << done.error().what;
        return gone;
    }

    static std::vector<std::string> ids(const Result<std::vector<Event>>& events) {
        EXPECT_TRUE(events) << events.error().what;
        std::vector<std::string> ids;
        for (const auto& event : *events) ids.push_back(event.meta.id);
        return ids;
    }

    FakeClock clock_;
    std::unique_ptr<db::Database> database_;
    std::unique_ptr<SqlJournal> journal_;
};

TEST_P(SqlJournalTest, GivesBackAnEventAsItWasTaken) {
    Event full = event("1:received:1");
    full.meta.subject = "1";
    full.meta.time = from_millis(1'789'375'964'250);
    full.meta.received = from_millis(1'789'375'965'001);
    full.meta.origin = "route:complaint";
    full.meta.hops = 3;
    full.meta.replay = true;
    full.meta.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    full.body =
        *Json::parse(R"({"text":"Désolé \u0000 🙂","n":18446744073709551615,"x":0.1,"list":[null,true]})");

    const auto answers = append({full});
    const auto found = journal_->by_seq(answers.at(0).seq);

    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->seq, answers.at(0).seq);
    EXPECT_EQ((*found)->meta.to_json(), full.meta.to_json());
    EXPECT_EQ((*found)->meta.connector, "x");
    EXPECT_EQ((*found)->body.dump(), full.body.dump());
}

TEST_P(SqlJournalTest, NumbersEventsInTheirOrder) {
    const auto answers = append({event("a"), event("b")});
    const auto more = append({event("c")});

    EXPECT_TRUE(answers[0].seq < answers[1].seq);
    EXPECT_TRUE(answers[1].seq < more[0].seq);
    EXPECT_THAT(ids(journal_->read(EventSeq{}, 10)), ElementsAre("a", "b", "c"));
    EXPECT_THAT(ids(journal_->read(answers[0].seq, 1)), ElementsAre("b"));
    EXPECT_THAT(ids(journal_->read(more[0].seq, 10)), IsEmpty());
    EXPECT_EQ(journal_->last_seq().value(), more[0].seq);
}

TEST_P(SqlJournalTest, DropsDoublesBySourceAndId) {
    const auto first = append({event("a"), event("b")});

    const auto again = append({event("b"), event("c"), event("c"), event("b", "facebook")});

    EXPECT_FALSE(again[0].is_new);
    EXPECT_EQ(again[0].seq, first[1].seq);
    EXPECT_TRUE(again[1].is_new);
    EXPECT_FALSE(again[2].is_new);
    EXPECT_EQ(again[2].seq, again[1].seq);
    EXPECT_TRUE(again[3].is_new) << "another source may use the same id";
    EXPECT_THAT(ids(journal_->read(EventSeq{}, 10)), ElementsAre("a", "b", "c", "b"));
}

TEST_P(SqlJournalTest, AUnitThatFailsAppendsNothing) {
    const auto done = database_->run([&](db::Unit& unit) -> Result<void> {
        const std::vector events{event("a")};
        EXPECT_TRUE(journal_->append(unit, events));
        return rejected("after all");
    });

    EXPECT_FALSE(done);
    EXPECT_THAT(ids(journal_->read(EventSeq{}, 10)), IsEmpty());
    EXPECT_TRUE(append({event("a")}).at(0).is_new);
}

TEST_P(SqlJournalTest, FindsByIdWithAndWithoutSource) {
    append({event("a"), event("a", "facebook"), event("b")});

    const auto one = journal_->find("/connectors/facebook", "a");
    const auto none = journal_->find("/connectors/facebook", "b");

    ASSERT_TRUE(one && *one);
    EXPECT_EQ((*one)->meta.connector, "facebook");
    ASSERT_TRUE(none);
    EXPECT_FALSE(*none);
    EXPECT_EQ(journal_->find_id("a", 10)->size(), 2u);
    EXPECT_EQ(journal_->find_id("a", 1)->size(), 1u);
}

TEST_P(SqlJournalTest, ListsTheNewestFirstByWhatIsAsked) {
    auto late = event("d");
    late.meta.received = from_millis(5000);
    auto other_key = event("e");
    other_key.meta.key = "thread-2";
    append({event("a"), event("b", "facebook"), event("c", "x", "comment.created"), late, other_key});

    EXPECT_THAT(ids(journal_->list({})), ElementsAre("e", "d", "c", "b", "a"));
    EXPECT_THAT(ids(journal_->list({.connector = "facebook"})), ElementsAre("b"));
    EXPECT_THAT(ids(journal_->list({.type = "comment.created"})), ElementsAre("c"));
    EXPECT_THAT(ids(journal_->list({.key = "thread-2"})), ElementsAre("e"));
    EXPECT_THAT(ids(journal_->list({.since = from_millis(5000)})), ElementsAre("d"));
    EXPECT_THAT(ids(journal_->list({.connector = "x", .type = "message.received", .limit = 2})),
                ElementsAre("e", "d"));
}

TEST_P(SqlJournalTest, ForgetsOldEventsUpToAPosition) {
    std::vector<Event> events;
    for (int i = 0; i < 6; ++i) {
        events.push_back(event(std::to_string(i)));
        events.back().meta.received = from_millis(i * 1000);
    }
    const auto answers = append(events);

    EXPECT_EQ(forget(from_millis(9000), answers[1].seq), 2) << "only up to the position";
    EXPECT_EQ(forget(from_millis(4000), answers[5].seq, 1), 1) << "only so many";
    EXPECT_EQ(forget(from_millis(4000), answers[5].seq), 1) << "only the old";
    EXPECT_THAT(ids(journal_->read(EventSeq{}, 10)), ElementsAre("4", "5"));
}

TEST_P(SqlJournalTest, NeverUsesAPositionAgain) {
    const auto answers = append({event("a"), event("b")});
    forget(TimePoint::max(), answers[1].seq);
    open();

    EXPECT_EQ(journal_->last_seq().value(), answers[1].seq) << "known although its event is gone";
    EXPECT_TRUE(answers[1].seq < append({event("c")}).at(0).seq);
}

TEST_P(SqlJournalTest, AnEmptyJournalHasNoPosition) {
    EXPECT_EQ(journal_->last_seq().value(), EventSeq{});
    EXPECT_FALSE(journal_->by_seq(EventSeq{1}).value());
}

MAILLON_ON_EVERY_STORE(SqlJournalTest);

}  // namespace
}  // namespace maillon
