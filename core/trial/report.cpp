#include "core/trial/report.h"

#include "core/base/text.h"

#include <algorithm>
#include <cstdio>

namespace maillon::trial {
namespace {

namespace json = boost::json;

/// Text as XML carries it, in attributes too.
std::string xml(std::string_view text) {
    if (!is_utf8(text)) return "(not UTF-8)";
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\n': out += "&#10;"; break;
            case '\t': out += "&#9;"; break;
            default: out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
        }
    }
    return out;
}

std::string seconds(std::chrono::microseconds time) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6f", static_cast<double>(time.count()) / 1e6);
    return text;
}

std::string case_xml(const CaseResult& one, const config::Sources& sources) {
    std::string out = "    <testcase classname=\"" + xml(one.file) + "\" name=\"" + xml(one.name) +
                      "\" file=\"" + xml(one.file) + "\" line=\"" + std::to_string(one.place.line) +
                      "\" time=\"" + seconds(one.took) + '"';
    if (one.passed()) return out + "/>\n";
    const auto failures = one.failures.sorted();
    return out + ">\n      <failure message=\"" + xml(failures.front().message) + "\" type=\"expectation\">" +
           xml(config::render(one.failures, sources)) + "</failure>\n    </testcase>\n";
}

std::string suite_xml(const std::string& file, std::span<const CaseResult> cases,
                      const config::Sources& sources) {
    std::chrono::microseconds took{0};
    std::size_t failed = 0;
    std::string inside;
    for (const auto& one : cases) {
        took += one.took;
        failed += one.passed() ? 0 : 1;
        inside += case_xml(one, sources);
    }
    return "  <testsuite name=\"" + xml(file) + "\" tests=\"" + std::to_string(cases.size()) +
           "\" failures=\"" + std::to_string(failed) + "\" errors=\"0\" skipped=\"0\" time=\"" +
           seconds(took) + "\">\n" + inside + "  </testsuite>\n";
}

std::string mistakes_xml(const Trial& trial) {
    return "  <testsuite name=\"test files\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\" "
           "time=\"0\">\n"
           "    <testcase classname=\"test files\" name=\"the files of tests can be used\" time=\"0\">\n"
           "      <error message=\"mistakes in files of tests or their configurations\" type=\"mistake\">" +
           xml(config::render(trial.mistakes, *trial.sources) + trial.wrong_configurations) +
           "</error>\n    </testcase>\n  </testsuite>\n";
}

json::object case_json(const CaseResult& one, const Trial& trial) {
    return {{"file", one.file},
            {"line", one.place.line},
            {"name", one.name},
            {"passed", one.passed()},
            {"took_ms", static_cast<double>(one.took.count()) / 1000},
            {"failures", config::to_json(one.failures, *trial.sources)},
            {"why", one.why}};
}

}  // namespace

std::string to_junit(const Trial& trial) {
    const auto errors = trial.can_tell() ? 0 : 1;
    std::string out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"maillon test\" tests=\"" +
        std::to_string(trial.cases.size() + static_cast<std::size_t>(errors)) + "\" failures=\"" +
        std::to_string(trial.failed()) + "\" errors=\"" + std::to_string(errors) + "\" time=\"" +
        seconds(trial.took) + "\">\n";
    const std::span<const CaseResult> all(trial.cases);
    for (std::size_t from = 0; from < all.size();) {
        auto to = from;
        while (to < all.size() && all[to].file == all[from].file) ++to;
        out += suite_xml(all[from].file, all.subspan(from, to - from), *trial.sources);
        from = to;
    }
    if (errors != 0) out += mistakes_xml(trial);
    return out + "</testsuites>\n";
}

std::size_t reached(const std::vector<CoverageItem>& items) {
    return static_cast<std::size_t>(
        std::ranges::count_if(items, [](const CoverageItem& item) { return item.hits > 0; }));
}

int percent_reached(const std::vector<CoverageItem>& items) {
    return items.empty() ? 100 : static_cast<int>(reached(items) * 100 / items.size());
}

json::object to_json(const Trial& trial) {
    json::array cases, missed;
    for (const auto& one : trial.cases) cases.push_back(case_json(one, trial));
    for (const auto& item : trial.coverage) {
        if (item.hits > 0) continue;
        missed.push_back(json::object{
            {"config", item.config}, {"route", item.route}, {"what", item.what}, {"where", item.where}});
    }
    return {{"ok", trial.can_tell() && trial.failed() == 0},
            {"passed", trial.cases.size() - trial.failed()},
            {"failed", trial.failed()},
            {"took_ms", static_cast<double>(trial.took.count()) / 1000},
            {"cases", std::move(cases)},
            {"mistakes", config::to_json(trial.mistakes, *trial.sources)},
            {"wrong_configurations", trial.wrong_configurations},
            {"coverage",
             {{"reached", reached(trial.coverage)},
              {"of", trial.coverage.size()},
              {"percent", percent_reached(trial.coverage)},
              {"missed", std::move(missed)}}}};
}

}  // namespace maillon::trial
