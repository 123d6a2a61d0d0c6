#include "core/store/approvals.h"
#include "core/store/doubts.h"
#include "tests/unit/route/restored_fixture.h"

namespace maillon::route {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Letters of calls that failed, replayed by a hub that was restored.
class RestoredLetterTest : public RestoredTest {
protected:
    void SetUp() override {
        world_.script = [this](const std::string& instance,
                               const plugin::OutCall&) -> std::optional<World::Report> {
            if (instance != "x" || !refuses_) return std::nullopt;
            return deliver::ScriptedConnector::fails(FaultKind::rejected, "too long");
        };
    }
    /// An answer is refused, and backed up as a letter; then x has changed its mind.
    void fail_and_back_up() {
        begin();
        answer("1");
        ASSERT_THAT(life_->letters(), SizeIs(1));
        back_up();
        clock_.advance(minutes{1});
        refuses_ = false;
    }
    void edit_and_replay() {
        ASSERT_TRUE(life_->database->run([](db::Unit& unit) {
            return store::DeadLetters::edit(unit, {.letter = DeadLetterId{1},
                                                   .what = store::LetterEdit::What::arguments,
                                                   .value = R"({"to":"1","text":"Edited"})",
                                                   .who = "anne"});
        }));
        ASSERT_TRUE(life_->replay(DeadLetterId{1}, "shorter"));
    }
    /// A hub on the restored store; `says` is what x answers when it is asked.
    void restored(std::function<World::Report(const plugin::OutCall&)> says) {
        auto& life = live(answering());
        life.connectors.at("x")->on_reconcile = std::move(says);
        life.start();
    }
    /// A route that reads a record and appends to it.
    Life& append() {
        auto& life =
            live(route("      - call: crm.get\n        as: record\n        with: { id: r1 }\n"
                       "      - call: crm.append\n"
                       "        with: { id: r1, revision: 1, text: \"${record.text}+${event.text}\" }\n"));
        asked_ = 0;
        life.connectors.at("crm")->on_reconcile = [this](const plugin::OutCall& call) {
            ++asked_;
            return world_.reconcile(call);
        };
        life.start();
        return life;
    }
    /// The record reads `a`, `b` and so on; the first so many tries to append to it come too late.
    void let_others_be_faster(int times) {
        conflicts_ = times;
        world_.script = [this](const std::string&,
                               const plugin::OutCall& call) -> std::optional<World::Report> {
            if (call.operation == "get")
                return deliver::ScriptedConnector::ok(std::string(R"({"id":"r1","text":")") +
                                                      static_cast<char>('a' + reads_++) + "\"}");
            if (call.operation != "append" || conflicts_-- <= 0) return std::nullopt;
            return deliver::ScriptedConnector::fails(FaultKind::conflict, "somebody was faster");
        };
    }

    std::atomic<bool> refuses_{true};
    std::atomic<int> conflicts_{0}, reads_{0};
};

TEST_F(RestoredLetterTest, AnEditedCallIsAskedAboutAsItWasAndSentOnceAsItWasEdited) {
    fail_and_back_up();
    lose_and_restore();
    std::mutex mutex;
    std::set<std::string> asked;
    restored([&](const plugin::OutCall& call) {
        const std::scoped_lock lock(mutex);
        asked.insert(call.arguments);
        return world_.reconcile(call);
    });

    edit_and_replay();
    ASSERT_TRUE(life_->comes_to_rest());

    EXPECT_THAT(world_.answers(), ElementsAre("x 1: Edited"));
    EXPECT_THAT(asked, ElementsAre(HasSubstr("To Ms anne"))) << "that is what may have arrived";
    EXPECT_EQ(life_->book("r").finished, 1);
    const auto calls =
        life_->read([](db::Reader& reader) { return store::Calls::open(reader, "", CallId{}, 9); });
    EXPECT_THAT(calls, IsEmpty());
}

TEST_F(RestoredLetterTest, WhatHadArrivedInTheForgottenTimeIsNotSentAgain) {
    fail_and_back_up();
    ASSERT_TRUE(life_->replay(DeadLetterId{1}, "again"));
    ASSERT_TRUE(life_->comes_to_rest());
    ASSERT_THAT(world_.answers(), ElementsAre("x 1: To Ms anne"));
    lose_and_restore();
    begin();

    edit_and_replay();
    ASSERT_TRUE(life_->comes_to_rest());

    EXPECT_THAT(world_.answers(), ElementsAre("x 1: To Ms anne"));
    EXPECT_EQ(asked_, 1);
    EXPECT_EQ(life_->book("r").finished, 1);
}

TEST_F(RestoredLetterTest, WhatThisHubSawFailIsSentWithoutAQuestion) {
    begin();
    back_up();
    clock_.advance(minutes{2});
    lose_and_restore();
    begin();
    answer("1", minutes{1});  // it happened before the restore
    ASSERT_THAT(life_->letters(), SizeIs(1));
    asked_ = 0;
    refuses_ = false;

    edit_and_replay();
    ASSERT_TRUE(life_->comes_to_rest());

    EXPECT_THAT(world_.answers(), ElementsAre("x 1: Edited"));
    EXPECT_EQ(asked_, 0);
}

TEST_F(RestoredLetterTest, WhoDecidesThatItIsMadeAgainGetsWhatWasEdited) {
    fail_and_back_up();
    lose_and_restore();
    auto& life = begin(false);
    edit_and_replay();
    ASSERT_TRUE(life.passes([&] { return life.book("r").in_doubt == 1; }));
    const auto doubts = life.read([](db::Reader& reader) { return store::Doubts::list(reader, {}); });
    ASSERT_THAT(doubts, SizeIs(1));

    ASSERT_TRUE(life.engine->decide(doubts[0].id, {.kind = store::Verdict::Kind::again, .by = "bob"}));
    ASSERT_TRUE(life.comes_to_rest());

    EXPECT_THAT(world_.answers(), ElementsAre("x 1: Edited"));
}

TEST_F(RestoredLetterTest, WhatAPersonReleasesNowIsWhatIsSent) {
    const auto approved = [](const std::string& text) {
        return route("      - conversation: support\n      - answer: support\n        text: " + text +
                     "\n        approve: lead\n");
    };
    const auto release = [this](std::int64_t id) {
        const auto is_asked = [&] {
            return life_->read([](db::Reader& reader) { return store::Approvals::list(reader, {}); })
                       .size() == 1;
        };
        ASSERT_TRUE(life_->passes(is_asked));
        ASSERT_TRUE(life_->engine->decide(ApprovalId{id}, {.is_released = true, .by = "anne"}));
        ASSERT_TRUE(life_->comes_to_rest());
    };
    live(approved("old")).start();
    take("1");
    release(1);
    ASSERT_THAT(life_->letters(), SizeIs(1));
    back_up();
    refuses_ = false;
    lose_and_restore();
    auto& life = live(approved("new"));
    life.connectors.at("x")->on_reconcile = [this](const auto& call) { return world_.reconcile(call); };
    life.start();

    ASSERT_TRUE(life.replay(DeadLetterId{1}, "the route says it better now"));
    release(2);

    EXPECT_THAT(world_.answers(), ElementsAre("x 1: new"));
    EXPECT_EQ(life.book("r").finished, 1);
}

TEST_F(RestoredLetterTest, AHubThatEndsAtAnyMomentOfThisSendsTheEditedTextOnce) {
    fail_and_back_up();
    lose_and_restore();
    restored([](const auto&) {
        return deliver::ScriptedConnector::fails(FaultKind::not_connected, "cannot be asked now");
    });
    edit_and_replay();
    ASSERT_TRUE(life_->passes([&] { return life_->connectors.at("x")->count("reconcile") > 0; }));

    begin();  // it ended while it was asking; now before the call has an effect, and then after that
    world_.die_at(1, false);
    ASSERT_TRUE(life_->passes([&] { return world_.is_dead(); }));
    life_.reset();
    world_.revive();
    begin();
    world_.die_at(1, true);
    ASSERT_TRUE(life_->passes([&] { return world_.is_dead(); }));
    life_.reset();
    world_.revive();
    begin();
    ASSERT_TRUE(life_->comes_to_rest());

    EXPECT_THAT(world_.answers(), ElementsAre("x 1: Edited"));
    EXPECT_EQ(life_->book("r").finished, 1);
}

TEST_F(RestoredLetterTest, AConflictOfThisHubIsReadAgainWithoutAQuestion) {
    append();
    back_up();
    clock_.advance(minutes{2});
    lose_and_restore();
    let_others_be_faster(2);
    append();
    answer("1", minutes{1});

    EXPECT_THAT(world_.answers(), ElementsAre("crm : c+help")) << "what was read last";
    EXPECT_EQ(asked_, 1) << "before the first try only";
    EXPECT_THAT(life_->letters(), IsEmpty());
}

TEST_F(RestoredLetterTest, AConflictOfBeforeTheBackupMayHaveBeenOvercomeSince) {
    let_others_be_faster(1'000);
    append();
    take("1");
    ASSERT_TRUE(life_->comes_to_rest(milliseconds{100}));
    ASSERT_THAT(life_->letters(), SizeIs(1));
    back_up();
    conflicts_ = 0;
    ASSERT_TRUE(life_->replay(DeadLetterId{1}, "they are done"));
    ASSERT_TRUE(life_->comes_to_rest());
    ASSERT_THAT(world_.answers(), SizeIs(1));
    lose_and_restore();

    append();
    ASSERT_TRUE(life_->replay(DeadLetterId{1}, "they are done"));
    ASSERT_TRUE(life_->comes_to_rest());

    EXPECT_THAT(world_.answers(), SizeIs(1));
    EXPECT_GE(asked_, 1);
}

}  // namespace
}  // namespace maillon::route
