#include "core/db/copy.h"
#include "core/db/file_lock.h"
#include "core/db/store_file.h"
#include "core/db/viewer.h"
#include "tests/unit/db/pairs.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

namespace maillon::db {
namespace {

using test::Pairs;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Kind = StoreFile::Kind;

bool go_on(std::int64_t, std::int64_t) {
    return true;
}

/// Looking after a store in a file: reading it beside its host, copying it, telling what it is.
class CareTest : public testing::Test {
protected:
    void SetUp() override { open(); }
    void open() {
        auto opened = Database::open(test::pair_options(folder_, clock_));
        ASSERT_TRUE(opened) << opened.error().what;
        database_ = std::move(*opened);
    }
    void put(int from, int to) {
        for (int n = from; n < to; ++n)
            ASSERT_TRUE(
                database_->run([&](Unit& unit) { return Pairs::put(unit, n, std::string(500, 'x')); }));
    }
    static std::int64_t count(Viewer& viewer, const std::string& table) {
        return **viewer.read(
            [&](Reader& reader) { return reader.row<std::int64_t>("SELECT count(*) FROM " + table); });
    }
    std::string store() const { return folder_.file("maillon.db"); }
    Fault refused() {
        auto opened = Database::open(test::pair_options(folder_, clock_));
        EXPECT_FALSE(opened);
        return opened ? Fault{} : opened.error();
    }
    /// Overwrites `size` bytes from `at` on.
    void damage(std::int64_t at, std::size_t size) const {
        std::fstream file(store(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(at);
        file << std::string(size, '\xA5');
    }

    test::TemporaryFolder folder_;
    FakeClock clock_;
    std::unique_ptr<Database> database_;
};

TEST_F(CareTest, AViewerSeesWhatIsCommittedBesideTheHostAndCanWriteNothing) {
    auto viewer = Viewer::open(folder_.url());
    ASSERT_TRUE(viewer) << viewer.error().what;
    put(0, 3);

    EXPECT_EQ(count(**viewer, "lefts"), 3);
    const auto written = (*viewer)->read([](Reader& reader) -> Result<void> {
        auto rows = reader.rows<std::int64_t>("DELETE FROM lefts RETURNING n");
        if (!rows) return rows.error();
        return {};
    });
    EXPECT_FALSE(written);
    put(3, 4);
    EXPECT_EQ(count(**viewer, "lefts"), 4);
}

TEST_F(CareTest, AViewerOfAStoreThatIsNotThereMakesNone) {
    const test::TemporaryFolder elsewhere;

    const auto viewer = Viewer::open(elsewhere.url());

    ASSERT_FALSE(viewer);
    EXPECT_THAT(viewer.error().what, HasSubstr("is not there"));
    EXPECT_FALSE(std::filesystem::exists(elsewhere.file("maillon.db")));
}

TEST_F(CareTest, ACopyOfAStoreThatIsBeingWrittenIsOneConsistentState) {
    put(0, 200);
    std::atomic<bool> done{false};
    std::atomic<int> written{200};
    std::thread writing([&] {
        while (!done) {
            const int n = written++;
            ASSERT_TRUE(
                database_->run([&](Unit& unit) { return Pairs::put(unit, n, std::string(500, 'y')); }));
        }
    });
    const auto copied = copy_store(store(), folder_.file("copy"), [&](auto, auto) { return true; });
    const int at_the_end = written;
    done = true;
    writing.join();
    ASSERT_TRUE(copied) << copied.error().what;

    auto viewer = Viewer::open(folder_.url("copy"));
    ASSERT_TRUE(viewer) << viewer.error().what;
    EXPECT_THAT((*viewer)->check_file(true, [] { return true; }).value(), IsEmpty());
    EXPECT_EQ(count(**viewer, "lefts"), count(**viewer, "rights")) << "no half unit";
    EXPECT_GE(count(**viewer, "lefts"), 200);
    EXPECT_LE(count(**viewer, "lefts"), at_the_end);
    struct stat file {};
    ASSERT_EQ(::stat(folder_.file("copy").c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 0777, 0600u);
    EXPECT_GT(written, 200) << "the host went on";
}

TEST_F(CareTest, ACopyTellsHowFarItIsAndLeavesNothingWhenItIsEnded) {
    put(0, 3000);
    std::int64_t last = -1;
    std::int64_t all = 0;

    const auto ended = copy_store(store(), folder_.file("copy"), [&](std::int64_t done, std::int64_t of) {
        last = done;
        all = of;
        return false;
    });

    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().kind, FaultKind::cancelled);
    EXPECT_GE(last, 0);
    EXPECT_GT(all, 3'000'000);
    EXPECT_FALSE(std::filesystem::exists(folder_.file("copy")));
}

TEST_F(CareTest, ACopyNeverOverwrites) {
    std::ofstream(folder_.file("copy")) << "precious";

    EXPECT_FALSE(copy_store(store(), folder_.file("copy"), go_on));

    EXPECT_EQ(std::filesystem::file_size(folder_.file("copy")), 8u);
}

TEST_F(CareTest, DamagedPagesAreToldOfAndTheHubIsPointedToAWayOut) {
    put(0, 500);
    database_.reset();
    ASSERT_EQ(StoreFile::look(store()).kind, Kind::store);
    damage(8192, 65536);

    auto viewer = Viewer::open(folder_.url());
    ASSERT_TRUE(viewer) << viewer.error().what;
    const auto found = (*viewer)->check_file(false, [] { return true; });

    EXPECT_TRUE(!found || !found->empty());
    if (!found) {
        EXPECT_THAT(found.error().what, HasSubstr("malformed"));
    }
    EXPECT_FALSE(copy_store(store(), folder_.file("copy"), go_on)) << "a damaged store gives no backup";
}

TEST_F(CareTest, EveryKindOfWrongFileIsRefusedByItsName) {
    put(0, 100);
    database_.reset();
    const auto whole = std::filesystem::file_size(store());

    std::filesystem::resize_file(store(), whole / 2);
    EXPECT_EQ(StoreFile::look(store()).kind, Kind::cut_short);
    EXPECT_THAT(refused().what, testing::AllOf(HasSubstr("was cut short"), HasSubstr("maillon doctor"),
                                               HasSubstr("maillon restore")));
    std::filesystem::resize_file(store(), 0);
    EXPECT_EQ(StoreFile::look(store()).kind, Kind::empty);
    EXPECT_THAT(refused().what, HasSubstr("the store is gone"));
    std::filesystem::remove(store());
    EXPECT_EQ(StoreFile::look(store()).kind, Kind::missing);
    EXPECT_THAT(refused().what, HasSubstr("a hub has used it before"));
    EXPECT_FALSE(std::filesystem::exists(store())) << "no new one was made";
    std::filesystem::create_directory(store());
    EXPECT_EQ(StoreFile::look(store()).kind, Kind::no_file);
    EXPECT_THAT(refused().what, HasSubstr("is a folder"));
    std::filesystem::remove(store());
    std::ofstream(store()) << std::string(5000, 'x');
    EXPECT_EQ(StoreFile::look(store()).kind, Kind::no_database);
    EXPECT_THAT(refused().what, HasSubstr("is not a database"));
}

TEST_F(CareTest, AStoreIsBegunAnewOnlyWhenItsLockIsTakenAway) {
    database_.reset();
    std::filesystem::remove(store());
    ASSERT_THAT(refused().what, HasSubstr("remove " + FileLock::name_of(store())));

    std::filesystem::remove(FileLock::name_of(store()));

    open();
    put(0, 1);
}

TEST_F(CareTest, AStoreAllOfWhichLiesInItsLogIsOne) {
    ASSERT_GT(StoreFile::look(store()).log_bytes, 0);
    EXPECT_TRUE(StoreFile::look(store()).is_store());
    database_.reset();
    EXPECT_TRUE(StoreFile::look(store()).is_store());
    open();
}

/// Whether somebody else could take the whole file for itself, as the last one to leave does with the log.
bool others_may_have(const std::string& path) {
    const auto child = ::fork();
    if (child == 0) {
        const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
        // SQLite's bytes for shared locks; https://sqlite.org/src/file/src/os.h
        struct flock all {};
        all.l_type = F_WRLCK;
        all.l_whence = SEEK_SET;
        all.l_start = 0x40000002;
        all.l_len = 510;
        ::_exit(::fcntl(descriptor, F_SETLK, &all) == 0 ? 1 : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WEXITSTATUS(status) == 1;
}

TEST_F(CareTest, LookingAtAStoreInUseLeavesItsLocks) {
    put(0, 1);
    ASSERT_FALSE(others_may_have(store()));

    EXPECT_TRUE(StoreFile::look(store()).is_store());

    EXPECT_FALSE(others_may_have(store()));
    database_.reset();
    EXPECT_TRUE(others_may_have(store()));
}

TEST_F(CareTest, WhoHoldsTheStoreIsToldWithoutTakingItAway) {
    EXPECT_EQ(FileLock::holder_of(store()).value(), ::getpid());
    put(0, 1);
    database_.reset();

    EXPECT_EQ(FileLock::holder_of(store()).value(), 0);
    EXPECT_EQ(FileLock::holder_of(folder_.file("other.db")).value(), 0);
    EXPECT_FALSE(std::filesystem::exists(folder_.file("other.db.lock")));
}

}  // namespace
}  // namespace maillon::db
