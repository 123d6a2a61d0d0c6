#include "config_testing.h"
#include "core/config/admin_place.h"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>
#include <cstdlib>

namespace maillon::config {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for each test, gone afterwards.
class Files : public testing::Test {
protected:
    Files() {
        std::string pattern = (fs::temp_directory_path() / "maillon-config-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~Files() override { fs::remove_all(folder_); }

    fs::path write(const fs::path& name, std::string_view text) {
        fs::create_directories((folder_ / name).parent_path());
        std::ofstream(folder_ / name, std::ios::binary) << text;
        return folder_ / name;
    }
    LoadResult load_main() { return load(folder_ / "maillon.yaml", test_environment()); }
    /// What was said, with the folder's name taken out.
    std::string said_here(const LoadResult& result) {
        std::string out = said(result);
        for (auto at = out.find(folder_.string()); at != std::string::npos; at = out.find(folder_.string()))
            out.replace(at, folder_.string().size(), "DIR");
        return out;
    }

    fs::path folder_;
};

TEST_F(Files, OfConfDAreReadInTheOrderOfTheirNames) {
    write("maillon.yaml", "connectors:\n  x: { plugin: twitter }\n");
    write("conf.d/20-b.yaml", "connectors:\n  b: { plugin: twitter }\n");
    write("conf.d/10-a.yaml", "connectors:\n  a: { plugin: twitter }\nhub: { listen: 127.0.0.1:1 }\n");

    const auto result = load_main();

    ASSERT_TRUE(result.ok()) << said(result);
    EXPECT_EQ(result.config->connectors.size(), 3u);
    EXPECT_EQ(result.config->hub.listen.port, 1);
    EXPECT_EQ(result.sources->name(1), (folder_ / "conf.d/10-a.yaml").string());
    EXPECT_EQ(result.config->connectors.at("b").name.place, (Place{2, 2, 3, 1}));
}

TEST_F(Files, TellWhereTheHubIsSpokenToInSpiteOfMistakesElsewhere) {
    const auto admin = [&] { return find_admin(folder_ / "maillon.yaml", test_environment()); };
    write("maillon.yaml", "hub: { admin: 'unix:/run/own.sock', lisen: x }\nroutes:\n  a: { frm: x.y }\n");
    EXPECT_FALSE(load_main().ok());
    EXPECT_EQ(admin(), "/run/own.sock");

    write("conf.d/more.yaml", "routes: {\n");
    EXPECT_EQ(admin(), "/run/own.sock") << "it stands in a file that can be read";

    write("maillon.yaml", "routes: {}\n");
    EXPECT_EQ(admin(), std::nullopt) << "the file that is no YAML may say something else";

    write("conf.d/more.yaml", "routes:\n  a: { frm: x.y }\n");
    EXPECT_EQ(admin(), Hub{}.admin);

    fs::remove_all(folder_);
    EXPECT_EQ(admin(), std::nullopt);
}

TEST_F(Files, ThatSayANameTwiceAreBothShown) {
    write("maillon.yaml", "connectors:\n  crm: { plugin: sugarcrm }\n");
    write("conf.d/crm.yaml", "connectors:\n  crm: { plugin: sugarcrm }\n");

    const auto result = load_main();

    EXPECT_EQ(said_here(result),
              "DIR/conf.d/crm.yaml:2:3: error: 'crm' stands in 'connectors' of another file already\n"
              " 2 |   crm: { plugin: sugarcrm }\n"
              "   |   ^~~\n"
              "  hint: the other one is at DIR/maillon.yaml:2:3\n"
              "1 error\n");
}

TEST_F(Files, ThatAreNotThereAreSaidToBeMissing) {
    EXPECT_EQ(said_here(load_main()),
              "DIR/maillon.yaml: error: this cannot be read: there is no such file\n"
              "  hint: name the configuration with --config FILE, or put it there\n"
              "1 error\n");
}

TEST_F(Files, ThatAreFoldersAreSaidToBeFolders) {
    fs::create_directories(folder_ / "maillon.yaml");

    EXPECT_EQ(said_here(load_main()),
              "DIR/maillon.yaml: error: this cannot be read: it is a folder\n"
              "  hint: name the file in it: DIR/maillon.yaml/maillon.yaml\n"
              "1 error\n");
}

TEST_F(Files, ThatMayNotBeReadAreSaidToBeClosed) {
    const auto file = write("maillon.yaml", "hub: {}\n");
    fs::permissions(file, fs::perms::none);
    fs::permissions(folder_, fs::perms(0755));
    const bool is_root = ::geteuid() == 0;  // root may read everything: look with the eyes of nobody
    if (is_root) {
        ASSERT_EQ(::seteuid(65534), 0);
    }

    const auto result = load_main();

    if (is_root) {
        ASSERT_EQ(::seteuid(0), 0);
    }
    EXPECT_EQ(said_here(result),
              "DIR/maillon.yaml: error: this cannot be read: Permission denied\n"
              "  hint: let the user that runs maillon read it: chmod u+r, or chown\n"
              "1 error\n");
}

TEST_F(Files, ThatAreTooLargeAreRefused) {
    write("maillon.yaml", "hub: {}\n#" + std::string(1 << 20, 'x'));

    EXPECT_EQ(said_here(load_main()),
              "DIR/maillon.yaml: error: this cannot be read: it is larger than 1 MiB\n"
              "  hint: split it into several files in conf.d\n"
              "1 error\n");
}

TEST_F(Files, ThatAreNoRegularFilesAreRefusedAndNotWaitedFor) {
    ASSERT_EQ(::mkfifo((folder_ / "maillon.yaml").c_str(), 0600), 0);

    EXPECT_EQ(said_here(load_main()),
              "DIR/maillon.yaml: error: this cannot be read: it is no regular file\n1 error\n");
}

TEST_F(Files, WithTheWrongEndingAreNamed) {
    write("maillon.yaml", "hub: {}\n");
    write("conf.d/x.yml", "nonsense: [\n");
    write("conf.d/.x.yaml.swp", "nonsense: [\n");
    write("conf.d/README", "nonsense: [\n");

    const auto result = load_main();

    EXPECT_TRUE(result.ok());
    EXPECT_EQ(
        said_here(result),
        "DIR/conf.d/x.yml: warning: this file is not read\n  hint: only *.yaml is: rename it\n1 warning\n");
}

TEST_F(Files, ThatCannotBeReadCauseNoErrorsInOthers) {
    write("maillon.yaml", "routes:\n  r: { from: x.message.received, steps: [ { use: mood } ] }\n");
    write("conf.d/broken.yaml", "connectors:\n  x: { plugin: twitter\n");

    const auto result = load_main();

    EXPECT_EQ(result.diagnostics.errors(), 1u) << said(result);
    EXPECT_FALSE(result.ok());
}

TEST_F(Files, GiveRelativePathsAMeaningThatDoesNotDependOnTheWorkingFolder) {
    write("maillon.yaml",
          "hub: { store: \"sqlite:data/m.db\", admin: \"unix:/run/a.sock\", secrets: ../secrets, plugins: [ "
          "p, /q ] }\n");

    const auto result = load_main();

    ASSERT_TRUE(result.ok()) << said(result);
    EXPECT_EQ(result.config->hub.store, folder_ / "data/m.db");
    EXPECT_EQ(result.config->hub.admin, "/run/a.sock");
    EXPECT_EQ(result.config->hub.secrets, folder_.parent_path() / "secrets");
    EXPECT_EQ(result.config->hub.plugins, (std::vector<fs::path>{folder_ / "p", "/q"}));
}

TEST_F(Files, HaveTheSameHashWhereverTheyLieAndWhateverTheirLineEnds) {
    write("maillon.yaml", "\xEF\xBB\xBFhub:\r\n  listen: 127.0.0.1:1\r\n");
    write("other/maillon.yaml", "hub:\n  listen: 127.0.0.1:1\n");

    const auto here = load_main();
    const auto there = load(folder_ / "other/maillon.yaml", test_environment());

    ASSERT_TRUE(here.ok() && there.ok()) << said(here) << said(there);
    EXPECT_EQ(here.config->hash, there.config->hash);
}

TEST(ShippedConfiguration, LoadsAndSaysNothing) {
    const auto result = load(fs::path(MAILLON_SOURCE_DIR) / "config/maillon.yaml", Environment{});

    ASSERT_TRUE(result.ok()) << said(result);
    EXPECT_EQ(said(result), "");
    const Hub preset;
    EXPECT_EQ(result.config->hub.store, preset.store);
    EXPECT_EQ(result.config->hub.admin, preset.admin);
    EXPECT_EQ(result.config->hub.secrets, preset.secrets);
    EXPECT_EQ(result.config->hub.keep.dead_letters, preset.keep.dead_letters);
}

/// What is commented out in the shipped file is meant to be used.
TEST(ShippedConfiguration, LoadsWithItsExamplesSwitchedOn) {
    std::istringstream lines(read_file(fs::path(MAILLON_SOURCE_DIR) / "config/maillon.yaml"));
    std::string text;
    for (std::string line; std::getline(lines, line);) {
        const auto hash = line.find("# ");
        const bool is_example =
            hash != std::string::npos && line.find_first_not_of(' ') == hash &&
            line.find(':') != std::string::npos &&
            (hash > 0 || line.starts_with("#   ") || line.ends_with(':') || line.starts_with("#       "));
        text += is_example ? line.substr(0, hash) + line.substr(hash + 2) + '\n' : line + '\n';
    }

    const auto result = load_text(text);

    EXPECT_TRUE(result.ok()) << said(result) << text;
    EXPECT_EQ(said(result), "");
    EXPECT_EQ(result.config->connectors.size(), 2u);
    EXPECT_EQ(result.config->routes.size(), 1u);
}

}  // namespace
}  // namespace maillon::config
