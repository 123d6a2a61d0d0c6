#include "tests/unit/db/every_store.h"
#include "tests/unit/db/pairs.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace maillon::db {
namespace {

using test::Pairs;

/// A child process that writes numbered units and reports each acknowledged one through a pipe, so that it
/// can be killed at any moment and what it had been promised is still known.
class Child {
public:
    template <class Body>
    explicit Child(const Body& body) {
        if (::pipe(pipe_) != 0) throw std::runtime_error("no pipe");
        process_ = ::fork();
        if (process_ != 0) {
            ::close(pipe_[1]);
            return;
        }
        ::close(pipe_[0]);
        body(pipe_[1]);
        ::_exit(0);
    }
    ~Child() { ::close(pipe_[0]); }

    /// The next acknowledged number, or nothing when the child is gone.
    std::optional<std::int64_t> next() {
        std::int64_t n = 0;
        if (::read(pipe_[0], &n, sizeof n) != sizeof n) return {};
        return n;
    }
    void kill() const { ::kill(process_, SIGKILL); }
    int wait() const {
        int status = 0;
        ::waitpid(process_, &status, 0);
        return status;
    }

private:
    int pipe_[2]{};
    pid_t process_ = 0;
};

void write_units(Database& database, std::int64_t first, std::int64_t count, int acknowledged) {
    for (std::int64_t n = first; n < first + count; ++n)
        database.submit([n](Unit& unit) { return Pairs::put(unit, n, std::string(500, 'x')); },
                        [n, acknowledged](const Result<void>& outcome) {
                            if (outcome) (void)!::write(acknowledged, &n, sizeof n);
                        });
    database.close();
}

void expect_kept(const std::string& url, const Clock& clock, const std::set<std::int64_t>& acknowledged) {
    auto options = test::pair_options(url, clock);
    // A server learns of the end of a process a moment later.
    options.on_held = [](const std::string&) { return true; };
    auto database = Database::open(std::move(options));
    ASSERT_TRUE(database) << database.error().what;
    const auto lefts = Pairs::lefts(**database);
    EXPECT_EQ(lefts, Pairs::rights(**database)) << "half a unit";
    for (const auto n : acknowledged) EXPECT_TRUE(lefts.contains(n)) << n << " was acknowledged and is lost";
}

class StoreCrash : public test::EveryStoreTest {};

TEST_P(StoreCrash, KilledAtEveryStepItKeepsWhatItAcknowledged) {
    const FakeClock clock;
    int kills = 0;
    for (int at = 0;; ++at) {
        const test::StorePlace place(GetParam());
        Child child([&](int acknowledged) {
            auto options = test::pair_options(place.url(), clock);
            options.group_units = 2;
            options.checkpoint_pages = 4;
            options.inject = [left = at](Step) mutable {
                if (left-- == 0) ::kill(::getpid(), SIGKILL);
                return Injected::none;
            };
            auto database = Database::open(std::move(options));
            if (database) write_units(**database, 1, 4, acknowledged);
        });
        std::set<std::int64_t> acknowledged;
        while (const auto n = child.next()) acknowledged.insert(*n);
        const int status = child.wait();

        expect_kept(place.url(), clock, acknowledged);

        if (!WIFSIGNALED(status)) {
            EXPECT_EQ(acknowledged.size(), 4u);
            break;
        }
        ++kills;
    }
    EXPECT_GE(kills, is_sqlite() ? 16 : 14) << "the story has more steps than that";
}

TEST_P(StoreCrash, KilledInTheMiddleOfWritingAgainAndAgainItKeepsWhatItAcknowledged) {
    const test::StorePlace place(GetParam());
    const FakeClock clock;
    std::set<std::int64_t> acknowledged;
    for (int round = 0; round < 15; ++round) {
        Child child([&](int told) {
            auto options = test::pair_options(place.url(), clock);
            options.group_units = 7;
            options.checkpoint_pages = 100;
            options.on_held = [](const std::string&) { return true; };
            auto database = Database::open(std::move(options));
            if (database) write_units(**database, round * 100'000, 50'000, told);
        });
        for (int seen = 0; seen < 40 + round * 37; ++seen) {
            const auto n = child.next();
            ASSERT_TRUE(n);
            acknowledged.insert(*n);
        }
        child.kill();
        while (const auto n = child.next()) acknowledged.insert(*n);
        ASSERT_TRUE(WIFSIGNALED(child.wait()));

        expect_kept(place.url(), clock, acknowledged);
    }
}

MAILLON_ON_EVERY_STORE(StoreCrash);

TEST(StoreCrashOnAFile, AFileThatMayNotGrowBreaksTheStoreAndKeepsWhatWasAcknowledged) {
    const test::TemporaryFolder folder;
    const FakeClock clock;
    Child child([&](int told) {
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit most{400'000, 400'000};
        ::setrlimit(RLIMIT_FSIZE, &most);
        auto options = test::pair_options(folder, clock);
        options.group_units = 3;
        options.on_broken = [told](const Fault&) {
            const std::int64_t broken = -1;
            (void)!::write(told, &broken, sizeof broken);
            ::_exit(3);
        };
        auto database = Database::open(std::move(options));
        if (database) write_units(**database, 1, 5'000, told);
    });
    std::set<std::int64_t> acknowledged;
    while (const auto n = child.next()) acknowledged.insert(*n);
    const int status = child.wait();

    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 3) << "on_broken ends the process";
    EXPECT_EQ(acknowledged.erase(-1), 1u);
    EXPECT_GT(acknowledged.size(), 50u);
    expect_kept(folder.url(), clock, acknowledged);
}

}  // namespace
}  // namespace maillon::db
