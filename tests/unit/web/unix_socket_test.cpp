#include "core/web/http_server.h"
#include "core/web/unix_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>
#include <filesystem>
#include <fstream>

using namespace maillon;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

namespace {

class UnixSocket : public ::testing::Test {
protected:
    UnixSocket() {
        std::string pattern = (std::filesystem::temp_directory_path() / "maillon-web-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        path_ = folder_ / "admin.sock";
    }
    ~UnixSocket() override { std::filesystem::remove_all(folder_); }

    static void echo(HttpRequest request, Responder responder) {
        responder.answer(json_response(
            201, request.peer + " " + request.method + " " + request.target + " " + request.body));
    }

    std::filesystem::path folder_;
    std::string path_;
};

TEST_F(UnixSocket, CarriesRequestsOfItsOwnerOnly) {
    HttpServer server;
    ASSERT_TRUE(server.listen_unix(path_, echo));
    server.start();

    const auto answer = request_over_unix_socket(path_, "POST", "/pause?all=1", "{}", 5s);

    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_EQ(answer->status, 201);
    EXPECT_EQ(answer->body, "unix POST /pause?all=1 {}");
    EXPECT_EQ(answer->headers.find("content-type"), "application/json; charset=utf-8");
    struct stat found {};
    ASSERT_EQ(::stat(path_.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0600U);
}

TEST_F(UnixSocket, CarriesLongBodiesBothWays) {
    HttpServer server;
    ASSERT_TRUE(server.listen_unix(path_, [](HttpRequest request, Responder responder) {
        responder.answer({.body = request.body + request.body});
    }));
    server.start();
    const std::string body(3U << 20U, 'y');

    const auto answer = request_over_unix_socket(path_, "PUT", "/", body, 10s);

    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_TRUE(answer->body == body + body);
}

TEST_F(UnixSocket, SaysThatNoHubIsRunning) {
    const auto missing = request_over_unix_socket(path_, "GET", "/", "", 1s);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, FaultKind::not_connected);
    EXPECT_THAT(missing.error().what, HasSubstr("no hub is running at " + path_));
}

TEST_F(UnixSocket, GivesUpWhenTheHubIsSilentOrCuts) {
    std::optional<Responder> held;
    HttpServer server;
    ASSERT_TRUE(server.listen_unix(path_, [&](HttpRequest request, Responder responder) {
        if (request.path == "/cut")
            responder.answer({.cut = true});
        else
            held = std::move(responder);
    }));
    server.start();

    EXPECT_EQ(request_over_unix_socket(path_, "GET", "/cut", "", 5s).error().kind, FaultKind::retry);
    EXPECT_THAT(request_over_unix_socket(path_, "GET", "/silent", "", 30ms).error().what,
                HasSubstr("in time"));
}

TEST_F(UnixSocket, ReplacesAStaleSocketButNothingElse) {
    {
        HttpServer server;
        ASSERT_TRUE(server.listen_unix(path_, echo));
        server.start();
        HttpServer second;
        EXPECT_THAT(second.listen_unix(path_, echo).error().what, HasSubstr("already listening"));
        // What a killed hub leaves behind: a second name that nobody will remove.
        std::filesystem::create_hard_link(path_, folder_ / "stale.sock");
    }
    EXPECT_FALSE(std::filesystem::exists(path_));
    ASSERT_TRUE(std::filesystem::exists(folder_ / "stale.sock"));
    std::ofstream(folder_ / "file") << "precious";

    HttpServer server;
    EXPECT_TRUE(server.listen_unix((folder_ / "stale.sock").string(), echo));
    EXPECT_THAT(server.listen_unix((folder_ / "file").string(), echo).error().what, HasSubstr("left alone"));
    EXPECT_TRUE(std::filesystem::exists(folder_ / "file"));
}

TEST_F(UnixSocket, RefusesAPathThatIsTooLong) {
    HttpServer server;
    const std::string path = "/tmp/" + std::string(200, 'x');
    EXPECT_EQ(server.listen_unix(path, echo).error().kind, FaultKind::config);
    EXPECT_EQ(request_over_unix_socket(path, "GET", "/", "", 1s).error().kind, FaultKind::config);
}

}  // namespace
