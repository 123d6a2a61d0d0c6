#include "core/cli/match_tables.h"

#include "core/cli/application.h"
#include "core/match/tables.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <thread>

namespace maillon::cli {

match::Watch watch(Progress& progress) {
    progress.counts_bytes = false;
    return [&progress](std::string_view what, std::int64_t done, std::int64_t all) {
        return progress(what, done, all);
    };
}

unsigned threads_of(const MatchTables& tables) {
    return tables.threads > 0 ? tables.threads : std::max(1U, std::thread::hardware_concurrency());
}

std::optional<match::LinkTask> begin(const MatchTables& tables, Progress& progress, int& exit_code) {
    auto loaded = match::read_model(std::filesystem::path(tables.model));
    if (!loaded.diagnostics.empty())
        std::fprintf(stderr, "%s", config::render(loaded.diagnostics, *loaded.sources).c_str());
    if (!loaded.model) {
        exit_code = kConfig;
        return std::nullopt;
    }
    const match::TaskFiles files{tables.dedupe.empty() ? tables.left : tables.dedupe, tables.right};
    auto task = match::begin_task(std::move(*loaded.model), files, watch(progress), threads_of(tables));
    progress.clear();
    if (!task) {
        std::fprintf(stderr, "maillon: %s\n", task.error().what.c_str());
        exit_code = kFailed;
        return std::nullopt;
    }
    if (task->is_exchanged)
        std::fprintf(stderr,
                     "maillon: the model has the tables the other way round: %s counts as the left one\n",
                     tables.right.c_str());
    return std::move(*task);
}

bool write_file(const std::string& path, const std::string& text) {
    std::ofstream out(path, std::ios::binary);
    out << text;
    out.close();
    if (!out) std::fprintf(stderr, "maillon: cannot write %s\n", path.c_str());
    return static_cast<bool>(out);
}

std::int64_t peak_memory() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace maillon::cli
