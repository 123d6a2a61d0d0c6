#include "core/cli/application.h"
#include "core/cli/commands.h"
#include "core/cli/expr_commands.h"
#include "core/event/json_text.h"
#include "core/expression/conformance.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

namespace maillon::cli {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

struct Section {
    std::string name;
    std::size_t passed = 0;
    std::vector<std::string> failures;
};

/// The files that the paths mean: themselves, or the *.json of a folder, sorted. Nothing when one is not
/// there.
std::optional<std::vector<fs::path>> files_of(const std::vector<std::string>& paths) {
    std::vector<fs::path> out;
    for (const fs::path path : paths) {
        std::error_code error;
        if (!fs::is_directory(path, error)) {
            out.push_back(path);
            continue;
        }
        const auto first = static_cast<std::ptrdiff_t>(out.size());
        for (const auto& entry : fs::directory_iterator(path, error)) {
            if (entry.path().extension() == ".json") out.push_back(entry.path());
        }
        if (error) return std::nullopt;
        std::sort(out.begin() + first, out.end());
    }
    return out;
}

std::optional<json::array> cases_in(const fs::path& path) {
    std::ifstream in(path);
    if (!in) return std::nullopt;
    boost::system::error_code error;
    const json::value all = json::parse(std::string(std::istreambuf_iterator<char>(in), {}), error);
    if (error || !all.is_array()) return std::nullopt;
    return all.get_array();
}

void count(std::vector<Section>& sections, const json::value& one, const std::string& file) {
    if (!one.is_object()) {
        sections.push_back({file, 0, {"a case is no object"}});
        return;
    }
    const auto result = expression::run_case(one.get_object());
    const std::string name = result.section.empty() ? file : result.section;
    if (sections.empty() || sections.back().name != name) sections.push_back({name, 0, {}});
    Section& section = sections.back();
    if (result.passed) {
        ++section.passed;
        return;
    }
    const auto* source = one.get_object().if_contains("expr");
    section.failures.push_back((source ? json_text(*source) : "(no expr)") + "\n    expected " +
                               result.expected + "\n    got      " + result.got);
}

}  // namespace

int expr_conformance_command(const Context& context, const ExprQuery& query) {
    const auto files = files_of(query.paths);
    std::vector<Section> sections;
    bool unreadable = !files;
    for (const fs::path& file : files.value_or(std::vector<fs::path>())) {
        const auto cases = cases_in(file);
        if (!cases) {
            std::fprintf(stderr, "maillon: %s is not a JSON list of cases\n", file.c_str());
            unreadable = true;
            continue;
        }
        for (const auto& one : *cases) count(sections, one, file.stem().string());
    }
    std::size_t passed = 0, failed = 0;
    json::array out;
    for (const Section& each : sections) {
        passed += each.passed;
        failed += each.failures.size();
        out.push_back(
            json::object{{"section", each.name}, {"passed", each.passed}, {"failed", each.failures.size()}});
        if (context.json) continue;
        std::printf("%s: %zu passed", each.name.c_str(), each.passed);
        if (!each.failures.empty()) std::printf(", %zu failed", each.failures.size());
        std::printf("\n");
    }
    for (const Section& each : sections) {
        for (const std::string& failure : each.failures) {
            if (query.verbose) std::fprintf(stderr, "%s: %s\n", each.name.c_str(), failure.c_str());
        }
    }
    if (context.json) {
        const json::object all{{"passed", passed}, {"failed", failed}, {"sections", std::move(out)}};
        std::printf("%s\n", json_text(all).c_str());
    } else {
        std::printf("%zu passed, %zu failed\n", passed, failed);
    }
    return failed == 0 && passed > 0 && !unreadable ? kDone : kFailed;
}

}  // namespace maillon::cli
