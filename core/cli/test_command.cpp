#include "core/cli/test_command.h"

#include "core/cli/application.h"
#include "core/cli/render.h"
#include "core/event/json_text.h"
#include "core/trial/report.h"
#include "core/trial/update.h"

#include <cstdio>
#include <fstream>

namespace maillon::cli {
namespace {

std::string indented(const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        out += (end == at ? "" : "    ") + text.substr(at, end - at) + '\n';
        at = end + 1;
    }
    return out;
}

/// An event of which no route was asked anything explains nothing.
bool is_telling(const boost::json::object& why) {
    for (const auto& route : why.at("routes").as_array()) {
        if (route.as_object().at("trigger").as_bool()) return true;
    }
    return false;
}

void print_case(const trial::CaseResult& one, const config::Sources& sources) {
    const auto milliseconds = static_cast<double>(one.took.count()) / 1000;
    std::printf("%s  %s  (%.1f ms)\n", one.passed() ? "ok  " : "FAIL", one.name.c_str(), milliseconds);
    if (one.passed()) return;
    for (const auto& failure : one.failures.sorted())
        std::printf("\n%s", indented(config::render(failure, sources)).c_str());
    std::printf("\n    why:\n");
    for (const auto& event : one.why) {
        if (is_telling(event.as_object()))
            std::printf("%s\n", indented(render_why(event.as_object(), {})).c_str());
    }
}

void print_missed(const trial::Trial& trial) {
    std::string route;
    for (const auto& item : trial.coverage) {
        if (item.hits > 0) continue;
        if (route != item.route) std::printf("\n  %s, not reached:\n", item.route.c_str());
        route = item.route;
        std::printf("    %s%s\n", column(item.what, 60).c_str(), item.where.c_str());
    }
}

void print(const trial::Trial& trial, const TestOptions& options) {
    std::string file;
    for (const auto& one : trial.cases) {
        if (one.file != file) std::printf("%s%s\n", file.empty() ? "" : "\n", one.file.c_str());
        file = one.file;
        print_case(one, *trial.sources);
    }
    std::printf(
        "\n%zu of %zu tests passed in %.2f s; of the routes %zu of %zu steps, branches and handlers reached "
        "(%d %%)\n",
        trial.cases.size() - trial.failed(), trial.cases.size(),
        static_cast<double>(trial.took.count()) / 1e6, trial::reached(trial.coverage), trial.coverage.size(),
        trial::percent_reached(trial.coverage));
    if (options.coverage) print_missed(trial);
}

bool write_junit(const std::string& path, const trial::Trial& trial) {
    std::ofstream out(path, std::ios::binary);
    out << trial::to_junit(trial);
    out.close();
    if (!out) std::fprintf(stderr, "maillon: cannot write %s\n", path.c_str());
    return static_cast<bool>(out);
}

/// Writes what can be written and plays the tests again.
Result<trial::Trial> updated(const trial::Trial& before, const trial::Options& wanted, bool quietly) {
    auto written = trial::update(before);
    if (!written) return written.error();
    for (const auto& [file, count] : *written) {
        if (!quietly)
            std::printf("%s: %zu %s now what came\n", file.c_str(), count,
                        count == 1 ? "value says" : "values say");
    }
    return trial::run(wanted);
}

void print_what_to_paste(const trial::Trial& trial) {
    for (const auto& one : trial.cases) {
        if (!one.paste.empty())
            std::printf("\nto expect of '%s' what came, put under its 'expect':\n\n%s", one.name.c_str(),
                        indented(one.paste).c_str());
    }
}

}  // namespace

int test_command(const Context& context, const TestOptions& options) {
    trial::Options wanted{.paths = {options.paths.begin(), options.paths.end()},
                          .plugins = context.plugins,
                          .filter = options.filter};
    if (wanted.paths.empty())
        wanted.paths.push_back(context.config.has_parent_path() ? context.config.parent_path() : ".");
    if (std::error_code error; !std::filesystem::exists(wanted.paths.front(), error)) {
        std::fprintf(stderr,
                     "maillon: there is no folder %s; name the tests or their folder: maillon test .\n",
                     wanted.paths.front().c_str());
        return kUsage;
    }
    auto trial = trial::run(wanted);
    if (trial && options.update && trial->can_tell()) trial = updated(*trial, wanted, context.json);
    if (!trial) {
        std::fprintf(stderr, "maillon: %s\n", trial.error().what.c_str());
        return kConfig;
    }
    if (!options.junit.empty() && !write_junit(options.junit, *trial)) return kFailed;
    if (context.json)
        std::printf("%s\n", json_text(trial::to_json(*trial)).c_str());
    else if (!trial->cases.empty())
        print(*trial, options);
    if (options.update && !context.json) print_what_to_paste(*trial);
    if (!trial->can_tell()) {
        if (!context.json)
            std::fprintf(stderr, "%s%s", config::render(trial->mistakes, *trial->sources).c_str(),
                         trial->wrong_configurations.c_str());
        return kConfig;
    }
    const int percent = trial::percent_reached(trial->coverage);
    if (percent < options.coverage_min) {
        std::fprintf(stderr,
                     "maillon: %d %% of the routes is reached, less than the %d %% that are asked for\n",
                     percent, options.coverage_min);
        return kFailed;
    }
    return trial->failed() == 0 ? kDone : kFailed;
}

}  // namespace maillon::cli
