// How long it takes to look one profile up among all contacts of a CRM, and what that holds in memory.
//
//   generate_people /tmp/people --contacts 1000000 --seed 101
//   generate_people /tmp/small --contacts 20000 --seed 3
//   bench_match /tmp/people --learn /tmp/small [--model config/matching/social.yaml] [--look-ups 20000]
//   [--threads N]
//
// The model learns from the small set. Then the contacts of the large one are prepared and indexed on
// all cores, and profiles are looked up one by one on one thread: normalising, candidates, scores, decision
// and waterfalls, as a hub does it.
#include "core/base/cores.h"
#include "core/match/index/live_records.h"
#include "core/match/linkage/link_task.h"
#include "core/match/linkage/model_reader.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <string>

namespace {

using namespace maillon;
using namespace maillon::match;
using Clock = std::chrono::steady_clock;

/// What this thread, or all together, have worked, whatever else the machine does.
double worked(clockid_t whose = CLOCK_THREAD_CPUTIME_ID) {
    timespec now{};
    clock_gettime(whose, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Options {
    std::filesystem::path people{}, learn{}, model = MAILLON_SOURCE_DIR "/config/matching/social.yaml";
    std::size_t look_ups = 20'000;
    unsigned threads = all_cores();  ///< that prepare and index
};

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "bench_match: %s\n", why.c_str());
    std::exit(1);
}

template <class T>
T must(Result<T> result) {
    if (!result) give_up(result.error().what);
    return std::move(*result);
}

double seconds(Clock::time_point since) {
    return std::chrono::duration<double>(Clock::now() - since).count();
}

double resident_mib() {
    std::ifstream status("/proc/self/statm");
    double size = 0, resident = 0;
    status >> size >> resident;
    return resident * 4096 / 1048576;
}

bool go_on(std::string_view, std::int64_t, std::int64_t) {
    return true;
}

Model learned(const Options& options) {
    auto loaded = read_model(options.model);
    if (!loaded.model) give_up("the model cannot be read: " + options.model.string());
    if (loaded.model->is_learned()) return std::move(*loaded.model);
    auto task = must(begin_task(std::move(*loaded.model),
                                {options.learn / "contacts.csv", options.learn / "profiles.csv"}, go_on));
    return std::move(task.model);
}

std::vector<std::string_view> cells_of(const Table& table, std::size_t row) {
    std::vector<std::string_view> out;
    for (std::size_t column = 0; column < table.columns().size(); ++column)
        out.push_back(table.cell(row, column));
    return out;
}

void fill(LiveRecords& live, const std::filesystem::path& file, unsigned threads) {
    constexpr std::size_t kTogether = 4096;
    const double before = resident_mib();
    double reading = 0;
    {
        const auto begun = Clock::now();
        const Table contacts = must(Table::read(file));
        reading = seconds(begun);
        const double since = worked(CLOCK_PROCESS_CPUTIME_ID);
        for (std::size_t at = 0; at < contacts.rows();) {
            std::vector<LiveRecords::Record> some;
            for (; at < contacts.rows() && some.size() < kTogether; ++at) {
                auto cells = cells_of(contacts, at);
                some.push_back({cells[0], std::move(cells)});
            }
            live.put_all(std::move(some), threads);
        }
        std::printf("%zu contacts, %u threads\nprepared     %8.2f s, %.2f of CPU\n", live.size(), threads,
                    seconds(begun) - reading, worked(CLOCK_PROCESS_CPUTIME_ID) - since);
    }
    const auto begun = Clock::now();
    const double since = worked(CLOCK_PROCESS_CPUTIME_ID);
    live.finish(threads);
    std::printf("indexed      %8.2f s, %.2f of CPU\n", seconds(begun),
                worked(CLOCK_PROCESS_CPUTIME_ID) - since);
    const double held = resident_mib() - before;
    std::printf("memory       %8.0f MiB, %.0f bytes a contact, of these %.0f for %zu keys\n", held,
                held * 1048576 / static_cast<double>(live.size()),
                static_cast<double>(live.keys().bytes()) / static_cast<double>(live.size()),
                live.keys().keys());
}

void tell(const char* what, std::vector<double> micros) {
    std::ranges::sort(micros);
    const auto at = [&](double share) {
        return micros[static_cast<std::size_t>(share * static_cast<double>(micros.size() - 1))];
    };
    std::printf("%s p50 %.0f  p90 %.0f  p99 %.0f  p99.9 %.0f  max %.0f\n", what, at(0.5), at(0.9), at(0.99),
                at(0.999), at(1));
}

void look_up(LiveRecords& live, const Options& options) {
    const Table profiles = must(Table::read(options.people / "profiles.csv"));
    std::vector<double> micros, cpu_micros;
    std::array<std::size_t, 3> kinds{};
    double candidates = 0;
    for (std::size_t at = 0; at < std::min(options.look_ups, profiles.rows()); ++at) {
        const auto cells = cells_of(profiles, at);
        const auto begun = Clock::now();
        const double before = worked();
        const Verdict verdict = live.look_up(cells);
        cpu_micros.push_back((worked() - before) * 1e6);
        micros.push_back(seconds(begun) * 1e6);
        ++kinds[static_cast<std::size_t>(verdict.kind)];
        candidates += static_cast<double>(verdict.candidates.size());
    }
    std::printf("look-ups     %8zu: %zu linked, %zu for review, %zu nobody; %.1f candidates shown\n",
                micros.size(), kinds[0], kinds[1], kinds[2], candidates / static_cast<double>(micros.size()));
    tell("microseconds", micros);
    tell("of CPU      ", cpu_micros);
}

Options parse(int count, char** arguments) {
    Options out;
    for (int i = 1; i < count; ++i) {
        const auto value = [&] { return i + 1 < count ? arguments[++i] : arguments[i]; };
        if (std::strcmp(arguments[i], "--learn") == 0)
            out.learn = value();
        else if (std::strcmp(arguments[i], "--model") == 0)
            out.model = value();
        else if (std::strcmp(arguments[i], "--look-ups") == 0)
            out.look_ups = std::strtoull(value(), nullptr, 10);
        else if (std::strcmp(arguments[i], "--threads") == 0)
            out.threads = static_cast<unsigned>(std::strtoul(value(), nullptr, 10));
        else
            out.people = arguments[i];
    }
    if (out.people.empty())
        give_up("names no folder with contacts.csv and profiles.csv; see the head of its source");
    return out;
}

}  // namespace

int main(int count, char** arguments) {
    const Options options = parse(count, arguments);
    Model model = learned(options);
    const auto columns = [&](const char* file) {
        std::ifstream in(options.people / file);
        std::string line;
        std::getline(in, line);
        return must(Table::parse(file, line + '\n')).columns();
    };
    LiveRecords live =
        must(LiveRecords::make(std::move(model), columns("contacts.csv"), columns("profiles.csv")));
    fill(live, options.people / "contacts.csv", options.threads);
    look_up(live, options);
}
