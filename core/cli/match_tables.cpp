#include "core/cli/match_tables.h"

#include "core/base/cores.h"
#include "core/cli/application.h"
#include "core/match/tables.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace maillon::cli {
namespace {

bool cannot_write(const std::string& path, int error) {
    std::fprintf(stderr, "maillon: cannot write %s: %s\n", path.c_str(), std::strerror(error));
    return false;
}

}  // namespace

match::Watch watch(Progress& progress) {
    progress.counts_bytes = false;
    return [&progress](std::string_view what, std::int64_t done, std::int64_t all) {
        return progress(what, done, all);
    };
}

unsigned threads_of(const MatchTables& tables) {
    return tables.threads > 0 ? tables.threads : all_cores();
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

bool is_writable(const std::string& path, const MatchTables& tables, const std::string& truth) {
    if (path.empty() || path == "-") return true;
    std::error_code error;
    for (const auto& read : {tables.left, tables.right, tables.dedupe, truth}) {
        if (read.empty() || !std::filesystem::equivalent(read, path, error)) continue;
        std::fprintf(stderr, "maillon: %s is one of the tables that are read; name another file to write\n",
                     path.c_str());
        return false;
    }
    const bool is_there = std::filesystem::exists(path, error);
    const auto folder = std::filesystem::absolute(path, error).parent_path();
    if (is_there && std::filesystem::is_directory(path, error)) return cannot_write(path, EISDIR);
    if (::access(is_there ? path.c_str() : folder.c_str(), is_there ? W_OK : W_OK | X_OK) == 0) return true;
    return cannot_write(path, errno);
}

bool write_file(const std::string& path, const std::string& text) {
    const bool is_file = path != "-";
    std::FILE* out = is_file ? std::fopen(path.c_str(), "wb") : stdout;
    if (out == nullptr) return cannot_write(path, errno);
    const bool is_written =
        std::fwrite(text.data(), 1, text.size(), out) == text.size() && std::fflush(out) == 0;
    const int error = errno;
    if (is_file && std::fclose(out) != 0 && is_written) return cannot_write(path, errno);
    return is_written || cannot_write(path, error);
}

std::FILE* told_beside(const std::string& output) {
    return output == "-" ? stderr : stdout;
}

std::int64_t peak_memory() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace maillon::cli
