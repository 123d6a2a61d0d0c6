#pragma once

#include "tests/unit/db/every_store.h"
#include "tests/unit/db/pairs.h"

#include <gmock/gmock.h>

#include <future>

namespace maillon::db {

/// A database of its own for each test, of every kind, with the schema of test::Pairs.
class DatabaseTest : public test::EveryStoreTest {
protected:
    void SetUp() override {
        EveryStoreTest::SetUp();
        if (!IsSkipped()) open(options());
    }

    Options options() const { return test::pair_options(place_->url(), clock_); }

    void open(Options options) {
        database_.reset();
        auto opened = Database::open(std::move(options));
        ASSERT_TRUE(opened) << opened.error().what;
        database_ = std::move(*opened);
    }

    /// Queues `units` behind a unit that waits, so that all of them lie there when the writer looks; then
    /// lets it go.
    std::vector<Result<void>> run_together(std::vector<Database::Work> units) {
        std::promise<void> gate;
        std::vector<std::promise<Result<void>>> outcomes(units.size() + 1);
        submit([opened = gate.get_future().share()](
                   Unit&) -> Result<void> { return opened.wait(), Result<void>{}; },
               outcomes[0]);
        for (std::size_t i = 0; i < units.size(); ++i) submit(std::move(units[i]), outcomes[i + 1]);
        gate.set_value();
        std::vector<Result<void>> results;
        for (auto& outcome : outcomes) results.push_back(outcome.get_future().get());
        results.erase(results.begin());
        return results;
    }

    void submit(Database::Work work, std::promise<Result<void>>& outcome) {
        database_->submit(std::move(work),
                          [&outcome](Result<void> result) { outcome.set_value(std::move(result)); });
    }

    FakeClock clock_;
    std::unique_ptr<Database> database_;
};

}  // namespace maillon::db
