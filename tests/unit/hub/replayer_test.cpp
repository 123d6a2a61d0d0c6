#include "core/hub/replayer.h"

#include "core/hub/admin_replays.h"
#include "tests/unit/hub/admin_test.h"

namespace maillon::hub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Letters and events on the store of a life, worked off by a Replayer that moves only here.
class ReplayerTest : public AdminTest {
protected:
    Replayer& replayer() {
        if (!replayer_) {
            replayer_.emplace(Replayer::Parts{
                *life_->database, *life_->journal, clock_, life_->log, life_->plan,
                [this](std::vector<route::Run> runs) { life_->engine->take_in(std::move(runs)); }});
        }
        return *replayer_;
    }
    Admin::Answer ask(const std::string& target, const std::string& body = {}) {
        auto parts = running();
        parts.replayer = &replayer();
        return Admin(parts).handle(body.empty() ? "GET" : "POST", target, body);
    }
    std::int64_t begin_replay(const std::string& body) {
        const auto answer = ask("/v1/replays", body);
        EXPECT_EQ(answer.status, 200) << json::serialize(answer.body);
        return answer.body.at("id").as_int64();
    }
    json::object shown(std::int64_t id) { return ask("/v1/replays/" + std::to_string(id)).body; }
    /// Until every replay is over.
    void work() {
        for (int i = 0; i < 200; ++i) {
            const auto more = replayer().step();
            ASSERT_TRUE(more) << more.error().what;
            if (!*more) {
                ASSERT_TRUE(life_->comes_to_rest());
            }
            if (life_->read([](db::Reader& reader) { return store::Replays::open(reader); }).empty()) return;
        }
        FAIL() << "the replay does not come to an end";
    }
    /// One letter for each of these messages, in three threads.
    void letters(int count) {
        begin_broken();
        std::vector<route::Message> messages;
        for (int i = 1; i <= count; ++i)
            messages.push_back(
                {std::to_string(i), "t" + std::to_string(i % 3), "anne", "text " + std::to_string(i)});
        take(messages);
        ASSERT_THAT(life_->letters(), SizeIs(static_cast<std::size_t>(count)));
    }
    void begin_broken(const std::string& configuration = story()) {
        world_.script = [this](const std::string&,
                               const plugin::OutCall& call) -> std::optional<route::World::Report> {
            if (call.arguments.find("\"Notes\"") == std::string::npos) return std::nullopt;
            if (refuses_) return deliver::ScriptedConnector::fails(FaultKind::rejected, "field is required");
            const std::scoped_lock lock(mutex_);
            if (!refuses_text_.empty() && call.arguments.find(refuses_text_) != std::string::npos)
                return deliver::ScriptedConnector::fails(FaultKind::rejected, "not this one");
            return std::nullopt;
        };
        begin(configuration);
    }
    std::vector<std::int64_t> open_events() {
        std::vector<std::int64_t> out;
        for (const auto& letter :
             life_->read([](db::Reader& reader) { return store::DeadLetters::list(reader, {}); }))
            out.push_back(letter.event.value());
        std::ranges::sort(out);
        return out;
    }

    std::optional<Replayer> replayer_;
    std::mutex mutex_;
    std::string refuses_text_;
};

TEST_F(ReplayerTest, AllLettersOfAFilterRunInTheOrderOfTheirEvents) {
    letters(9);
    refuses_ = false;

    const auto id = begin_replay(R"({"letters":{"route":"message_to_case"},"by":"anne","note":"mended"})");
    work();

    EXPECT_EQ(shown(id).at("state"), "done");
    EXPECT_EQ(shown(id).at("chosen"), 9);
    EXPECT_EQ(shown(id).at("started"), 9);
    EXPECT_EQ(shown(id).at("runs").at("finished"), 9);
    EXPECT_THAT(open_events(), IsEmpty());
    std::map<std::string, std::vector<int>> by_thread;
    for (const auto& name : world_.notes()) {
        const auto number = std::stoi(name.substr(name.rfind(' ') + 1));
        by_thread["t" + std::to_string(number % 3)].push_back(number);
    }
    for (const auto& [thread, numbers] : by_thread) {
        EXPECT_TRUE(std::ranges::is_sorted(numbers)) << thread;
        EXPECT_THAT(numbers, SizeIs(3));
    }
}

TEST_F(ReplayerTest, ALetterThatFailsAgainHoldsTheLaterOnesOfItsKeyBack) {
    letters(9);
    refuses_ = false;
    refuses_text_ = "text 2";  // of thread t2, with 5 and 8 behind it

    const auto id = begin_replay(R"({"letters":{"route":"message_to_case"}})");
    work();

    EXPECT_THAT(open_events(), ElementsAre(2, 5, 8));
    const auto replay = shown(id);
    EXPECT_EQ(replay.at("state"), "done");
    EXPECT_EQ(replay.at("started"), 7);
    EXPECT_EQ(replay.at("held_back"), 2);
    EXPECT_EQ(replay.at("runs").at("dead_lettered"), 1);
    EXPECT_THAT(std::string(replay.at("reason").as_string()),
                HasSubstr("must wait for the older dead letter"));
    EXPECT_EQ(world_.count("Notes"), 6u);
    // Mended, the whole key goes, in order; what was made is not made again.
    refuses_text_.clear();
    begin_replay(R"({"letters":{"route":"message_to_case"}})");
    work();
    EXPECT_THAT(open_events(), IsEmpty());
    EXPECT_EQ(world_.count("Notes"), 9u);
}

TEST_F(ReplayerTest, AnOlderLetterThatWasNotChosenIsNotOvertaken) {
    letters(6);
    refuses_ = false;

    // 1 and 4 are of one thread.
    const auto id = begin_replay(R"({"letters":[4, 2]})");
    work();

    EXPECT_THAT(open_events(), ElementsAre(1, 3, 4, 5, 6));
    EXPECT_EQ(shown(id).at("held_back"), 1);
    const auto single = ask("/v1/dead-letters/4/replay", "{}");
    EXPECT_EQ(single.status, 409) << json::serialize(single.body);
    EXPECT_THAT(std::string(single.body.at("error").as_string()), HasSubstr("older dead letter 1"));
}

TEST_F(ReplayerTest, WhereChoosesByTheEventAndSaysWhatItCannotTell) {
    letters(6);
    refuses_ = false;

    begin_replay(R"({"letters":{"where":"event.text in ['text 1', 'text 2'] && kind == 'rejected'"}})");
    work();

    EXPECT_THAT(open_events(), ElementsAre(3, 4, 5, 6));
    const auto unclear = ask("/v1/dead-letters?where=event.no_such_field%20%3D%3D%201").body;
    EXPECT_EQ(unclear.at("unclear"), 4);
    EXPECT_THAT(std::string(unclear.at("problem").as_string()), HasSubstr("no_such_field"));
    const auto wrong = ask("/v1/dead-letters?where=event.text%20%3D%3D");
    EXPECT_EQ(wrong.status, 400);
    expect_error(ask("/v1/dead-letters?kind=rejcted"), 400, "did you mean 'rejected'?");
}

TEST_F(ReplayerTest, AReplayThatWasCutOffGoesOnWhereItWasAndDoesNothingTwice) {
    letters(9);
    refuses_ = false;
    const auto id = begin_replay(R"({"letters":{"route":"message_to_case"}})");
    ASSERT_TRUE(replayer().step());  // chosen
    ASSERT_TRUE(replayer().step());  // the first of each key
    ASSERT_TRUE(life_->comes_to_rest());
    const auto before = world_.count("Notes");
    EXPECT_GT(before, 0u);
    EXPECT_LT(before, 9u);

    // A new life, which remembers nothing but the store.
    replayer_.reset();
    begin();
    work();

    EXPECT_EQ(shown(id).at("state"), "done");
    EXPECT_EQ(shown(id).at("started"), 9);
    EXPECT_EQ(world_.count("Notes"), 9u);
    EXPECT_THAT(open_events(), IsEmpty());
}

TEST_F(ReplayerTest, AStoppedReplayLeavesTheRestOpen) {
    letters(9);
    refuses_ = false;
    const auto id = begin_replay(R"({"letters":{"route":"message_to_case"}})");
    ASSERT_TRUE(replayer().step());
    ASSERT_TRUE(replayer().step());

    const auto stopped = ask("/v1/replays/" + std::to_string(id) + "/stop", R"({"by":"anne"})");
    ASSERT_EQ(stopped.status, 200) << json::serialize(stopped.body);
    work();

    EXPECT_EQ(shown(id).at("state"), "stopped");
    EXPECT_EQ(shown(id).at("reason"), "stopped by anne");
    EXPECT_THAT(open_events(), ElementsAre(4, 5, 6, 7, 8, 9));
    expect_error(ask("/v1/replays/" + std::to_string(id) + "/stop", "{}"), 409, "over already");
    EXPECT_EQ(ask("/v1/dead-letters/4/replay", "{}").status, 200) << "they are free for others";
    ASSERT_TRUE(life_->comes_to_rest());
}

/// A call that reaches nobody, and an answer.
const char* const kNoteAndAnswer = R"(      - conversation: support
        as: talk
      - call: crm.create
        with: { module: Notes, fields: { name: "${event.text}" } }
      - answer: support
        text: "Hello ${event.author.name}"
)";

TEST_F(ReplayerTest, RecordedEventsRunAgainWithoutReachingPeople) {
    refuses_ = false;
    begin_broken(route(kNoteAndAnswer));
    take({{"1", "t1", "anne", "one"}, {"2", "t2", "bob", "two"}});
    EXPECT_THAT(world_.answers(), SizeIs(2));
    const auto received = life_->events_book().received;
    clock_.advance(std::chrono::hours{1});

    const auto id = begin_replay(R"({"events":{"since":"2h"},"by":"anne"})");
    work();

    EXPECT_EQ(shown(id).at("state"), "done");
    EXPECT_EQ(shown(id).at("chosen"), 2);
    EXPECT_EQ(shown(id).at("started"), 2);
    EXPECT_THAT(world_.answers(), SizeIs(2)) << "nobody is answered twice";
    EXPECT_EQ(world_.count("Notes"), 4u) << "all else is done anew";
    EXPECT_EQ(life_->book("r").started, 4);
    EXPECT_EQ(life_->book("r").finished, 4);
    EXPECT_EQ(life_->events_book().received, received) << "a replay brings no event";
    const auto runs = life_->runs_of(1);
    ASSERT_THAT(runs, SizeIs(2));
    const auto steps = life_->steps_of(runs[1].id);
    EXPECT_THAT(steps.back().detail, HasSubstr("held back"));
    const auto why = life_->why(1, "r");
    EXPECT_EQ(why.at("routes").at(0).at("runs").at(1).at("again").at("replay"), id);
}

TEST_F(ReplayerTest, TheLetterOfAReplayedEventReachesNobodyEither) {
    refuses_ = false;
    begin_broken(route(kNoteAndAnswer));
    take({{"1", "t1", "anne", "one"}});
    refuses_ = true;
    begin_replay(R"({"events":["1"]})");
    work();
    ASSERT_THAT(life_->letters(), SizeIs(1));
    refuses_ = false;

    ASSERT_EQ(ask("/v1/dead-letters/1/replay", "{}").status, 200);
    ASSERT_TRUE(life_->comes_to_rest());

    EXPECT_EQ(world_.count("Notes"), 2u);
    EXPECT_THAT(world_.answers(), SizeIs(1));
    EXPECT_EQ(life_->book("r").finished, 2);
}

TEST_F(ReplayerTest, EventsAreReplayedOnceAlsoWhenItIsCutOff) {
    refuses_ = false;
    begin_broken();
    std::vector<route::Message> messages;
    for (int i = 1; i <= 100; ++i)
        messages.push_back({std::to_string(i), "t" + std::to_string(i), "anne", "text"});
    take(messages);
    const auto id = begin_replay(R"({"events":{"since":"2h"}})");
    ASSERT_TRUE(replayer().step());  // the first 64
    replayer_.reset();
    begin();
    work();

    EXPECT_EQ(shown(id).at("started"), 100);
    EXPECT_EQ(world_.count("Notes"), 200u);
    EXPECT_EQ(life_->book().started, 200);
}

TEST_F(ReplayerTest, WhatCannotBeReplayedIsRefusedBeforeItBegins) {
    letters(3);

    expect_error(ask("/v1/replays", R"({"letters":[7]})"), 404, "there is no dead letter 7");
    expect_error(ask("/v1/replays", R"({"letters":[]})"), 400, "1 to 10000 numbers");
    expect_error(ask("/v1/replays", R"({"letters":["1"]})"), 400, "is not the number of a dead letter");
    expect_error(ask("/v1/replays", R"({"letters":{"since":"yesterday"}})"), 400, "neither a span");
    expect_error(ask("/v1/replays", R"({"letters":{"since":"1h","until":"2h"}})"), 400,
                 "the longer one is since");
    expect_error(ask("/v1/replays", R"({"events":{"since":"1h","until":"1h"}})"), 400,
                 "nothing lies between");
    expect_error(ask("/v1/replays", R"({"events":{"since":"2h","until":"soon"}})"), 400, "until: 'soon'");
    expect_error(ask("/v1/replays", R"({"events":{}})"), 400, "say from when on");
    expect_error(ask("/v1/replays", R"({"events":["77"]})"), 404, "no event '77'");
    expect_error(ask("/v1/replays", R"({"events":{"since":"2h"},"routes":["mesage_to_case"]})"), 400,
                 "did you mean 'message_to_case'?");
    expect_error(ask("/v1/replays", R"({"note":"x"})"), 400, "either 'letters' or 'events'");
    expect_error(Admin(at_rest()).handle("POST", "/v1/replays", R"({"letters":[1]})"), 400,
                 "needs the running hub");
    EXPECT_THAT(ask("/v1/replays").body.at("replays").as_array(), IsEmpty());
}

}  // namespace
}  // namespace maillon::hub
