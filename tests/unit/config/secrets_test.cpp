#include "core/config/secrets.h"

#include "config_testing.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <sys/stat.h>
#include <unistd.h>
#include <fstream>

namespace maillon::config {
namespace {

namespace fs = std::filesystem;

class SecretFiles : public testing::Test {
protected:
    SecretFiles() {
        std::string pattern = (fs::temp_directory_path() / "maillon-secrets-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        fs::create_directories(own());
        fs::create_directories(credentials());
    }
    ~SecretFiles() override { fs::remove_all(folder_); }

    fs::path own() const { return folder_ / "secrets"; }
    fs::path credentials() const { return folder_ / "credentials"; }

    static void write(const fs::path& file, std::string_view text, mode_t mode = 0600) {
        std::ofstream(file, std::ios::binary) << text;
        ASSERT_EQ(::chmod(file.c_str(), mode), 0);
    }

    fs::path folder_;
};

TEST_F(SecretFiles, AreReadWithoutTheirLastLineEnd) {
    write(own() / "a", "hunter2\n");
    write(own() / "b", "two\nlines\n\n", 0400);
    write(own() / "c", "windows\r\n");
    const Secrets secrets(own());

    EXPECT_EQ(secrets.get("a").value(), "hunter2");
    EXPECT_EQ(secrets.get("b").value(), "two\nlines\n");
    EXPECT_EQ(secrets.get("c").value(), "windows");
}

TEST_F(SecretFiles, WrittenByRootBelongToTheUserOfTheirFolderAndAreJudgedByIt) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can write for somebody else";
    constexpr uid_t kHub = 12'345;
    ASSERT_EQ(::chown(own().c_str(), kHub, kHub), 0);
    const Secrets secrets(own());

    ASSERT_TRUE(secrets.put("a", "hunter2"));

    struct stat found {};
    ASSERT_EQ(::stat((own() / "a").c_str(), &found), 0);
    EXPECT_EQ(found.st_uid, kHub);
    EXPECT_EQ(found.st_mode & 0777u, 0600u);
    EXPECT_EQ(secrets.get("a").value(), "hunter2");
    ASSERT_EQ(::chown((own() / "a").c_str(), 0, 0), 0);
    const auto refused = secrets.get("a");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().what.find("chown 12345 "), std::string::npos) << refused.error().what;
}

TEST_F(SecretFiles, AreListedByNameNeverByValue) {
    write(own() / "b", "hunter2");
    write(own() / "a", "open", 0644);
    write(own() / ".b.replaced", "no secret");
    write(credentials() / "c", "handed");

    const auto all = Secrets(own(), credentials()).list().value();

    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0].name, "a");
    ASSERT_TRUE(all[0].fault);
    EXPECT_NE(all[0].fault->what.find("others may read it"), std::string::npos);
    EXPECT_EQ(all[0].fault->what.find("open\n"), std::string::npos);
    EXPECT_EQ(all[1].name, "b");
    EXPECT_FALSE(all[1].fault || all[1].handed_over);
    EXPECT_EQ(all[2].name, "c");
    EXPECT_TRUE(all[2].handed_over && !all[2].fault);
    EXPECT_TRUE(Secrets(folder_ / "none").list().value().empty());
}

TEST_F(SecretFiles, AreRemovedOnceWithWhatTheyHadReplaced) {
    write(credentials() / "a", "first");
    const Secrets secrets(own(), credentials());
    ASSERT_TRUE(secrets.put("a", "rotated"));
    ASSERT_EQ(secrets.get("a").value(), "rotated");

    EXPECT_TRUE(secrets.remove("a").value());

    EXPECT_EQ(secrets.get("a").value(), "first") << "what the service manager hands over counts again";
    EXPECT_TRUE(fs::is_empty(own()));
    EXPECT_FALSE(secrets.remove("a").value());
    EXPECT_FALSE(secrets.remove("../a"));
}

TEST_F(SecretFiles, ThatOthersMayReadAreRefusedWithTheCommandThatHelps) {
    for (const mode_t mode : {0640, 0604, 0660, 0610, 0777}) {
        write(own() / "a", "hunter2", mode);

        const auto got = Secrets(own()).get("a");

        ASSERT_FALSE(got) << std::oct << mode;
        EXPECT_EQ(got.error().kind, FaultKind::config);
        EXPECT_EQ(got.error().what, "the secret 'a' cannot be used: others may read it; run: chmod 600 " +
                                        (own() / "a").string());
    }
}

TEST_F(SecretFiles, ThatAreMissingOrEmptyAreNamed) {
    write(own() / "empty", "\n");
    const Secrets secrets(own());

    EXPECT_EQ(secrets.get("none").error().what,
              "there is no secret 'none' in " + own().string() + "; set it with: maillon secret set none");
    EXPECT_EQ(secrets.get("empty").error().what, "the secret 'empty' cannot be used: its file is empty");
}

TEST_F(SecretFiles, AreNeitherLinksNorFoldersNorPipes) {
    write(folder_ / "elsewhere", "hunter2");
    fs::create_symlink(folder_ / "elsewhere", own() / "link");
    fs::create_directory(own() / "folder");
    ASSERT_EQ(::mkfifo((own() / "pipe").c_str(), 0600), 0);
    const Secrets secrets(own());

    EXPECT_NE(secrets.get("link").error().what.find("is a link"), std::string::npos);
    EXPECT_NE(secrets.get("folder").error().what.find("is no regular file"), std::string::npos);
    EXPECT_NE(secrets.get("pipe").error().what.find("is no regular file"), std::string::npos);
}

TEST_F(SecretFiles, OfAnotherUserAreRefused) {
    write(own() / "passwd", "hunter2");
    const bool is_root =
        ::geteuid() == 0;  // only root can give a file away; for others there is one of root's
    if (is_root) {
        ASSERT_EQ(::chown((own() / "passwd").c_str(), 65534, static_cast<gid_t>(-1)), 0);
    }

    const auto got = Secrets(is_root ? own() : fs::path("/etc")).get("passwd");

    ASSERT_FALSE(got);
    EXPECT_NE(got.error().what.find("belongs to another user; run: chown "), std::string::npos);
}

TEST_F(SecretFiles, AreNoPaths) {
    const Secrets secrets(own());

    for (const auto name : {"", ".", "..", "../a", "a/b", ".a", "a b", "a\n"}) {
        EXPECT_FALSE(is_secret_name(name)) << name;
        EXPECT_FALSE(secrets.get(name)) << name;
        EXPECT_FALSE(secrets.put(name, "x")) << name;
    }
    EXPECT_FALSE(is_secret_name(std::string(65, 'a')));
    EXPECT_FALSE(is_secret_name(std::string_view("a\0b", 3)));
    EXPECT_TRUE(is_secret_name("x_token-1.old"));
}

TEST_F(SecretFiles, ThatSystemdHandsOverComeFirst) {
    write(credentials() / "a", "from systemd\n", 0440);
    write(own() / "a", "from the folder");
    write(own() / "b", "only here");
    const Secrets secrets(own(), credentials());

    EXPECT_EQ(secrets.get("a").value(), "from systemd");
    EXPECT_EQ(secrets.get("b").value(), "only here");
}

TEST_F(SecretFiles, ArePutWholeAndForUsAlone) {
    write(own() / "a", "old", 0644);
    const Secrets secrets(own());

    ASSERT_TRUE(secrets.put("a", "new\nvalue"));

    EXPECT_EQ(secrets.get("a").value(), "new\nvalue");
    EXPECT_EQ(fs::status(own() / "a").permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(std::distance(fs::directory_iterator(own()), fs::directory_iterator()), 1)
        << "a temporary file was left";
}

TEST_F(SecretFiles, StayAsTheyWereWhenPuttingFails) {
    write(own() / "a", "old");
    fs::create_directory(own() / "b");
    const Secrets secrets(own());

    const auto put = secrets.put("b", "hunter2");

    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().what.find("hunter2"), std::string::npos);
    EXPECT_EQ(std::distance(fs::directory_iterator(own()), fs::directory_iterator()), 2)
        << "a temporary file was left";
    EXPECT_FALSE(secrets.put("a", ""));
    EXPECT_EQ(secrets.get("a").value(), "old");
    EXPECT_FALSE(Secrets(folder_ / "nowhere").put("a", "x"));
}

TEST_F(SecretFiles, ThatWereRotatedWinOverTheCredentialThatTheyReplaced) {
    write(credentials() / "refresh", "first");
    const Secrets secrets(own(), credentials());

    ASSERT_TRUE(secrets.put("refresh", "second"));
    EXPECT_EQ(secrets.get("refresh").value(), "second");

    write(credentials() / "refresh", "third: a new one of the administrator");
    EXPECT_EQ(secrets.get("refresh").value(), "third: a new one of the administrator");
}

TEST_F(SecretFiles, ArePutInForEveryReference) {
    write(own() / "a", "1");
    write(own() / "b", "2");
    const auto settings =
        boost::json::parse(
            R"({"x":{"$secret":"a"},"y":[{"$secret":"b"},{"z":{"$secret":"a"}}],"plain":{"$secret":"a","more":1}})")
            .as_object();

    const auto resolved = resolve_secrets(settings, Secrets(own()));

    ASSERT_TRUE(resolved);
    EXPECT_EQ(boost::json::serialize(*resolved),
              R"({"x":"1","y":["2",{"z":"1"}],"plain":{"$secret":"a","more":1}})");
}

TEST_F(SecretFiles, ThatAreMissingFailTheResolution) {
    const auto resolved =
        resolve_secrets(boost::json::parse(R"({"x":[{"$secret":"none"}]})").as_object(), Secrets(own()));

    ASSERT_FALSE(resolved);
    EXPECT_NE(resolved.error().what.find("there is no secret 'none'"), std::string::npos);
}

TEST_F(SecretFiles, ThatTheConfigurationUsesAreTriedOnceEachAndOnlyWarnedOf) {
    write(own() / "good", "1");
    write(own() / "open", "2", 0644);
    auto result = load_text(
        "connectors:\n  a: { plugin: twitter, x: \"${secret.none}\", y: \"${secret.good}\" }\n"
        "  b: { plugin: twitter, x: \"${secret.none}\", y: \"${secret.open}\" }\n");
    ASSERT_TRUE(result.ok()) << said(result);

    check_secrets(*result.config, Secrets(own()), result.diagnostics);

    const auto all = result.diagnostics.sorted();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_FALSE(result.diagnostics.has_errors());
    EXPECT_EQ(result.sources->where(all[0].place), "maillon.yaml:2:29");
    EXPECT_NE(all[0].message.find("there is no secret 'none'"), std::string::npos);
    EXPECT_EQ(result.sources->where(all[1].place), "maillon.yaml:3:50");
    EXPECT_NE(all[1].message.find("chmod 600"), std::string::npos);
}

TEST_F(SecretFiles, OfTheProcessComeFromWhereSystemdSays) {
    write(credentials() / "a", "handed");
    ASSERT_EQ(::setenv("CREDENTIALS_DIRECTORY", credentials().c_str(), 1), 0);

    EXPECT_EQ(Secrets::of_process(own()).get("a").value(), "handed");

    ::unsetenv("CREDENTIALS_DIRECTORY");
    EXPECT_FALSE(Secrets::of_process(own()).get("a"));
}

}  // namespace
}  // namespace maillon::config
