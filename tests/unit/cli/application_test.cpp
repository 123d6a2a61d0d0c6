#include "tests/unit/db/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace maillon::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Runs the program as a person would, in a folder of its own.
class ApplicationTest : public ::testing::Test {
protected:
    struct Ran {
        int code = -1;
        std::string out, err;
    };
    Ran run(const std::string& arguments) {
        const std::string command = "cd " + folder_.path().string() +
                                    " && env -u MAILLON_CONFIG " MAILLON_PROGRAM " " + arguments +
                                    " > out 2> err < /dev/null";
        const int status = std::system(command.c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read("out"), read("err")};
    }
    /// A configuration without any plug-in, its store and socket in the folder.
    void configure(const std::string& more = {}) {
        write("maillon.yaml", "hub:\n  admin: unix:" + folder_.file("admin.sock") +
                                  "\n  store: sqlite:" + folder_.file("maillon.db") + '\n' + more);
    }
    void write(const std::string& name, const std::string& text) {
        std::ofstream(folder_.file(name)) << text;
    }
    std::string read(const std::string& name) const {
        std::ifstream stream(folder_.file(name), std::ios::binary);
        std::ostringstream out;
        out << stream.rdbuf();
        return out.str();
    }

    test::TemporaryFolder folder_;
};

TEST_F(ApplicationTest, TheVersionIsPrinted) {
    const auto ran = run("version");

    EXPECT_EQ(ran.code, 0);
    EXPECT_THAT(ran.out, ::testing::MatchesRegex("maillon [0-9.]+ \\(plug-in ABI [0-9.]+\\)\n"));
    EXPECT_EQ(run("version --json").out.front(), '{');
}

TEST_F(ApplicationTest, HelpIsNoMistakeAndTellsTheExitCodes) {
    const auto ran = run("--help");

    EXPECT_EQ(ran.code, 0);
    EXPECT_THAT(ran.out, HasSubstr("Exit codes: 0 done; 1 failed; 2 wrong usage; 3 wrong configuration"));
}

TEST_F(ApplicationTest, WrongUsageIsExitCodeTwo) {
    for (const auto* arguments :
         {"", "plugins", "events list --limit 0", "events list --limit 1001", "events show", "events show ''",
          "why ''", "resume ''", "dead-letters drop 5", "dead-letters list --state odd", "status --wrong"}) {
        const auto ran = run(arguments);
        EXPECT_EQ(ran.code, 2) << arguments;
        EXPECT_THAT(ran.out, IsEmpty()) << arguments;
        EXPECT_FALSE(ran.err.empty()) << arguments;
    }
}

TEST_F(ApplicationTest, AnEmptyFilterDoesNotMeanEverything) {
    for (const auto* arguments :
         {"dead-letters replay --route copy --key ''", "dead-letters replay --where ''",
          "dead-letters list --route ''", "dead-letters list --connector ''", "dead-letters list --kind ''",
          "dead-letters list --since ''", "dead-letters list --until ''", "replay --since 1h --until ''",
          "replay --since 1h --route ''", "replay --event ''", "approvals list --role ''",
          "approvals list --route ''", "in-doubt list --route ''", "in-doubt list --connector ''",
          "events list --connector ''", "events list --type ''", "events list --key ''",
          "events list --since ''"}) {
        const auto ran = run(arguments);
        EXPECT_EQ(ran.code, 2) << arguments;
        EXPECT_THAT(ran.err, HasSubstr("must not be empty")) << arguments;
    }
    EXPECT_EQ(run("dead-letters replay --route copy --key=").code, 2);
}

TEST_F(ApplicationTest, AnUnknownCommandIsNamedAndTheOneThatIsMeantToo) {
    auto ran = run("statsu");
    EXPECT_EQ(ran.code, 2);
    EXPECT_EQ(ran.err, "maillon: there is no command 'statsu'; did you mean 'status'?\n");

    ran = run("plugins lst");
    EXPECT_EQ(ran.code, 2);
    EXPECT_EQ(ran.err, "maillon: there is no command 'lst'; did you mean 'list'?\n");

    ran = run("plugins frobnicate");
    EXPECT_EQ(ran.err, "maillon: there is no command 'frobnicate'; known here: list and show\n");
}

TEST_F(ApplicationTest, AConfigurationThatIsNotThereIsExitCodeThree) {
    for (const auto* command : {"check", "run", "status", "events list", "dead-letters list", "ledger"}) {
        const auto ran = run(std::string(command) + " -c none.yaml");
        EXPECT_EQ(ran.code, 3) << command;
        EXPECT_THAT(ran.err, HasSubstr("there is no such file")) << command;
        EXPECT_THAT(ran.out, IsEmpty()) << command;
    }
}

TEST_F(ApplicationTest, CheckTellsAllMistakesAtTheirPlaces) {
    configure("  lissten: 1\nroutes:\n  r: { from: nobody.message, steps: [ { drop: x } ] }\n");

    const auto ran = run("check -c maillon.yaml");

    EXPECT_EQ(ran.code, 3);
    EXPECT_THAT(ran.err, HasSubstr("maillon.yaml:4:3: error"));
    EXPECT_THAT(ran.err, HasSubstr("did you mean 'listen'?"));
    EXPECT_THAT(ran.err, HasSubstr("maillon.yaml:6:"));
    EXPECT_THAT(ran.err, HasSubstr("2 errors"));
    const auto as_json = run("check --json -c maillon.yaml");
    EXPECT_EQ(as_json.code, 3);
    EXPECT_THAT(as_json.out, HasSubstr("\"ok\":false"));
    EXPECT_THAT(as_json.err, IsEmpty());
}

TEST_F(ApplicationTest, AGoodConfigurationIsExitCodeZero) {
    configure();

    const auto ran = run("check -c maillon.yaml");

    EXPECT_EQ(ran.code, 0);
    EXPECT_EQ(ran.out, "maillon.yaml: good (0 connectors, 0 processors, 0 routes)\n");
    EXPECT_EQ(run("check --json -c maillon.yaml").out, "{\"ok\":true,\"diagnostics\":[]}\n");
}

TEST_F(ApplicationTest, AFolderOfPlugInsThatIsNotThereIsAFailure) {
    const auto ran = run("plugins list --folder nowhere -c none.yaml");

    EXPECT_EQ(ran.code, 1);
    EXPECT_THAT(ran.err, HasSubstr("there is no folder " + folder_.file("nowhere")));
}

TEST_F(ApplicationTest, AFolderWithoutPlugInsSaysSo) {
    const auto ran = run("plugins list --folder . -c none.yaml");

    EXPECT_EQ(ran.code, 0);
    EXPECT_THAT(ran.err, HasSubstr("no plug-ins in " + folder_.path().string()));
    EXPECT_THAT(ran.out, IsEmpty());
}

TEST_F(ApplicationTest, TheConfigurationMayComeFromTheEnvironment) {
    configure();

    EXPECT_EQ(std::system(("MAILLON_CONFIG=" + folder_.file("maillon.yaml") +
                           " " MAILLON_PROGRAM " check > " + folder_.file("out"))
                              .c_str()),
              0);
    EXPECT_THAT(read("out"), HasSubstr(": good"));
}

TEST_F(ApplicationTest, WithoutHubAndStoreQuestionsAreExitCodeFour) {
    configure();

    const auto ran = run("status -c maillon.yaml");

    EXPECT_EQ(ran.code, 4);
    EXPECT_THAT(ran.err, HasSubstr("start one with: maillon run --config maillon.yaml"));
    EXPECT_FALSE(std::filesystem::exists(folder_.file("maillon.db"))) << "asking makes no store";
}

TEST_F(ApplicationTest, WithoutAPlugInFolderAnUnknownConnectorIsExitCodeOne) {
    const auto ran = run("plugins show twitter --folder . -c none.yaml");

    EXPECT_EQ(ran.code, 1);
    EXPECT_THAT(ran.err, HasSubstr("no plug-in 'twitter' in " + folder_.path().string()));
}

TEST_F(ApplicationTest, AFileThatIsNoModuleIsListedAsAFault) {
    write("broken.so", "text");

    const auto ran = run("plugins list --folder . --json -c none.yaml");

    EXPECT_EQ(ran.code, 1);
    EXPECT_THAT(ran.out, HasSubstr("broken.so"));
    EXPECT_THAT(ran.out, HasSubstr("\"error\""));
}

}  // namespace
}  // namespace maillon::cli
