#include "core/hub/doctor.h"

#include "core/store/doubts.h"
#include "tests/unit/hub/care_fixture.h"

#include <sys/stat.h>

namespace maillon::hub {
namespace {

namespace fs = std::filesystem;
using Level = Finding::Level;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class DoctorTest : public CareTest {
protected:
    Findings look(bool deep = false) {
        return examine({.url = folder_.url(),
                        .file = store(),
                        .plugins = plugins_,
                        .deep = deep,
                        .clock = clock_,
                        .go_on = [](std::string_view) { return true; }});
    }
    /// The findings of this check.
    static Findings of(const Findings& all, const std::string& check) {
        Findings out;
        for (const auto& one : all)
            if (one.check == check) out.push_back(one);
        return out;
    }
    void expect(const std::string& check, Level level, const std::string& what, bool deep = false) {
        const auto found = of(look(deep), check);
        ASSERT_FALSE(found.empty()) << check;
        EXPECT_EQ(found[0].level, level) << found[0].what;
        EXPECT_THAT(found[0].what, HasSubstr(what));
        if (level == Level::fine) return;
        EXPECT_THAT(found[0].why, Not(IsEmpty()));
        EXPECT_THAT(found[0].todo, Not(IsEmpty()));
    }

    std::vector<fs::path> plugins_;
};

TEST_F(DoctorTest, AStoreInOrderIsFineInUseAndAtRest) {
    for (const bool deep : {false, true}) {
        for (const auto& one : look(deep)) EXPECT_LE(one.level, Level::warning) << one.check << one.what;
        expect("store.sound", Level::fine, "sound", deep);
        expect("ledger", Level::fine, "balance", deep);
        expect("rows", Level::fine, "belong together", deep);
    }
    expect("store.lock", Level::fine, "a hub is running: process");
    database_.reset();
    expect("store.lock", Level::fine, "no hub is running");
    expect("store.schema", Level::fine, "store ");
}

TEST_F(DoctorTest, WhatIsNoStoreIsToldOf) {
    database_.reset();
    fs::resize_file(store(), fs::file_size(store()) / 2);
    expect("store.file", Level::broken, "cut short");
    fs::resize_file(store(), 0);
    expect("store.file", Level::broken, "is empty");
    fs::remove(store());
    expect("store.file", Level::broken, "is not there");
    EXPECT_THAT(of(look(), "store.sound"), IsEmpty()) << "nothing is said of what cannot be seen";
    fs::create_directory(store());
    expect("store.file", Level::broken, "is a folder");
    fs::remove(store());
    std::ofstream(store()) << std::string(4096, 'x');
    expect("store.file", Level::broken, "not a database");
}

TEST_F(DoctorTest, DamagedPagesAreFound) {
    for (int i = 0; i < 200; ++i) receive();
    database_.reset();
    {
        std::fstream file(store(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(200'000);
        file << std::string(100'000, '\x5A');
    }
    const auto found = of(look(), "store.sound");
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found[0].level, Level::broken);
    EXPECT_THAT(found[0].todo, HasSubstr("maillon restore"));
}

TEST_F(DoctorTest, WrongBooksAreExplained) {
    tamper("UPDATE event_books SET received = 7");
    const auto found = of(look(), "ledger");
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found[0].level, Level::broken);
    EXPECT_THAT(found[0].todo, HasSubstr("maillon ledger --correct"));
}

TEST_F(DoctorTest, RowsThatBelongToNothingAreCounted) {
    tamper("INSERT INTO positions (name, seq) VALUES ('sealed', 99)");
    expect("rows.positions", Level::broken, "1 positions lie behind");
    tamper("DELETE FROM positions WHERE name = 'sealed'");
    tamper("DELETE FROM configs");
    expect("rows.configs", Level::broken, "1 open runs have lost the configuration");
    tamper("UPDATE runs SET event = 77");
    expect("rows.runs", Level::broken, "1 open runs have lost their event");
    tamper("DELETE FROM runs");
    expect("rows.calls", Level::broken, "1 open calls belong to no run");
}

TEST_F(DoctorTest, ASchemaFromTheFutureAndOneFromThePastAreToldApart) {
    tamper("INSERT INTO schema_steps (part, version, applied) VALUES ('store', 99, 0)");
    expect("store.schema", Level::broken, "newer Maillon");
    EXPECT_THAT(of(look(), "ledger"), IsEmpty()) << "nobody knows what its tables mean";
    tamper("DELETE FROM schema_steps WHERE part = 'store' AND version > 4");
    expect("store.schema", Level::notice, "older than this program");
}

TEST_F(DoctorTest, AClockThatWasSetBackIsSeen) {
    expect("clock", Level::fine, "newest event");
    tamper("UPDATE events SET received = received + 3600000 WHERE seq = 3");
    expect("clock", Level::warning, "the newest event was received at");
}

TEST_F(DoctorTest, RightsThatAreTooWideAreWarnedOf) {
    ::chmod(store().c_str(), 0644);
    expect("store.rights", Level::warning, "open to others");
    ::chmod(store().c_str(), 0600);
    plugins_ = {folder_.path() / "plugins"};
    expect("plugins.folder", Level::warning, "is not there");
    fs::create_directory(plugins_[0]);
    ::chmod(plugins_[0].c_str(), 0777);
    expect("plugins.folder", Level::broken, "writable by others");
    ::chmod(plugins_[0].c_str(), 0755);
    expect("plugins.folder", Level::fine, "plugins");
}

}  // namespace
}  // namespace maillon::hub
