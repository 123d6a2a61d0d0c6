// What the journal costs beside the disk: events a second in commits of 1, 10, 100 and 1000, in turns with a
// bare SQLite and a bare file on the same disk, medians of 21 turns.
//
//   bench_store_journal [FOLDER]       exits with 1 when the journal is below 80 % of a bare SQLite that
//   keeps the same columns and index
#include "core/journal/sql_journal.h"
#include "core/store/store.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iterator>

namespace maillon {
namespace {

constexpr double kLeast = 0.8;
constexpr int kTurns = 21;
constexpr std::chrono::milliseconds kTurn{100};

[[noreturn]] void fail(const std::string& what) {
    std::fprintf(stderr, "bench_store_journal: %s\n", what.c_str());
    std::exit(2);
}

Event event_number(std::int64_t n) {
    static const auto body = *Json::parse(R"({"kind":"message","text":")" + std::string(600, 'x') +
                                          R"(","author":{"id":"4711","handle":"anne_d"}})");
    Event out;
    out.meta.id = "18" + std::to_string(1'000'000'000'000 + n) + ":received";
    out.meta.source = "/connectors/x";
    out.meta.connector = "x";
    out.meta.type = "message.received";
    out.meta.key = "thread-" + std::to_string(n % 1000);
    out.body = body;
    return out;
}

/// One way to keep events; each begins with nothing.
using Append = std::function<void(std::int64_t first, std::int64_t count)>;

/// A file that grows, one write and one fdatasync for each batch.
Append raw_file(const std::filesystem::path& folder) {
    const int fd = ::open((folder / "raw").c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
    return [fd](std::int64_t, std::int64_t count) {
        const std::string bytes(static_cast<std::size_t>(count) * 744, 'x');
        if (::write(fd, bytes.data(), bytes.size()) < 0 || ::fdatasync(fd) != 0) fail("the raw file");
    };
}

/// SQLite without anything of ours: the journal's columns and index, values made beforehand.
class Bare {
public:
    explicit Bare(const std::filesystem::path& folder) {
        if (sqlite3_open((folder / "bare.db").c_str(), &database_) != SQLITE_OK) fail("bare.db");
        for (const char* sql :
             {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA cache_size=-65536",
              "CREATE TABLE events (seq INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, id TEXT NOT "
              "NULL,"
              " connector TEXT NOT NULL, type TEXT NOT NULL, subject TEXT NOT NULL, key TEXT NOT NULL, time "
              "INTEGER"
              " NOT NULL, received INTEGER NOT NULL, origin TEXT NOT NULL, hops INTEGER NOT NULL, replay "
              "INTEGER NOT"
              " NULL, traceparent TEXT NOT NULL, body TEXT NOT NULL)",
              "CREATE UNIQUE INDEX events_by_id ON events (id, source)"})
            run(sql);
        sqlite3_prepare_v2(
            database_,
            "INSERT INTO events (source, id, connector, type, subject, key, time, received, origin,"
            " hops, replay, traceparent, body) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            -1, &insert_, nullptr);
    }
    ~Bare() {
        sqlite3_finalize(insert_);
        sqlite3_close(database_);
    }
    void append(std::int64_t first, std::int64_t count) {
        run("BEGIN IMMEDIATE");
        for (auto n = first; n < first + count; ++n) insert(event_number(n));
        run("COMMIT");
    }

private:
    void run(const char* sql) {
        if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
            fail(sqlite3_errmsg(database_));
    }
    void text(int at, std::string_view value) {
        sqlite3_bind_text(insert_, at, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
    }
    void insert(const Event& event) {
        const auto& meta = event.meta;
        text(1, meta.source);
        text(2, meta.id);
        text(3, meta.connector);
        text(4, meta.type);
        text(5, meta.subject);
        text(6, meta.key);
        sqlite3_bind_int64(insert_, 7, millis(meta.time));
        sqlite3_bind_int64(insert_, 8, millis(meta.received));
        text(9, meta.origin);
        sqlite3_bind_int64(insert_, 10, meta.hops);
        sqlite3_bind_int64(insert_, 11, 0);
        text(12, meta.traceparent);
        text(13, event.body.dump());
        if (sqlite3_step(insert_) != SQLITE_DONE) fail(sqlite3_errmsg(database_));
        sqlite3_reset(insert_);
    }
    sqlite3* database_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
};

Append bare(const std::filesystem::path& folder) {
    auto store = std::make_shared<Bare>(folder);  // owned by the copies of the function
    return [store](std::int64_t first, std::int64_t count) { store->append(first, count); };
}

Append journal(const std::filesystem::path& folder) {
    static const SystemClock clock;
    auto opened = store::open({.url = "sqlite:" + (folder / "journal.db").string(), .clock = &clock});
    if (!opened) fail(opened.error().what);
    std::shared_ptr<db::Database> database = std::move(*opened);
    auto kept = std::make_shared<SqlJournal>(*database);
    return [database, kept](std::int64_t first, std::int64_t count) {
        std::vector<Event> events;
        events.reserve(static_cast<std::size_t>(count));
        for (auto n = first; n < first + count; ++n) events.push_back(event_number(n));
        auto done = database->run([&](db::Unit& unit) -> Result<> {
            auto appended = kept->append(unit, events);
            if (!appended) return appended.error();
            return {};
        });
        if (!done) fail(done.error().what);
    };
}

double rate(const Append& append, std::int64_t batch) {
    const auto begun = std::chrono::steady_clock::now();
    std::int64_t count = 0;
    do {
        append(count, batch);
        count += batch;
    } while (std::chrono::steady_clock::now() - begun < kTurn);
    return static_cast<double>(count) /
           std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

bool measure(const std::filesystem::path& folder, std::int64_t batch) {
    const std::array<Append (*)(const std::filesystem::path&), 3> ways{raw_file, bare, journal};
    std::array<std::vector<double>, 3> rates;
    for (int turn = 0; turn < kTurns; ++turn) {
        for (std::size_t way = 0; way < ways.size(); ++way) {
            const auto own = folder / "turn";
            std::filesystem::create_directories(own);
            rates[way].push_back(rate(ways[way](own), batch));
            std::filesystem::remove_all(own);
        }
    }
    const double raw = median(rates[0]), least = median(rates[1]), ours = median(rates[2]);
    std::printf("%6lld | %10.0f | %10.0f | %10.0f | %.2f of bare SQLite | %.2f of the file\n",
                static_cast<long long>(batch), raw, least, ours, ours / least, ours / raw);
    std::fflush(stdout);
    return ours / least >= kLeast;
}

}  // namespace
}  // namespace maillon

int main(int count, char** arguments) {
    auto pattern =
        ((count > 1 ? std::filesystem::path(arguments[1]) : std::filesystem::temp_directory_path()) /
         "maillon-bench-XXXXXX")
            .string();
    if (::mkdtemp(pattern.data()) == nullptr) maillon::fail("the folder cannot be used");
    std::printf(" batch |       file |     SQLite |    journal | events a second\n");
    bool good = true;
    for (const std::int64_t batch : {1, 10, 100, 1000}) good = maillon::measure(pattern, batch) && good;
    std::filesystem::remove_all(pattern);
    return good ? 0 : 1;
}
