#pragma once

#include "core/trial/trial.h"
#include "tests/unit/hub/modules.h"

#include <fstream>
#include <sstream>

namespace maillon::trial {

/// Plays tests of one small configuration: the channel x, the CRM crm (its operation is `ask`), a route.
class TrialTest : public ::testing::Test {
protected:
    /// The route of most tests: asks the CRM for what the message says.
    static constexpr std::string_view kAsk =
        "      - call: crm.ask\n"
        "        with: { what: \"${event.text}\" }\n";
    static constexpr std::string_view kEvent = "    given: [ { event: x.message.received } ]\n";
    static constexpr std::string_view kAnswer = "    answers: [ { call: crm.ask, returns: {} } ]\n";

    void configure(const std::string& steps) {
        write("maillon.yaml",
              "connectors:\n  x: { plugin: talk }\n"
              "  crm: { plugin: shop, url: \"https://crm.test\", token: \"${secret.t}\" }\n"
              "conversations: { support: { closes_after: 1d } }\n"
              "routes:\n  r:\n    from: x.message.received\n    steps:\n" +
                  steps);
    }
    /// Writes a file of these tests and plays it.
    Trial play(const std::string& cases) {
        write("a.test.yaml",
              "config: maillon.yaml\n"
              "bodies: { x.message.received: { id: \"1\", thread: t1, text: hello } }\n"
              "tests:\n" +
                  cases);
        auto out = run({.paths = {path("a.test.yaml")}, .plugins = modules_.folder(), .filter = {}});
        if (!out) {
            ADD_FAILURE() << out.error().what;
            return {};
        }
        return std::move(*out);
    }
    /// One test with the event and the answer from above.
    Trial one(const std::string& expect) {
        return play("  - name: it\n" + std::string(kEvent) + std::string(kAnswer) + "    expect: " + expect +
                    "\n");
    }

    /// What is told of it: of the tests that failed, else of the files; without the name of the folder.
    std::string said(const Trial& trial) const {
        std::string out;
        for (const auto& one : trial.cases) out += config::render(one.failures, *trial.sources);
        if (trial.sources) out += config::render(trial.mistakes, *trial.sources);
        out += trial.wrong_configurations;
        const auto folder = folder_.path().string() + '/';
        for (auto at = out.find(folder); at != std::string::npos; at = out.find(folder))
            out.erase(at, folder.size());
        return out;
    }

    std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }
    void write(const std::string& name, const std::string& text) const { std::ofstream(path(name)) << text; }
    std::string read(const std::string& name) const {
        std::ifstream stream(path(name));
        std::ostringstream out;
        out << stream.rdbuf();
        return out.str();
    }

    test::TemporaryFolder folder_;
    hub::Modules modules_;
};

}  // namespace maillon::trial
