#include "core/hub/systemd.h"

#include "tests/unit/db/temporary_folder.h"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <string>

namespace maillon::hub {
namespace {

using std::chrono::milliseconds;

/// What systemd holds in its hand: a datagram socket under a name. A leading zero byte makes it abstract.
class Receiver {
public:
    explicit Receiver(const std::string& name) : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        name.copy(address.sun_path, sizeof(address.sun_path));
        const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        bound_ = ::bind(fd_, reinterpret_cast<const sockaddr*>(&address), length) == 0;
    }
    ~Receiver() { ::close(fd_); }
    Receiver(const Receiver&) = delete;
    Receiver& operator=(const Receiver&) = delete;

    bool is_bound() const { return bound_; }
    /// A datagram between unix sockets is there as soon as it is sent.
    std::string next() {
        std::array<char, 256> bytes{};
        const auto count = ::recv(fd_, bytes.data(), bytes.size(), 0);
        return count < 0 ? "(nothing)" : std::string(bytes.data(), static_cast<std::size_t>(count));
    }

private:
    int fd_;
    bool bound_ = false;
};

class SystemdTest : public ::testing::Test {
protected:
    void TearDown() override {
        ::unsetenv("NOTIFY_SOCKET");
        ::unsetenv("WATCHDOG_USEC");
    }
    static void socket_is(const std::string& path) { ::setenv("NOTIFY_SOCKET", path.c_str(), 1); }
    static std::optional<milliseconds> interval(const char* usec) {
        ::setenv("WATCHDOG_USEC", usec, 1);
        return watchdog_interval();
    }

    test::TemporaryFolder folder_;
};

TEST_F(SystemdTest, TheStateGoesToTheSocketInTheFileSystem) {
    Receiver systemd(folder_.file("notify"));
    ASSERT_TRUE(systemd.is_bound());
    socket_is(folder_.file("notify"));

    notify_systemd("READY=1");
    notify_systemd("STOPPING=1");

    EXPECT_EQ(systemd.next(), "READY=1");
    EXPECT_EQ(systemd.next(), "STOPPING=1");
    EXPECT_EQ(systemd.next(), "(nothing)");
}

TEST_F(SystemdTest, TheStateGoesToAnAbstractSocket) {
    const std::string name = "maillon-test-" + folder_.path().filename().string();
    Receiver systemd('\0' + name);
    ASSERT_TRUE(systemd.is_bound());
    socket_is('@' + name);

    notify_systemd("READY=1");

    EXPECT_EQ(systemd.next(), "READY=1");
}

TEST_F(SystemdTest, OtherWaysOfNamingASocketAreLeftAlone) {
    Receiver systemd(folder_.file("notify"));
    ASSERT_TRUE(systemd.is_bound());
    for (const auto& name : {std::string("vsock:2:1"), std::string(), "/" + std::string(200, 'x'),
                             folder_.file("nobody-listens")}) {
        socket_is(name);
        notify_systemd("READY=1");
    }
    ::unsetenv("NOTIFY_SOCKET");
    notify_systemd("READY=1");

    EXPECT_EQ(systemd.next(), "(nothing)");
}

TEST_F(SystemdTest, TheWatchdogIsFedTwiceAsOftenAsItAsks) {
    EXPECT_EQ(interval("30000000"), milliseconds{15'000});
    EXPECT_EQ(interval("1000000"), milliseconds{500});
}

TEST_F(SystemdTest, WithoutAProperIntervalThereIsNoWatchdog) {
    ::unsetenv("WATCHDOG_USEC");
    EXPECT_EQ(watchdog_interval(), std::nullopt);
    EXPECT_EQ(interval("0"), std::nullopt);
    EXPECT_EQ(interval("-5"), std::nullopt);
    EXPECT_EQ(interval("often"), std::nullopt);
}

TEST_F(SystemdTest, WhileTheHubIsBusyOnPurposeItIsGivenMoreTimeAndAfterwardsAsMuchAsBefore) {
    Receiver systemd(folder_.file("notify"));
    ASSERT_TRUE(systemd.is_bound());
    socket_is(folder_.file("notify"));
    ::setenv("WATCHDOG_USEC", "60000000", 1);
    {
        const LongerWatchdog busy(std::chrono::minutes{10});
        EXPECT_EQ(systemd.next(), "EXTEND_TIMEOUT_USEC=600000000\nWATCHDOG_USEC=600000000");
    }
    EXPECT_EQ(systemd.next(), "WATCHDOG_USEC=60000000");

    ::unsetenv("WATCHDOG_USEC");
    { const LongerWatchdog busy(std::chrono::minutes{10}); }
    EXPECT_EQ(systemd.next(), "EXTEND_TIMEOUT_USEC=600000000") << "there is no watchdog to be set";
    EXPECT_EQ(systemd.next(), "(nothing)");
}

}  // namespace
}  // namespace maillon::hub
