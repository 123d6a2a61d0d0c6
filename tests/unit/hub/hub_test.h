#pragma once

#include "core/hub/ingest.h"
#include "core/journal/sql_journal.h"
#include "core/observe/health.h"
#include "core/observe/testing/captured_log.h"
#include "core/store/books.h"
#include "core/store/directory.h"
#include "core/store/state.h"
#include "core/store/store.h"
#include "tests/unit/db/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

namespace maillon::hub {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// A store, a journal and the way into it, for one source "x". `begin` may be called again: the hub's next
/// life on the same store.
class HubTest : public ::testing::Test {
protected:
    void SetUp() override { begin(); }

    void begin(const config::Since& since = {}) {
        ingest_.reset();
        journal_.reset();
        database_.reset();
        auto opened = store::open({.url = folder_.url(), .clock = &clock_, .inject = [this](db::Step step) {
                                       auto* failing = failing_.load();
                                       return failing ? (*failing)(step) : db::Injected::none;
                                   }});
        ASSERT_TRUE(opened) << opened.error().what;
        database_ = std::move(*opened);
        journal_ = std::make_unique<SqlJournal>(*database_);
        ingest_ = std::make_unique<Ingest>(Ingest::Parts{*database_, *journal_, clock_, log_, metrics_,
                                                         [this](const std::vector<Event>&) { ++news_; }});
        ASSERT_TRUE(ingest_->add_source("x", since));
    }

    /// From now on steps of the store go wrong as `how` says; it must outlive the use.
    using Failing = std::function<db::Injected(db::Step)>;
    void fail(Failing* how) { failing_ = how; }

    plugin::RawEvent raw(const std::string& id) const {
        return {id, "message.received", "thread-1", R"({"text":"hello"})", {}, {}, millis(clock_.now())};
    }
    std::vector<std::string> ids() {
        std::vector<std::string> out;
        for (const auto& event : journal_->read(EventSeq{}, 10'000).value()) out.push_back(event.meta.id);
        return out;
    }
    std::string cursor() { return ingest_->cursor("x").value(); }
    store::EventBook book() {
        const auto rows = database_->read([](db::Reader& r) { return store::Books::events(r); }).value();
        for (const auto& row : rows) {
            if (row.connector == "x") return row.book;
        }
        return {};
    }
    SteadyPoint soon() const { return clock_.steady() + minutes{1}; }

    test::TemporaryFolder folder_;
    FakeClock clock_;
    ::maillon::testing::CapturedLog log_;
    Metrics metrics_;
    Health health_{clock_};
    std::atomic<Failing*> failing_{nullptr};
    std::atomic<int> news_{0};
    std::unique_ptr<db::Database> database_;
    std::unique_ptr<SqlJournal> journal_;
    std::unique_ptr<Ingest> ingest_;
};

}  // namespace maillon::hub
