#pragma once

#include "core/deliver/deliver.h"
#include "core/observe/testing/captured_log.h"
#include "core/store/runs.h"
#include "tests/unit/deliver/scripted_connector.h"
#include "tests/unit/store/store_fixture.h"

#include <atomic>
#include <condition_variable>

namespace maillon::deliver {

using std::chrono::milliseconds;
using std::chrono::seconds;
using store::CallState;

/// One lane to a scripted CRM over a real store.
class LaneTest : public store::SqliteStoreTest {
protected:
    void SetUp() override {
        SqliteStoreTest::SetUp();
        begin();
    }
    void TearDown() override { deliver_.reset(); }

    void begin() {
        deliver_.reset();
        deliver_ = std::make_unique<Deliver>(
            Deliver::Parts{*database_, clock_, log_, metrics_, [] { return 0.5; },
                           [this](Settled settled) { take(std::move(settled)); }, budgets_.get()});
    }
    /// Over a store of which commits find no room as long as `full` says so.
    void begin_with_disk(std::atomic<bool>& full) {
        deliver_.reset();
        database_.reset();
        auto opened = store::open({.url = folder_.url(), .clock = &clock_, .inject = [&full](db::Step step) {
                                       return step == db::Step::commit && full ? db::Injected::disk_full
                                                                               : db::Injected::none;
                                   }});
        ASSERT_TRUE(opened) << opened.error().what;
        database_ = std::move(*opened);
        begin();
    }
    void start() {
        deliver_->add_instance("crm", crm_, retry_, doubts_);
        deliver_->start();
    }

    /// A committed call; its key is also its step's name.
    Job call(const std::string& key, const std::string& target = {}, const std::string& order_key = {}) {
        store::CallRow row{.run = RunId{1},
                           .step = key,
                           .instance = "crm",
                           .operation = "create",
                           .idempotency_key = key,
                           .target_key = target,
                           .args = R"({"module":"Notes"})",
                           .created = now(),
                           .not_before = now()};
        return committed({std::move(row), order_key, false, false});
    }
    Job committed(Job job) {
        auto inserted = write([&](db::Unit& unit) { return store::Calls::insert(unit, job.row); });
        EXPECT_TRUE(inserted) << inserted.error().what;
        job.row.id = inserted->row.id;
        return job;
    }
    store::CallRow on_disk(const std::string& key) {
        return read([&](db::Reader& reader) { return store::Calls::by_key(reader, key); }).value().value();
    }

    /// Lets time pass in small steps until `n` jobs are settled.
    bool settled(std::size_t n, milliseconds step = milliseconds{10}) {
        return passes([&] { return settled_.size() >= n; }, step);
    }
    /// Lets time pass in small steps until `done` (asked under the lock of settled_).
    bool passes(const std::function<bool()>& done, milliseconds step = milliseconds{10}) {
        std::unique_lock lock(mutex_);
        const auto end = std::chrono::steady_clock::now() + std::chrono::minutes{5};
        while (!done()) {
            if (std::chrono::steady_clock::now() > end) return false;
            changed_.wait_for(lock, milliseconds{2});
            clock_.advance(step);
        }
        return true;
    }
    Settled outcome(std::size_t i) {
        const std::scoped_lock lock(mutex_);
        return settled_.at(i);
    }
    LaneState lane() { return deliver_->states().front(); }

    ScriptedConnector crm_{clock_};
    ::maillon::testing::CapturedLog log_;
    Metrics metrics_;
    config::Retry retry_{milliseconds{10}, milliseconds{10}, std::chrono::hours{24}};
    Deliver::Doubts doubts_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Settled> settled_;
    std::unique_ptr<Budgets> budgets_;  ///< of the lanes that begin() makes next; none at first
    std::unique_ptr<Deliver> deliver_;

private:
    void take(Settled settled) {
        const std::scoped_lock lock(mutex_);
        settled_.push_back(std::move(settled));
        changed_.notify_all();
    }
};

}  // namespace maillon::deliver
