#pragma once

#include "core/journal/sql_journal.h"
#include "core/observe/testing/captured_log.h"
#include "core/route/engine.h"
#include "core/route/why.h"
#include "core/store/books.h"
#include "core/store/conversations.h"
#include "core/store/dead_letters.h"
#include "core/store/directory.h"
#include "core/store/store.h"
#include "tests/unit/db/temporary_folder.h"
#include "tests/unit/route/abilities.h"
#include "tests/unit/route/world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace maillon::route {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A message as a channel brings it.
struct Message {
    std::string id, thread, author, text;
    std::string connector = "x";
    milliseconds age{0};
    bool own = false;
};

/// One life of a hub's inner rooms on the store of a folder, from opening to its end, in a world that
/// outlives it.
class Life {
public:
    struct Options {
        std::function<db::Injected(db::Step)> inject{};
        int checkpoint_pages = 1000;
        milliseconds patience{5'000};  ///< with a call that fails for now
        bool directory_is_read = true;
        std::vector<std::string> instances{"x", "fb", "crm", "language"};  ///< with a lane of calls
        std::shared_ptr<const Plan> earlier{};  ///< of any other configuration that runs need
        int unreadable = 0;                     ///< how often that cannot be read for now
        std::string without{};                  ///< a connector that is no longer there
        config::Retry retry{milliseconds{10}, milliseconds{10}, seconds{5}};
        milliseconds linger{0};  ///< of events that start no run
        std::function<Result<bool>(db::Unit&, Event&)> admit{};
        deliver::Budgets::Rules budgets{};
    };
    Life(World& the_world, const std::string& url, FakeClock& the_clock, std::shared_ptr<const Plan> the_plan,
         Options options);
    Life(World& the_world, const std::string& url, FakeClock& the_clock, std::shared_ptr<const Plan> the_plan)
        : Life(the_world, url, the_clock, std::move(the_plan), Options{}) {}
    /// Ends without ceremony: whatever is under way is cut off.
    ~Life();

    /// Recovers, then moves.
    void start();
    void take(const std::vector<Message>& messages);
    void take(const std::vector<Event>& events);
    /// Puts them into the journal and tells nobody; with their positions.
    std::vector<Event> keep(const std::vector<Message>& messages);
    Event event_of(const Message& message) const;

    /// Lets time pass until every event is routed and no run is in flight (claims held by runs in doubt
    /// aside), or until the hub dies.
    bool comes_to_rest(milliseconds step = milliseconds{10});
    bool passes(const std::function<bool()>& done, milliseconds step = milliseconds{10});
    bool is_at_rest();

    /// Starts the run of a dead letter again, as the hub does.
    Result<RunId> replay(DeadLetterId letter, const std::string& note);

    /// A value read from the store; the read must succeed.
    template <class F>
    auto read(const F& work) {
        return database->read(work).value();
    }
    std::vector<store::DeadLetterRow> letters();
    store::RunBook book(const std::string& route = "message_to_case");
    store::EventBook events_book(const std::string& connector = "x");
    std::vector<std::string> imbalances();
    std::vector<store::RunRow> runs_of(std::int64_t seq);
    std::vector<store::StepRow> steps_of(RunId run);
    /// What is told about the event of this position.
    Result<boost::json::object> try_why(std::int64_t seq, const std::string& route = {});
    boost::json::object why(std::int64_t seq, const std::string& route = {});

    World& world;
    FakeClock& clock;
    std::shared_ptr<const Plan> plan, earlier;
    std::atomic<int> unreadable{0};
    ::maillon::testing::CapturedLog log;
    Metrics metrics;
    std::map<std::string, std::unique_ptr<deliver::ScriptedConnector>> connectors;
    std::unique_ptr<db::Database> database;
    std::unique_ptr<SqlJournal> journal;
    std::unique_ptr<deliver::Budgets> budgets;
    std::unique_ptr<deliver::Deliver> deliver;
    std::unique_ptr<Engine> engine;

private:
    void append(std::vector<Event>& events);

    std::mutex mutex_;
    std::condition_variable rested_;
};

/// A folder, a clock and a world; at the end of each test the books of the last life balance.
class RouteTest : public ::testing::Test {
protected:
    void TearDown() override {
        if (life_) {
            EXPECT_THAT(life_->imbalances(), ::testing::IsEmpty());
        }
    }
    /// Begins a (further) life with this configuration.
    Life& live(const std::string& text, Life::Options options) {
        life_.reset();
        const auto plan = plan_of(text);
        if (!plan) throw std::runtime_error("the test's configuration is wrong");
        life_ = std::make_unique<Life>(world_, folder_.url(), clock_, plan, std::move(options));
        return *life_;
    }
    Life& live(const std::string& text) { return live(text, Life::Options{}); }
    static std::string story() { return std::string(kPreamble) + kStory; }
    /// One route "r" of these steps (indented by six) for every message of x.
    static std::string route(const std::string& steps) {
        return std::string(kPreamble) + "routes:\n  r:\n    from: x.message.received\n    steps:\n" + steps;
    }

    test::TemporaryFolder folder_;
    FakeClock clock_;
    World world_;
    std::unique_ptr<Life> life_;
};

}  // namespace maillon::route
