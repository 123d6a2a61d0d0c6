#include "core/store/conversations.h"

#include "tests/unit/store/store_test.h"

namespace maillon::store {
namespace {

using std::chrono::hours;
using testing::ElementsAre;

class ConversationsTest : public StoreTest {
protected:
    ConversationRow wanted(const std::string& thread, std::int64_t event) {
        return {.name = "support",
                .instance = "x",
                .thread = thread,
                .opened = now(),
                .last_message_time = now(),
                .opened_by = EventSeq{event},
                .opener = RunId{event * 10},
                .first_message_id = "m1",
                .last_message_id = "m1",
                .first_question = now()};
    }
    Conversations::Opened open(const std::string& thread, std::int64_t event) {
        return write([&](db::Unit& unit) { return Conversations::get_or_open(unit, wanted(thread, event)); })
            .value();
    }
    Result<void> close(ConversationId id) {
        return write([&](db::Unit& unit) { return Conversations::close(unit, id, now()); });
    }
    ConversationRow get(ConversationId id) {
        return read([&](db::Reader& reader) { return Conversations::by_id(reader, id); }).value().value();
    }
    bool tie(ConversationId id, const ConversationRef& ref) {
        return write([&](db::Unit& unit) { return Conversations::add_ref(unit, id, ref); }).value();
    }
};

TEST_P(ConversationsTest, TheFirstMessageOfAThreadOpensOneAndLaterOnesFindIt) {
    const auto first = open("t1", 1);
    const auto second = open("t1", 2);
    const auto other = open("t2", 3);

    EXPECT_TRUE(first.created);
    EXPECT_FALSE(second.created);
    EXPECT_EQ(second.row.id, first.row.id);
    EXPECT_EQ(second.row.opener, RunId{10});
    EXPECT_TRUE(other.created);
    EXPECT_NE(other.row.id, first.row.id);
    EXPECT_EQ(get(first.row.id).first_message_id, "m1");
    EXPECT_EQ(get(first.row.id).first_question, now());
    EXPECT_FALSE(get(first.row.id).closed);
}

TEST_P(ConversationsTest, TheOpeningEventGetsTheSameAnswerAgain) {
    const auto first = open("t1", 1);
    reopen();
    const auto again = open("t1", 1);
    ASSERT_TRUE(close(first.row.id));
    const auto after_closing = open("t1", 1);

    EXPECT_TRUE(again.created);
    EXPECT_EQ(again.row.id, first.row.id);
    EXPECT_TRUE(after_closing.created);
    EXPECT_EQ(after_closing.row.id, first.row.id);
}

TEST_P(ConversationsTest, AfterClosingTheThreadOpensANewOne) {
    const auto first = open("t1", 1);
    ASSERT_TRUE(close(first.row.id));
    const auto second = open("t1", 2);

    EXPECT_TRUE(second.created);
    EXPECT_NE(second.row.id, first.row.id);
    EXPECT_EQ(get(first.row.id).closed, now());
    EXPECT_EQ(
        read([](db::Reader& reader) { return Conversations::list(reader, "support", true, 9); })->size(), 1u);
    EXPECT_EQ(read([](db::Reader& reader) { return Conversations::list(reader, "", false, 9); })->size(), 2u);
    EXPECT_EQ(read([](db::Reader& reader) { return Conversations::open_on(reader, "support", "x", "t1"); })
                  .value()
                  ->id,
              second.row.id);
}

TEST_P(ConversationsTest, MessagesMoveItForwardsOnly) {
    const auto id = open("t1", 1).row.id;
    const auto begin = now();
    const auto touch = [&](const char* message, TimePoint at) {
        return write([&](db::Unit& unit) { return Conversations::touch(unit, id, message, at); });
    };

    ASSERT_TRUE(touch("m3", begin + hours{2}));
    ASSERT_TRUE(touch("m2", begin + hours{1}));

    EXPECT_EQ(get(id).last_message_id, "m3");
    EXPECT_EQ(get(id).last_message_time, begin + hours{2});
    EXPECT_EQ(get(id).first_message_id, "m1");
}

TEST_P(ConversationsTest, TheFirstAnswerIsTheFirst) {
    const auto id = open("t1", 1).row.id;
    const auto begin = now();
    for (const int h : {1, 2})
        ASSERT_TRUE(
            write([&](db::Unit& unit) { return Conversations::first_answer(unit, id, begin + hours{h}); }));

    EXPECT_EQ(get(id).first_answer, begin + hours{1});
    EXPECT_FALSE(
        write([&](db::Unit& unit) { return Conversations::first_answer(unit, ConversationId{99}, begin); }));
}

TEST_P(ConversationsTest, IdleOnesAreClosed) {
    const auto idle = open("t1", 1).row.id;
    clock_.advance(hours{48});
    const auto busy = open("t2", 2).row.id;

    const auto closed = write([&](db::Unit& unit) {
        return Conversations::close_idle(unit, "support", now() - hours{24}, now(), 10);
    });

    EXPECT_THAT(closed.value(), ElementsAre(idle));
    EXPECT_EQ(get(idle).closed, now());
    EXPECT_FALSE(get(busy).closed);
}

TEST_P(ConversationsTest, RefsLeadBothWays) {
    const auto first = open("t1", 1).row.id;
    const auto second = open("t2", 2).row.id;
    const ConversationRef a_case{"crm.Cases", "8f"};
    const ConversationRef person{"person", "p1"};

    EXPECT_TRUE(tie(first, a_case));
    EXPECT_FALSE(tie(first, a_case)) << "tied already";
    EXPECT_TRUE(tie(first, person));
    EXPECT_TRUE(tie(second, person));

    EXPECT_THAT(read([&](db::Reader& reader) { return Conversations::refs(reader, first); }).value(),
                ElementsAre(a_case, person));
    const auto by_person = read([&](db::Reader& reader) {
                               return Conversations::by_ref(reader, "support", person, 10);
                           }).value();
    ASSERT_EQ(by_person.size(), 2u);
    EXPECT_EQ(by_person[0].id, second) << "the newest first";
    EXPECT_TRUE(read([&](db::Reader& reader) {
                    return Conversations::by_ref(reader, "sales", person, 10);
                })->empty());
}

MAILLON_ON_EVERY_STORE(ConversationsTest);

}  // namespace
}  // namespace maillon::store
