// What the start of a hub with a large directory takes: its records come from the store into memory, prepared
// and indexed, before the first message is matched; then records change without end.
//
//   generate_people /tmp/people --contacts 1000000 --seed 101
//   bench_match_start /tmp/people [--store /tmp/people/directory.db] [--changes 3000000]
//
// The store is SQLite; it is made at the first call and found again at the next. Each change renames a
// contact, as a CRM tells it; `is_worn` is asked after every thousand, and answered by a load as the hub does
// it.
#include "core/base/clock.h"
#include "core/base/cores.h"
#include "core/match/directory_keys.h"
#include "core/match/linkage/table.h"
#include "core/match/matcher.h"
#include "core/store/store.h"
#include "tests/unit/match/directory_of.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>

namespace {

using namespace maillon;
using namespace maillon::match;

struct Options {
    std::filesystem::path people{}, store{};
    std::size_t changes = 0;
};

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "bench_match_start: %s\n", why.c_str());
    std::exit(1);
}

template <class T>
auto must(Result<T> result) {
    if (!result) give_up(result.error().what);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// Wall and processor's time of all threads since it was made.
class Stopwatch {
public:
    void tell(const char* what) const {
        const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
        std::printf("%-12s %8.2f s, %.2f of CPU\n", what, wall, cpu() - cpu_);
    }

private:
    static double cpu() {
        timespec now{};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
    }
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
    double cpu_ = cpu();
};

double resident_mib() {
    std::ifstream status("/proc/self/statm");
    double size = 0, resident = 0;
    status >> size >> resident;
    return resident * 4096 / 1048576;
}

config::Directory directory() {
    return maillon::match::directory_of({{"given_name", "first_name"},
                                         {"family_name", "last_name"},
                                         {"email", "email"},
                                         {"phone", "phone"},
                                         {"link", "website"},
                                         {"city", "city"},
                                         {"company", "company"},
                                         {"job", "job_title"}});
}

/// The contacts as a CRM gives them.
class Contacts {
public:
    explicit Contacts(const std::filesystem::path& people)
        : table_(must(Table::read(people / "contacts.csv"))), keys_(directory()) {}

    std::size_t size() const { return table_.rows(); }
    /// `turn` above 0: called otherwise than before.
    store::DirectoryRecord record(std::size_t row, std::size_t turn = 0) const {
        boost::json::object json;
        for (std::size_t column = 1; column < table_.columns().size(); ++column)
            json[table_.columns()[column]] = table_.cell(row, column);
        if (turn > 0) json["last_name"] = table_.cell((row + turn * 7919) % size(), 2);
        store::DirectoryRecord out{.id = std::string(table_.cell(row, 0)),
                                   .data = boost::json::serialize(json)};
        out.keys = keys_.of_record(Json::parse(out.data).value());
        return out;
    }

private:
    Table table_;
    DirectoryKeys keys_;
};

void fill(db::Database& database, const Contacts& contacts, const Clock& clock) {
    const Stopwatch watch;
    constexpr std::size_t kChunk = 1000;
    for (std::size_t row = 0; row < contacts.size(); row += kChunk) {
        std::vector<store::DirectoryRecord> records;
        for (auto at = row; at < std::min(contacts.size(), row + kChunk); ++at)
            records.push_back(contacts.record(at));
        must(database.run(
            [&](db::Unit& unit) { return store::Directory::upsert(unit, "customers", records); }));
    }
    must(database.run([&](db::Unit& unit) {
        return store::Directory::set_progress(unit, "customers",
                                              {.started = clock.now(), .finished = clock.now()});
    }));
    watch.tell("stored");
}

void load(db::Database& database, Matcher& matcher, const char* what) {
    const Stopwatch watch;
    must(database.read([&](db::Reader& reader) { return matcher.load(reader, all_cores()); }));
    watch.tell(what);
}

void change(db::Database& database, Matcher& matcher, const Contacts& contacts, std::size_t changes) {
    const Stopwatch watch;
    double most = resident_mib();
    std::size_t loads = 0;
    for (std::size_t at = 0; at < changes; ++at) {
        const auto record = contacts.record(at % contacts.size(), 1 + at / contacts.size());
        matcher.put({&record, 1});
        if (at % 1000 != 999) continue;
        if (matcher.is_worn()) load(database, matcher, "loaded anew"), ++loads;
        most = std::max(most, resident_mib());
    }
    watch.tell("changed");
    std::printf("%zu changes, loaded anew %zu times, at most %.0f MiB\n", changes, loads, most);
}

Options parse(int count, char** arguments) {
    Options out;
    for (int i = 1; i < count; ++i) {
        const auto value = [&] { return i + 1 < count ? arguments[++i] : arguments[i]; };
        if (std::strcmp(arguments[i], "--store") == 0)
            out.store = value();
        else if (std::strcmp(arguments[i], "--changes") == 0)
            out.changes = std::strtoull(value(), nullptr, 10);
        else
            out.people = arguments[i];
    }
    if (out.people.empty()) give_up("names no folder with contacts.csv; see the head of its source");
    if (out.store.empty()) out.store = out.people / "directory.db";
    return out;
}

}  // namespace

int main(int count, char** arguments) {
    const Options options = parse(count, arguments);
    const SystemClock clock;
    const bool is_there = std::filesystem::exists(options.store);
    const auto database = must(store::open({.url = "sqlite:" + options.store.string(), .clock = &clock}));
    std::optional<Contacts> contacts;
    if (!is_there || options.changes > 0) contacts.emplace(options.people);
    if (!is_there) fill(*database, *contacts, clock);
    const auto model = must(read_learned_model(MAILLON_SOURCE_DIR "/config/matching/customers.yaml"));
    const auto matcher = Matcher::make(directory(), model);
    const double before = resident_mib();
    load(*database, *matcher, "loaded");
    std::printf("%zu records, %.0f MiB\n", matcher->records(), resident_mib() - before);
    if (options.changes > 0) change(*database, *matcher, *contacts, options.changes);
}
