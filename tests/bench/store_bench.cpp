#include "core/base/digest.h"
#include "core/journal/sql_journal.h"
#include "core/store/books.h"
#include "core/store/calls.h"
#include "core/store/runs.h"
#include "core/store/state.h"
#include "core/store/store.h"
#include "tests/unit/db/postgres_server.h"

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>

/// What the embedded store must reach with fsync included: 60 k event rows a second in groups,
/// 15 k units "advance run" a second. Each case runs on a file and on a PostgreSQL server on the same disk,
/// which also waits for that disk. Run with --benchmark_filter and TMPDIR on the disk that is meant.
namespace maillon {
namespace {

const SystemClock kClock;

enum class Backend { sqlite, postgres };

test::PostgresServer* server() {
    return test::PostgresServer::of_program(test::PostgresServer::Sync::disk);
}

/// A store for one case; nothing is there, and the case is skipped, where no server is installed.
class TemporaryStore {
public:
    TemporaryStore(benchmark::State& state, Backend backend) {
        if (backend == Backend::postgres && server() == nullptr) {
            state.SkipWithError(test::PostgresServer::why_none().c_str());
            return;
        }
        auto opened = store::open(
            {.url = backend == Backend::sqlite ? folder_.url() : server()->new_schema(), .clock = &kClock});
        if (!opened) fail(opened.error());
        database_ = std::move(*opened);
    }
    explicit operator bool() const { return database_ != nullptr; }
    db::Database& database() { return *database_; }

    [[noreturn]] static void fail(const Fault& fault) {
        std::cerr << fault.what << '\n';
        std::abort();
    }

private:
    test::TemporaryFolder folder_;
    std::unique_ptr<db::Database> database_;
};

Event event_number(std::int64_t n) {
    static const auto body = *Json::parse(
        R"({"id":"1800000000000000000","kind":"message","text":"Bonjour, ma commande n'est pas arrivée et personne ne répond.",)"
        R"("language":"fr","thread":"1799999999999999999","author":{"id":"4711","handle":"anne_d","name":"Anne D."},)"
        R"("recipient":{"id":"12","handle":"acme"},"created":"2026-09-14T08:12:44Z","raw":{"retweets":0,"likes":2}})");
    Event event;
    event.meta.id = "18" + std::to_string(1'000'000'000'000 + n) + ":received:1";
    event.meta.source = "/connectors/x";
    event.meta.connector = "x";
    event.meta.type = "message.received";
    event.meta.key = "thread-" + std::to_string(n % 1000);
    event.body = body;
    return event;
}

/// Waits until all submitted units have been told their outcome.
class Finish {
public:
    explicit Finish(std::int64_t count) : left_(count) {}
    void one(const Result<void>& outcome) {
        if (!outcome) TemporaryStore::fail(outcome.error());
        if (--left_ == 0) left_.notify_all();
    }
    void wait() {
        for (auto left = left_.load(); left > 0; left = left_.load()) left_.wait(left);
    }

private:
    std::atomic<std::int64_t> left_;
};

/// Polls of `batch` events each, with the cursor in the same unit.
void append_events(benchmark::State& state, Backend backend) {
    constexpr std::int64_t kEvents = 60'000;
    const auto batch = state.range(0);
    TemporaryStore store(state, backend);
    if (!store) return;
    SqlJournal journal(store.database());
    std::int64_t next = 0;
    for (auto _ : state) {
        state.PauseTiming();
        std::vector<Event> events;
        for (std::int64_t i = 0; i < kEvents; ++i) events.push_back(event_number(next++));
        Finish finish(kEvents / batch);
        state.ResumeTiming();
        for (std::int64_t at = 0; at < kEvents; at += batch) {
            const std::span<const Event> part(events.data() + at, static_cast<std::size_t>(batch));
            store.database().submit(
                [&journal, part](db::Unit& unit) -> Result<void> {
                    auto appended = journal.append(unit, part);
                    if (!appended) return appended.error();
                    return store::Cursors::set(unit, "x", "mentions", part.back().meta.id, kClock.now());
                },
                [&finish](const Result<void>& outcome) { finish.one(outcome); });
        }
        finish.wait();
    }
    state.SetItemsProcessed(state.iterations() * kEvents);
    state.counters["commits"] = static_cast<double>(store.database().counters().commits);
}
BENCHMARK_CAPTURE(append_events, sqlite, Backend::sqlite)
    ->Arg(1)
    ->Arg(10)
    ->Arg(100)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(append_events, postgres, Backend::postgres)
    ->Arg(1)
    ->Arg(10)
    ->Arg(100)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

/// Ids in no order, as hashes are, with many rows present: each insertion meets another page of the dedupe
/// index.
void append_random_ids(benchmark::State& state, Backend backend) {
    constexpr std::int64_t kBatch = 100;
    TemporaryStore store(state, backend);
    if (!store) return;
    SqlJournal journal(store.database());
    std::int64_t next = 0;
    const auto append = [&](std::int64_t count) {
        for (const auto end = next + count; next < end; next += kBatch) {
            std::vector<Event> events;
            for (std::int64_t i = 0; i < kBatch; ++i) {
                events.push_back(event_number(next + i));
                events.back().meta.id = sha256_hex(events.back().meta.id).substr(0, 32);
            }
            store.database().submit(
                [&journal, events](db::Unit& unit) -> Result<void> {
                    auto appended = journal.append(unit, events);
                    return appended ? Result<void>{} : Result<void>(appended.error());
                },
                [](const Result<void>& outcome) {
                    if (!outcome) TemporaryStore::fail(outcome.error());
                });
        }
        (void)store.database().run([](db::Unit&) -> Result<void> { return {}; });
    };
    append(state.range(0));
    for (auto _ : state) append(60'000);
    state.SetItemsProcessed(state.iterations() * 60'000);
}
BENCHMARK_CAPTURE(append_random_ids, sqlite, Backend::sqlite)
    ->Arg(2'000'000)
    ->Iterations(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(append_random_ids, postgres, Backend::postgres)
    ->Arg(2'000'000)
    ->Iterations(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

Result<void> advance(db::Unit& unit, RunId run, std::int64_t n) {
    const auto now = kClock.now();
    static const std::string frame =
        R"({"at":["open_case",2],"bindings":{"talk":{"id":17,"thread":"1799"},"case":{"id":"8f3a","number":4711}}})";
    auto moved = store::Runs::update(unit, run, store::RunState::calling, frame, "", now);
    if (!moved) return moved;
    store::CallRow call;
    call.run = run;
    call.step = "note";
    call.instance = "crm";
    call.operation = "create";
    call.idempotency_key = std::to_string(n) + ":complaint_to_case:note";
    call.target_key = "case-8f3a";
    call.args = R"({"module":"Notes","fields":{"parent":"8f3a","description":"Bonjour, ma commande"}})";
    call.created = call.not_before = now;
    auto inserted = store::Calls::insert(unit, call);
    if (!inserted) return inserted.error();
    return store::Books::add(unit, "complaint_to_case", store::RunBook{.waiting = 1, .in_flight = -1});
}

void advance_runs(benchmark::State& state, Backend backend) {
    constexpr std::int64_t kUnits = 20'000;
    TemporaryStore store(state, backend);
    if (!store) return;
    std::vector<RunId> runs;
    auto made = store.database().run([&](db::Unit& unit) -> Result<void> {
        for (int i = 0; i < 1000; ++i) {
            auto id = store::Runs::insert(unit, {.event = EventSeq{i + 1}, .route = "complaint_to_case"});
            if (!id) return id.error();
            runs.push_back(*id);
        }
        return {};
    });
    if (!made) TemporaryStore::fail(made.error());
    std::int64_t next = 0;
    for (auto _ : state) {
        Finish finish(kUnits);
        for (std::int64_t i = 0; i < kUnits; ++i, ++next) {
            const auto run = runs[static_cast<std::size_t>(next) % runs.size()];
            store.database().submit([run, next](db::Unit& unit) { return advance(unit, run, next); },
                                    [&finish](const Result<void>& outcome) { finish.one(outcome); });
        }
        finish.wait();
    }
    state.SetItemsProcessed(state.iterations() * kUnits);
    state.counters["commits"] = static_cast<double>(store.database().counters().commits);
}
BENCHMARK_CAPTURE(advance_runs, sqlite, Backend::sqlite)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(advance_runs, postgres, Backend::postgres)->Unit(benchmark::kMillisecond)->UseRealTime();

/// One caller that waits for each commit: the price of an fsync.
void one_unit_at_a_time(benchmark::State& state, Backend backend) {
    TemporaryStore store(state, backend);
    if (!store) return;
    std::int64_t n = 0;
    for (auto _ : state) {
        auto done = store.database().run(
            [&](db::Unit& unit) { return store::Positions::set(unit, "bench", EventSeq{++n}); });
        if (!done) TemporaryStore::fail(done.error());
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(one_unit_at_a_time, sqlite, Backend::sqlite)->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK_CAPTURE(one_unit_at_a_time, postgres, Backend::postgres)
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime();

void read_one_event(benchmark::State& state, Backend backend) {
    TemporaryStore store(state, backend);
    if (!store) return;
    SqlJournal journal(store.database());
    auto made = store.database().run([&](db::Unit& unit) -> Result<void> {
        for (int i = 0; i < 10'000; ++i) {
            const auto event = event_number(i);
            auto appended = journal.append(unit, {&event, 1});
            if (!appended) return appended.error();
        }
        return {};
    });
    if (!made) TemporaryStore::fail(made.error());
    std::int64_t n = 0;
    for (auto _ : state) benchmark::DoNotOptimize(journal.by_seq(EventSeq{n++ % 10'000 + 1}));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(read_one_event, sqlite, Backend::sqlite)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(read_one_event, postgres, Backend::postgres)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace maillon

BENCHMARK_MAIN();
