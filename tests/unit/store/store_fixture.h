#pragma once

#include "core/store/seals.h"
#include "core/store/store.h"
#include "tests/unit/db/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace maillon::store {

/// A store of its own for each test, at the url that the heir names.
template <class Base>
class StoreFixture : public Base {
protected:
    virtual std::string url() const = 0;

    void reopen() {
        database_.reset();
        auto opened = open({.url = url(), .clock = &clock_});
        ASSERT_TRUE(opened) << opened.error().what;
        database_ = std::move(*opened);
    }

    /// Runs one unit and gives the value or Fault of its last repository call.
    template <class F>
    auto write(const F& work) -> std::invoke_result_t<F, db::Unit&> {
        std::optional<std::invoke_result_t<F, db::Unit&>> answer;
        auto done = database_->run([&](db::Unit& unit) -> Result<void> {
            answer.emplace(work(unit));
            if (!*answer) return answer->error();
            return {};
        });
        if (!done) return done.error();
        return std::move(*answer);
    }

    template <class F>
    auto read(const F& work) {
        return database_->read(work);
    }

    TimePoint now() const { return clock_.now(); }

    /// Takes all that is due into the sealed sums, in turns of `limit`.
    void seal(std::size_t limit = 100) {
        for (RunId after{};;) {
            const auto due = read([&](db::Reader& reader) { return Seals::due(reader, after, limit); });
            ASSERT_TRUE(due) << due.error().what;
            ASSERT_TRUE(write([&](db::Unit& unit) { return Seals::seal(unit, *due); }));
            if (!due->more) return;
            after = due->next_open;
        }
    }

    FakeClock clock_;
    std::unique_ptr<db::Database> database_;
};

/// For rooms above: what the store is kept in does not matter to them.
class SqliteStoreTest : public StoreFixture<::testing::Test> {
protected:
    void SetUp() override { reopen(); }
    std::string url() const override { return folder_.url(); }

    test::TemporaryFolder folder_;
};

}  // namespace maillon::store
