#include "core/store/approvals.h"
#include "tests/unit/route/life.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace maillon::route {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// The pauses between two readings grow to a minute.
constexpr milliseconds kStep{100};

/// One record of a CRM, with a revision; others change it behind our back.
class ConflictTest : public RouteTest {
protected:
    using Report = plugin::CallReport;

    void SetUp() override {
        world_.script = [this](const std::string&, const plugin::OutCall& call) { return answer(call); };
    }
    std::optional<Report> answer(const plugin::OutCall& call) {
        const std::scoped_lock lock(mutex_);
        const auto arguments = json::parse(call.arguments).as_object();
        if (call.operation == "get") {
            ++reads_;
            const json::object record{{"id", "r1"}, {"revision", revision_}, {"text", text_}};
            return Report{{}, json::serialize(record), "r1", std::to_string(revision_)};
        }
        if (call.operation != "update" && call.operation != "append") return std::nullopt;
        ++tries_;
        if (is_down_) return deliver::ScriptedConnector::fails(FaultKind::retry, "503");
        if (others_ > 0) {  // somebody was faster
            --others_;
            ++revision_;
            text_ += " other" + std::to_string(revision_);
        }
        if (arguments.at("revision").as_int64() != revision_)
            return Report{
                Fault{FaultKind::conflict, "it is at revision " + std::to_string(revision_), {}}, {}, {}, {}};
        ++revision_;
        text_ = arguments.at("text").as_string();
        return Report{{}, "{}", "r1", std::to_string(revision_)};
    }
    /// Reads the record and appends the message to what it says.
    static std::string appending(const std::string& operation = "append", const std::string& more = {}) {
        return route(
            "      - call: crm.get\n        as: record\n        with: { id: r1 }\n"
            "      - let: { whole: \"${record.text} ${event.text}\" }\n" +
            more + "      - call: crm." + operation +
            "\n        with: { id: r1, revision: \"${record.revision}\", text: \"${whole}\" }\n");
    }
    /// The route appends `hello` once; rests.
    Life& run(const std::string& text) {
        auto& life = live(text);
        life.start();
        life.take({{"1", "t1", "anne", "hello"}});
        EXPECT_TRUE(life.comes_to_rest(kStep));
        return life;
    }

    std::mutex mutex_;
    std::int64_t revision_ = 1;
    std::string text_ = "first";
    int others_ = 0, reads_ = 0, tries_ = 0;
    std::atomic<bool> is_down_{false};
};

TEST_F(ConflictTest, ARecordThatWasChangedIsReadAndMappedAnewAndTheCallMadeAgain) {
    for (const auto* operation : {"append", "update"}) {
        text_ = "first", revision_ = 1, others_ = 2, reads_ = 0, tries_ = 0;
        clock_.advance(seconds{1});
        auto& life = live(appending(operation));
        life.start();
        const std::string id = operation;
        life.take({{id, "t1", "anne", "hello"}});
        ASSERT_TRUE(life.comes_to_rest(kStep));

        EXPECT_EQ(text_, "first other2 other3 hello")
            << "nothing that others wrote is lost, and ours stands once";
        EXPECT_EQ(reads_, 3);
        EXPECT_EQ(tries_, 3) << "a call is not made again with what it was refused for";
        EXPECT_THAT(life.letters(), IsEmpty());
    }
    EXPECT_EQ(life_->book("r").finished, 2);
}

TEST_F(ConflictTest, ACallThatIsFoundInTheStoreIsReadAnewAsWell) {
    is_down_ = true;
    auto& before = live(appending());
    before.start();
    before.take({{"1", "t1", "anne", "hello"}});
    ASSERT_TRUE(before.passes([&] { return before.connectors.at("crm")->count("deliver") >= 2; }));
    life_.reset();
    is_down_ = false, others_ = 1, tries_ = 0;

    auto& life = live(appending());
    life.start();
    ASSERT_TRUE(life.comes_to_rest(kStep));

    EXPECT_EQ(text_, "first other2 hello");
    EXPECT_EQ(tries_, 2) << "it is not made again with what it was refused for";
}

TEST_F(ConflictTest, OneThatIsChangedEachTimeBecomesALetterThatTellsTheRevisions) {
    others_ = 1'000;
    const auto begun = clock_.now();
    auto& life = run(appending());
    const auto letters = life.letters();
    ASSERT_THAT(letters, SizeIs(1));
    EXPECT_EQ(letters[0].kind, FaultKind::conflict);
    EXPECT_EQ(
        letters[0].reason,
        "changed by others each time: read 6 times, at revision 1, 2, 3, 4, 5, 6; then: it is at revision 7");
    EXPECT_EQ(tries_, 6);
    EXPECT_GE(clock_.now() - begun, seconds{81}) << "the pauses grow";
}

TEST_F(ConflictTest, SuchALetterCanBeReplayed) {
    others_ = 6;
    auto& life = run(appending());
    const auto letters = life.letters();
    ASSERT_THAT(letters, SizeIs(1));
    ASSERT_TRUE(life.replay(letters[0].id, "again"));
    ASSERT_TRUE(life.comes_to_rest(kStep));
    EXPECT_THAT(text_, HasSubstr("other7 hello"));
    EXPECT_EQ(life.book("r").finished, 1);
}

TEST_F(ConflictTest, WhereTheRouteReadsNothingTheCallIsRepeatedAsItIsAFewTimes) {
    others_ = 1;
    auto& life = run(
        route("      - call: crm.append\n        with: { id: r1, revision: 1, text: \"${event.text}\" }\n"));
    EXPECT_EQ(tries_, 4);
    ASSERT_THAT(life.letters(), SizeIs(1));
    EXPECT_EQ(life.letters()[0].kind, FaultKind::conflict);
}

TEST_F(ConflictTest, TheRouteItselfMayTakeTheConflictWhenReadingAgainWasInVain) {
    others_ = 1'000;
    auto text = appending();
    text +=
        "        on_error: { conflict: [ { call: crm.create, with: { module: Notes, fields: { name: "
        "\"${error.message}\" } } } ] }\n";
    auto& life = run(text);
    EXPECT_THAT(life.letters(), IsEmpty());
    EXPECT_THAT(world_.notes(), ElementsAre(HasSubstr("at revision 1, 2, 3, 4, 5, 6; then: it is at")));
}

TEST_F(ConflictTest, WhatWasDoneBetweenReadingAndTheConflictIsNotDoneAgain) {
    others_ = 2;
    auto& life =
        run(appending("append",
                      "      - call: crm.create\n        with: { module: Notes, fields: { name: once } }\n"
                      "      - emit: hub.told\n        with: { a: 1 }\n"));
    EXPECT_THAT(world_.notes(), ElementsAre("once"));
    EXPECT_EQ(text_, "first other2 other3 hello");
    EXPECT_EQ(life.events_book("hub").received - life.events_book("hub").doubles, 1);
}

TEST_F(ConflictTest, AConditionIsDecidedAnewWithWhatWasReadAgain) {
    others_ = 1;
    auto text = route(
        "      - call: crm.get\n        as: record\n        with: { id: r1 }\n"
        "      - call: crm.append\n        when: \"!record.text.contains('other')\"\n"
        "        with: { id: r1, revision: \"${record.revision}\", text: \"${event.text}\" }\n");
    auto& life = run(text);
    EXPECT_EQ(text_, "first other2");
    EXPECT_EQ(tries_, 1);
    EXPECT_EQ(life.book("r").finished, 1);
}

TEST_F(ConflictTest, InALoopTheReadingOfTheSameRoundIsMadeAgain) {
    others_ = 1;
    auto& life = run(
        route("      - each: \"['a', 'b']\"\n        as: part\n        steps:\n"
              "          - call: crm.get\n            as: record\n            with: { id: r1 }\n"
              "          - call: crm.append\n            with: { id: r1, revision: \"${record.revision}\", "
              "text: \"${record.text} ${part}\" }\n"));
    EXPECT_EQ(text_, "first other2 a b");
    EXPECT_EQ(reads_, 3);
    EXPECT_EQ(life.book("r").finished, 1);
}

TEST_F(ConflictTest, AReadingOutsideTheLoopIsNotGoneBackTo) {
    others_ = 1;
    auto& life = run(
        route("      - call: crm.get\n        as: record\n        with: { id: r1 }\n"
              "      - each: \"['a']\"\n        as: part\n        steps:\n"
              "          - call: crm.append\n            with: { id: r1, revision: \"${record.revision}\", "
              "text: \"${record.text} ${part}\" }\n"));
    EXPECT_EQ(reads_, 1);
    ASSERT_THAT(life.letters(), SizeIs(1));
    EXPECT_EQ(life.letters()[0].kind, FaultKind::conflict);
}

TEST_F(ConflictTest, WhatAPersonHasReleasedIsNotMappedAnew) {
    others_ = 1;
    auto& life = live(appending() + "        approve: lead\n");
    life.start();
    life.take({{"1", "t1", "anne", "hello"}});
    const auto is_asked = [&] {
        return !life.read([](db::Reader& reader) { return store::Approvals::list(reader, {}); }).empty();
    };
    ASSERT_TRUE(life.passes(is_asked));
    ASSERT_TRUE(life.engine->decide(ApprovalId{1}, {.is_released = true, .by = "anne"}));
    ASSERT_TRUE(life.comes_to_rest(kStep));
    EXPECT_EQ(reads_, 1);
    ASSERT_THAT(life.letters(), SizeIs(1));
    EXPECT_EQ(life.letters()[0].reason, "it is at revision 2");
}

TEST_F(ConflictTest, ACrashWhileItIsReadAgainLosesNothing) {
    for (int step = 1; step <= 4; ++step) {
        SCOPED_TRACE(step);
        text_ = "first", revision_ = 1, others_ = 2;
        auto calls = std::make_shared<std::atomic<int>>(0);
        world_.script = [this, calls, step](const std::string&,
                                            const plugin::OutCall& call) -> std::optional<Report> {
            if (++*calls == step) return Report{Fault{FaultKind::not_connected, "away", {}}, {}, {}, {}};
            return answer(call);
        };
        auto& life = live(appending());
        life.start();
        life.take({{"c" + std::to_string(step), "t1", "anne", "hello"}});
        ASSERT_TRUE(life.passes([&] { return calls->load() >= step; }));
        auto& next = live(appending());  // the hub ended there, and begins anew
        next.start();
        ASSERT_TRUE(next.comes_to_rest(kStep));
        EXPECT_EQ(text_, "first other2 other3 hello");
        EXPECT_THAT(next.letters(), IsEmpty());
    }
}

TEST_F(ConflictTest, WhyTellsThatItWasReadAgain) {
    others_ = 1;
    auto& life = run(appending());
    const auto told = json::serialize(life.why(1));
    EXPECT_THAT(told, HasSubstr("\"text\":\"first other2 hello\""));
    const auto steps = life.steps_of(life.runs_of(1)[0].id);
    EXPECT_TRUE(std::ranges::any_of(steps, [](const auto& row) {
        return row.status == store::StepStatus::waiting &&
               row.detail == "changed by others since it was read, so it is read again: it is at revision 2";
    }));
}

TEST_F(ConflictTest, TwoCallsThatConflictInTurnComeToAnEnd) {
    auto tries = std::make_shared<std::atomic<int>>(0);
    world_.script = [this, tries](const std::string&, const plugin::OutCall& call) -> std::optional<Report> {
        if (call.operation == "get") return answer(call);
        // The first one is refused every other time, the second one always.
        if (call.operation == "update" && ++*tries % 2 == 0) return Report{{}, "{}", "r1", "9"};
        return Report{Fault{FaultKind::conflict, "somebody was faster", {}}, {}, {}, {}};
    };
    auto& life =
        run(appending("append",
                      "      - call: crm.update\n        with: { id: r1, revision: \"${record.revision}\", "
                      "text: \"${whole}\" }\n"));
    ASSERT_THAT(life.letters(), SizeIs(1));
    EXPECT_EQ(life.letters()[0].step, "call crm.append");
    EXPECT_THAT(life.letters()[0].reason, HasSubstr("read 6 times"));
}

}  // namespace
}  // namespace maillon::route
