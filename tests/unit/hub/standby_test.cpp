#include "core/hub/standby.h"

#include "core/observe/line_log.h"
#include "tests/unit/db/temporary_folder.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace maillon::hub {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// The whole answer of a server on this machine, head and all.
std::string ask(std::uint16_t port, const std::string& path) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string answer;
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        const auto request = "GET " + path + " HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n";
        (void)!::write(socket, request.data(), request.size());
        char part[4096];
        for (auto n = ::read(socket, part, sizeof part); n > 0; n = ::read(socket, part, sizeof part))
            answer.append(part, static_cast<std::size_t>(n));
    }
    ::close(socket);
    return answer;
}

class StandbyTest : public ::testing::Test {
protected:
    Standby make(std::function<bool(std::chrono::milliseconds)> pause) {
        return Standby({listen_, log_, health_, std::move(pause)});
    }
    int lines_with(std::string_view word) const {
        return static_cast<int>(std::ranges::count_if(
            lines_, [&](const std::string& line) { return line.find(word) != line.npos; }));
    }

    FakeClock clock_;
    Redactor redactor_;
    std::vector<std::string> lines_;
    LineLog log_{{}, clock_, redactor_, [this](std::string_view line) { lines_.emplace_back(line); }};
    Health health_{clock_};
    config::Hub::Listen listen_{"127.0.0.1", 0};
};

TEST_F(StandbyTest, WhileItWaitsItIsAliveAndNotReadyAndSaysWhoIsActive) {
    std::string alive, ready, active, hook;
    Standby* waiting = nullptr;
    auto standby = make([&](std::chrono::milliseconds) {
        alive = ask(waiting->port(), "/healthz");
        ready = ask(waiting->port(), "/readyz");
        active = ask(waiting->port(), "/activez");
        hook = ask(waiting->port(), "/hooks/x");
        return true;
    });
    waiting = &standby;

    EXPECT_TRUE(standby.wait("in use by maillon on db1, process 7"));

    EXPECT_THAT(alive, StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(ready, StartsWith("HTTP/1.1 503"));
    EXPECT_THAT(ready, HasSubstr("stand-by: in use by maillon on db1, process 7"));
    EXPECT_THAT(active, StartsWith("HTTP/1.1 503"));
    EXPECT_THAT(hook, StartsWith("HTTP/1.1 503"));
    EXPECT_THAT(hook, HasSubstr("Retry-After: 5"));
}

TEST_F(StandbyTest, SaysAReasonOnceInTheLog) {
    auto standby = make([](std::chrono::milliseconds) { return true; });

    standby.wait("one");
    standby.wait("one");
    standby.wait("two");

    EXPECT_EQ(lines_with("hub.standby"), 2);
}

TEST_F(StandbyTest, EndsWhenItsOwnerEnds) {
    auto standby = make([](std::chrono::milliseconds) { return false; });

    EXPECT_FALSE(standby.wait("one"));
}

TEST_F(StandbyTest, AnAddressThatIsTakenKeepsNobodyFromWaiting) {
    auto first = make([](std::chrono::milliseconds) { return true; });
    first.wait("one");
    listen_.port = first.port();
    auto second = make([](std::chrono::milliseconds) { return true; });

    EXPECT_TRUE(second.wait("one"));

    EXPECT_EQ(second.port(), 0);
    EXPECT_EQ(lines_with("hub.standby_silent"), 1);
}

TEST_F(StandbyTest, AfterTheWaitingItsLineOfHealthIsGone) {
    {
        auto standby = make([](std::chrono::milliseconds) { return true; });
        standby.wait("one");
        EXPECT_FALSE(health_.ready().good);
    }
    auto store = health_.component("store");
    store.ok();

    EXPECT_TRUE(health_.ready().good);
}

TEST(StoreUrl, IsTheFileTheUrlOrWhatTheSecretHolds) {
    const test::TemporaryFolder folder;
    std::ofstream(folder.file("store_url")) << "postgresql://hub:S3cret@db/crm\n";
    std::filesystem::permissions(folder.file("store_url"), std::filesystem::perms::owner_read);
    const config::Secrets secrets(folder.path());
    config::Hub hub;
    hub.store = "/var/lib/maillon/maillon.db";

    EXPECT_EQ(store_url(hub, secrets).value(), "sqlite:/var/lib/maillon/maillon.db");
    hub.store_url = "postgresql://hub@db/crm";
    EXPECT_EQ(store_url(hub, secrets).value(), "postgresql://hub@db/crm");
    hub.store_url = "${secret.store_url}";
    EXPECT_EQ(store_url(hub, secrets).value(), "postgresql://hub:S3cret@db/crm");
    hub.store_url = "${secret.nowhere}";
    EXPECT_THAT(store_url(hub, secrets).error().what, HasSubstr("nowhere"));
}

}  // namespace
}  // namespace maillon::hub
