#include "core/store/restores.h"
#include "tests/unit/hub/care_fixture.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <atomic>
#include <set>
#include <thread>

namespace maillon::hub {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class BackupTest : public CareTest {
protected:
    /// Tries `change` on the manifest.
    void rewrite_manifest(const std::string& member, const boost::json::value& value) const {
        const auto name = Manifest::name_for(folder_.file("backup.db"));
        std::ifstream in(name);
        auto manifest = boost::json::parse(std::string(std::istreambuf_iterator<char>(in), {})).as_object();
        manifest[member] = value;
        std::ofstream(name, std::ios::trunc) << boost::json::serialize(manifest);
    }
};

TEST_F(BackupTest, AManifestTellsWhatItIs) {
    const auto made = back_up();
    ASSERT_TRUE(made) << made.error().what;

    const auto read = Manifest::of(folder_.file("backup.db"));

    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(read->taken, clock_.now());
    EXPECT_EQ(read->file, "backup.db");
    EXPECT_EQ(read->bytes, static_cast<std::int64_t>(fs::file_size(folder_.file("backup.db"))));
    EXPECT_EQ(read->sha256.size(), 64u);
    EXPECT_EQ(read->config, "hash");
    EXPECT_EQ(read->schema.at("store"), store::known_schema().at("store"));
    EXPECT_EQ(read->last_event, 3);
    EXPECT_EQ(read->routed, 1);
    EXPECT_EQ(read->last_run, 1);
    EXPECT_TRUE(read->balanced);
    EXPECT_THAT(files(), Not(Contains(HasSubstr(".part"))));
}

TEST_F(BackupTest, InAFolderItGetsANameOfItsMoment) {
    EXPECT_EQ(backup_name(folder_.path(), TimePoint{std::chrono::milliseconds{1'789'375'964'123}}),
              folder_.path() / "maillon-20260914T085244Z.db");
    EXPECT_EQ(backup_name(folder_.file("mine"), clock_.now()), folder_.file("mine"));
}

TEST_F(BackupTest, NothingIsOverwrittenAndNothingIsLeftBehind) {
    ASSERT_TRUE(back_up());
    const auto before = files();

    const auto again = back_up();
    ASSERT_FALSE(again);
    EXPECT_THAT(again.error().what, HasSubstr("is there already"));
    progress_ = [](std::string_view, std::int64_t, std::int64_t) { return false; };
    const auto ended = back_up("other.db");
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().kind, FaultKind::cancelled);
    EXPECT_THAT(back_up("no/such/folder.db").error().what, HasSubstr("there is no folder"));
    EXPECT_EQ(files(), before);
}

TEST_F(BackupTest, EveryPhaseCanBeEndedAndTellsHowFarItIs) {
    std::set<std::string> seen;
    progress_ = [&](std::string_view what, std::int64_t done, std::int64_t all) {
        EXPECT_LE(done, all);
        seen.insert(std::string(what));
        return what != "summing";
    };
    const auto ended = back_up();
    ASSERT_FALSE(ended);
    EXPECT_THAT(seen, Contains("summing"));
    EXPECT_THAT(files(), Not(Contains(StartsWith("backup"))));
}

TEST_F(BackupTest, ItIsTakenWhileTheStoreIsBeingWritten) {
    std::atomic<bool> done{false};
    std::thread writing([&] {
        while (!done) receive();
    });
    const auto made = back_up();
    done = true;
    writing.join();

    ASSERT_TRUE(made) << made.error().what;
    EXPECT_TRUE(made->balanced) << "the books are right at every commit";
    EXPECT_GE(made->last_event, 3);
}

TEST_F(BackupTest, WrongBooksAreToldOf) {
    tamper("UPDATE event_books SET received = 7");

    const auto made = back_up();

    ASSERT_TRUE(made);
    EXPECT_FALSE(made->balanced);
}

TEST_F(BackupTest, ARestoredStoreIsAsItWasAndMarked) {
    const auto taken = clock_.now();
    ASSERT_TRUE(back_up());
    clock_.advance(std::chrono::hours{1});
    receive();
    database_.reset();

    const auto restored = bring_back();

    ASSERT_TRUE(restored) << restored.error().what;
    EXPECT_EQ(restored->calls, 1);
    open();
    EXPECT_EQ(number("SELECT count(*) FROM events"), 3);
    EXPECT_EQ(number("SELECT count(*) FROM calls WHERE state = 'in_doubt' AND unsettled = 1"), 1);
    const auto mark = database_->read([](db::Reader& reader) { return store::Restores::latest(reader); });
    ASSERT_TRUE(*mark);
    EXPECT_EQ((*mark)->taken, taken);
    EXPECT_EQ((*mark)->restored, clock_.now());
    EXPECT_EQ((*mark)->last_event, EventSeq{3});
    EXPECT_EQ((*mark)->last_run, RunId{1});
    database_.reset();
    auto former = store::open({.url = "sqlite:" + restored->put_aside.string(), .clock = &clock_});
    ASSERT_TRUE(former) << former.error().what;
    const auto events = (*former)->read(
        [](db::Reader& reader) { return reader.row<std::int64_t>("SELECT count(*) FROM events"); });
    EXPECT_EQ(**events, 4) << "nothing is thrown away";
    EXPECT_THAT(files(), Not(Contains(HasSubstr("restoring"))));
}

TEST_F(BackupTest, ALogOfTheFormerStoreIsNeverReadWithTheRestoredFile) {
    ASSERT_TRUE(back_up());
    receive();
    // As after a crash: the latest commits lie in the log alone.
    for (const auto* end : {"", "-wal"}) fs::copy_file(store() + end, folder_.file("crashed.db") + end);
    database_.reset();
    for (const auto* end : {"", "-wal"})
        fs::rename(folder_.file("crashed.db") + end, store() + end);  // over what was closed well

    const auto restored = bring_back();

    ASSERT_TRUE(restored) << restored.error().what;
    open();
    EXPECT_EQ(number("SELECT count(*) FROM events"), 3);
    database_.reset();
    auto former = store::open({.url = "sqlite:" + restored->put_aside.string(), .clock = &clock_});
    ASSERT_TRUE(former) << former.error().what;
    const auto events = (*former)->read(
        [](db::Reader& reader) { return reader.row<std::int64_t>("SELECT count(*) FROM events"); });
    EXPECT_EQ(**events, 4);
}

TEST_F(BackupTest, AStoreThatIsInUseOrThereIsLeftAlone) {
    ASSERT_TRUE(back_up());
    const auto in_use = bring_back();
    ASSERT_FALSE(in_use);
    EXPECT_THAT(in_use.error().what, HasSubstr("in use by another hub"));
    receive();
    database_.reset();

    const auto there = bring_back(false);

    ASSERT_FALSE(there);
    EXPECT_THAT(there.error().what, HasSubstr("--force puts it aside"));
    open();
    EXPECT_EQ(number("SELECT count(*) FROM events"), 4);
}

TEST_F(BackupTest, AStoreThatWasLostComesBackWithoutForce) {
    ASSERT_TRUE(back_up());
    database_.reset();
    fs::remove(store());

    ASSERT_TRUE(bring_back(false));

    open();
    EXPECT_EQ(number("SELECT count(*) FROM events"), 3);
}

TEST_F(BackupTest, ABackupThatIsNotWhatItsManifestSaysIsRefused) {
    ASSERT_TRUE(back_up());
    database_.reset();
    const auto file = folder_.file("backup.db");
    const auto refused = [&](const std::string& why) {
        const auto restored = bring_back();
        ASSERT_FALSE(restored) << why;
        EXPECT_THAT(restored.error().what, HasSubstr(why));
        EXPECT_THAT(files(), Not(Contains(HasSubstr("restoring"))));
        EXPECT_THAT(files(), Not(Contains(HasSubstr("before-restore"))));
    };

    {
        std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekp(5000);
        bytes << "bit rot";
    }
    refused("the SHA-256 differs");
    fs::resize_file(file, fs::file_size(file) - 4096);
    refused("was cut short");
    fs::remove(Manifest::name_for(file));
    refused("the manifest");
    std::ofstream(Manifest::name_for(file)) << "{}";
    refused("not the manifest of a backup that this version knows");
    std::ofstream(Manifest::name_for(file)) << "nonsense";
    refused("is not JSON");

    open();
    EXPECT_EQ(number("SELECT count(*) FROM events"), 3) << "and the store is as it was";
}

TEST_F(BackupTest, ABackupOfANewerVersionIsRefused) {
    tamper("INSERT INTO schema_steps (part, version, applied) VALUES ('store', 99, 0)");
    ASSERT_TRUE(back_up());
    tamper("DELETE FROM schema_steps WHERE version = 99");
    database_.reset();

    const auto restored = bring_back();

    ASSERT_FALSE(restored);
    EXPECT_THAT(restored.error().what, HasSubstr("newer Maillon (store has version 99"));
    open();
    EXPECT_EQ(number("SELECT count(*) FROM restores"), 0) << "the store is as it was";
}

TEST_F(BackupTest, ARestoreCanBeEndedAtEveryMomentBeforeItBegins) {
    ASSERT_TRUE(back_up());
    receive();
    database_.reset();
    int words = 0;
    progress_ = [&](std::string_view, std::int64_t, std::int64_t) { return ++words != 1; };

    EXPECT_FALSE(bring_back());

    open();
    EXPECT_EQ(number("SELECT count(*) FROM events"), 4);
}

}  // namespace
}  // namespace maillon::hub
