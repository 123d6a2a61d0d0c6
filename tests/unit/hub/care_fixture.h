#pragma once

#include "core/hub/backup.h"
#include "core/journal/sql_journal.h"
#include "core/store/books.h"
#include "core/store/calls.h"
#include "core/store/runs.h"
#include "core/store/state.h"
#include "core/store/store.h"
#include "tests/unit/db/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace maillon::hub {

/// A store with some events, a run and a call that waits, whose books balance; no hub runs.
class CareTest : public ::testing::Test {
protected:
    void SetUp() override {
        open();
        for (int i = 0; i < 3; ++i) receive();
        route();
    }
    void open() {
        auto opened = store::open({.url = folder_.url(), .clock = &clock_});
        ASSERT_TRUE(opened) << opened.error().what;
        database_ = std::move(*opened);
    }
    void write(const std::function<Result<>(db::Unit&)>& work) {
        const auto done = database_->run(work);
        ASSERT_TRUE(done) << done.error().what;
    }
    void tamper(const std::string& sql) {
        write([&](db::Unit& unit) -> Result<> {
            auto done = unit.exec(sql);
            if (!done) return done.error();
            return {};
        });
    }
    void receive() {
        SqlJournal journal(*database_);
        Event event;
        event.meta.id = std::to_string(++events_);
        event.meta.source = "/connectors/x";
        event.meta.connector = "x";
        event.meta.received = clock_.now();
        event.body = *Json::parse(R"({"text":")" + std::string(2'000, 'x') + R"("})");
        write([&](db::Unit& unit) -> Result<> {
            auto added = journal.append(unit, {&event, 1});
            if (!added) return added.error();
            return store::Books::add(unit, "x", store::EventBook{.received = 1});
        });
    }
    void route() {
        write([&](db::Unit& unit) -> Result<> {
            auto done = store::Configs::put(unit, "hash", "text", clock_.now());
            if (done) done = store::Positions::set(unit, store::Positions::kRouted, EventSeq{1});
            if (done) done = store::Books::add(unit, "x", store::EventBook{.routed = 1});
            if (done) done = store::Books::add(unit, "r", store::RunBook{.started = 1, .in_flight = 1});
            if (!done) return done;
            auto run = store::Runs::insert(unit, {.event = EventSeq{1}, .route = "r", .config_hash = "hash"});
            if (!run) return run.error();
            auto call = store::Calls::insert(unit, {.run = *run, .instance = "x", .idempotency_key = "k"});
            if (!call) return call.error();
            return {};
        });
    }
    std::int64_t number(const std::string& sql) {
        return **database_->read([&](db::Reader& reader) { return reader.row<std::int64_t>(sql); });
    }
    std::string store() const { return folder_.file("maillon.db"); }

    Result<Manifest> back_up(const std::string& name = "backup.db") {
        return take_backup({store(), folder_.file(name), "hash", clock_, progress_});
    }
    Result<Restored> bring_back(bool force = true, const std::string& name = "backup.db") {
        return restore({folder_.file(name), store(), force, clock_, progress_});
    }
    std::vector<std::string> files() const {
        std::vector<std::string> out;
        for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
            out.push_back(entry.path().filename().string());
        std::ranges::sort(out);
        return out;
    }

    test::TemporaryFolder folder_;
    FakeClock clock_;
    std::unique_ptr<db::Database> database_;
    Phase progress_ = [](std::string_view, std::int64_t, std::int64_t) { return true; };
    int events_ = 0;
};

}  // namespace maillon::hub
