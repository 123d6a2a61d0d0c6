#include "core/trial/trial.h"

#include "core/event/json_text.h"
#include "core/trial/check.h"
#include "core/trial/verdict.h"

#include <algorithm>

namespace maillon::trial {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using RealClock = std::chrono::steady_clock;

constexpr std::string_view kEnding = ".test.yaml";

/// The text of a member, or empty.
std::string text_at(const json::object& from, std::string_view key) {
    const auto* found = from.if_contains(key);
    return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

/// As connectors do: ordered by the conversation, else by what it is about.
plugin::RawEvent raw_event(const GivenEvent& given, std::size_t number) {
    plugin::RawEvent out;
    out.id = given.id.empty() ? given.type + '/' + std::to_string(number) : given.id;
    out.type = given.type;
    out.subject = text_at(given.value, "id");
    out.key = given.key;
    for (const auto* member : {"thread", "id"}) {
        if (out.key.empty()) out.key = text_at(given.value, member);
    }
    out.data = json_text(given.value);
    if (given.time) out.time_ms = millis(*given.time);
    return out;
}

/// Plays one test.
class Playing {
public:
    Playing(const TestCase& test, const hub::Prepared& prepared, Coverage& coverage, CaseResult& out)
        : test_(test), prepared_(prepared), coverage_(coverage), out_(out), script_(test.answers) {}

    void play() {
        auto stage = Stage::open({prepared_, script_, &coverage_, test_.now});
        if (!stage) return fails(test_.name.place, stage.error());
        fill(**stage);
        if (auto done = (*stage)->begin(); !done) return fails(test_.name.place, done.error());
        for (std::size_t i = 0; i < test_.given.size(); ++i) {
            if (auto done = give(**stage, test_.given[i], i + 1); !done)
                return fails(test_.given[i].place, done.error());
        }
        auto outcome = outcome_of(**stage, prepared_, script_, &coverage_);
        if (!outcome) return fails(test_.name.place, outcome.error());
        Judgement judgement;
        judge(test_, *outcome, judgement);
        for (auto& failure : judgement.failures.sorted()) out_.failures.add(std::move(failure));
        out_.corrections = std::move(judgement.corrections);
        out_.paste = as_expected(*outcome, judgement.lists);
        judge_use();
        if (!out_.passed()) out_.why = std::move(outcome->why);
    }

private:
    void fails(const config::Place& place, const Fault& fault) { out_.failures.error(place, fault.what); }

    void fill(Stage& stage) {
        for (const auto& [name, records] : test_.records) {
            const auto& directory = prepared_.config.directories.at(name);
            for (const auto& item : records.value.items) {
                const auto record = config::natural_value(item);
                const auto id = record.is_object() ? text_at(record.get_object(), "id") : std::string();
                if (id.empty())
                    out_.failures.error(item.place, "a record must be a map and have an id", "id: c1");
                else
                    stage.put(directory, id, record.get_object());
            }
        }
    }

    Result<> give(Stage& stage, const Given& given, std::size_t number) {
        if (const auto* event = std::get_if<GivenEvent>(&given.what)) {
            const auto raw = raw_event(*event, number);
            auto taken = stage.take(event->connector, raw);
            if (!taken) return taken;
            // What the hub refuses is counted and logged only: a test that means it to arrive must know.
            const auto there = stage.journal().find_id(raw.id, 1);
            if (!there) return there.error();
            if (there->empty()) return rejected("the hub refuses this event: id, type or key cannot be used");
            return {};
        }
        if (const auto* passing = std::get_if<Passing>(&given.what)) return stage.pass(passing->by);
        if (const auto* said = std::get_if<Answered>(&given.what)) return stage.answer(*said);
        return stage.decide(std::get<Verdict>(given.what));
    }

    /// An answer that nobody asked for means that the test does not test what it seems to.
    void judge_use() {
        for (const auto* answer : script_.unused())
            out_.failures.error(answer->place, "nothing asked for this answer",
                                "take it out, or see 'why' below");
    }

    const TestCase& test_;
    const hub::Prepared& prepared_;
    Coverage& coverage_;
    CaseResult& out_;
    Script script_;
};

class Running {
public:
    explicit Running(const Options& options) : options_(options) {
        out_.sources = std::make_shared<config::Sources>();
    }

    void file(const fs::path& path) {
        auto read = read_test_file(path, *out_.sources, out_.mistakes);
        if (!read) return;
        auto made = hub::prepare(read->config, read->environment, options_.plugins);
        if (!made.prepared) {
            out_.wrong_configurations += config::render(made.diagnostics, *made.sources);
            out_.mistakes.error(read->config_place, "the configuration of these tests is wrong: see there");
            return;
        }
        config::Diagnostics found;
        check(*read, *made.prepared, *out_.sources, found);
        for (auto& one : found.sorted()) out_.mistakes.add(std::move(one));
        if (found.has_errors()) return;
        coverage_.look_at(read->config.string(), *made.prepared->plan, *made.sources);
        for (const auto& test : read->cases) play(*read, test, *made.prepared);
    }

    Trial finish() {
        out_.coverage = coverage_.items();
        return std::move(out_);
    }

private:
    void play(const TestFile& file, const TestCase& test, const hub::Prepared& prepared) {
        if (test.name.value.find(options_.filter) == std::string::npos) return;
        CaseResult result;
        result.file = file.path.string();
        result.name = test.name.value;
        result.place = test.name.place;
        const auto begin = RealClock::now();
        Playing(test, prepared, coverage_, result).play();
        result.took = std::chrono::duration_cast<std::chrono::microseconds>(RealClock::now() - begin);
        out_.cases.push_back(std::move(result));
    }

    const Options& options_;
    Trial out_;
    Coverage coverage_;
};

}  // namespace

std::size_t Trial::failed() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(cases, [](const CaseResult& one) { return !one.passed(); }));
}

std::vector<fs::path> test_files(const fs::path& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) return {path};
    std::vector<fs::path> out;
    for (auto at =
             fs::recursive_directory_iterator(path, fs::directory_options::skip_permission_denied, error);
         !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
        if (at->path().string().ends_with(kEnding) && at->is_regular_file(error)) out.push_back(at->path());
    }
    std::ranges::sort(out);
    return out;
}

Result<Trial> run(const Options& options) {
    const auto begin = RealClock::now();
    Running running(options);
    for (const auto& path : options.paths) {
        const auto files = test_files(path);
        if (files.empty()) return config_fault("there is no *.test.yaml in " + path.string());
        for (const auto& file : files) running.file(file);
    }
    auto out = running.finish();
    out.took = std::chrono::duration_cast<std::chrono::microseconds>(RealClock::now() - begin);
    if (out.can_tell() && out.cases.empty())
        return config_fault("there is no test whose name holds '" + options.filter + "'");
    return out;
}

}  // namespace maillon::trial
