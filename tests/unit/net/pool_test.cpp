#include "tests/unit/net/client_fixture.h"

#include <atomic>
#include <future>
#include <latch>
#include <thread>

namespace maillon::net_tests {
namespace {

using ::testing::HasSubstr;

/// Kept connections: when one is used again, when not, and what happens when it is dead.
class KeptConnection : public FakeTimeClient {
protected:
    /// Connections that two GETs need, when the first answer is followed by `pause`.
    int connections_for_two(const std::string& headers, std::chrono::milliseconds pause = 0ms) {
        TestServer server(
            answer_all([&](Peer& peer, const Peer::Request&) { peer.reply("x", "200 OK", headers); }));
        EXPECT_TRUE(get(server.url()));
        clock_.advance(pause);
        EXPECT_TRUE(get(server.url()));
        return server.connections();
    }
};

TEST_F(KeptConnection, ServesManyRequests) {
    TestServer server(answer_all([](Peer& peer, const Peer::Request& request) { peer.reply(request.body); }));

    for (int i = 0; i < 50; ++i) ASSERT_EQ(post(server.url(), std::to_string(i))->body, std::to_string(i));

    EXPECT_EQ(server.connections(), 1);
    expect_metric("maillon_http_client_reuses_total 49");
}

TEST_F(KeptConnection, GrowsTooOld) {
    EXPECT_EQ(connections_for_two("", 14'999ms), 1);
    EXPECT_EQ(connections_for_two("", 15s), 2);
}

TEST_F(KeptConnection, FollowsTheTimeOutThatTheServerAnnounces) {
    EXPECT_EQ(connections_for_two("Keep-Alive: timeout=5, max=100\r\n", 3'999ms), 1);
    EXPECT_EQ(connections_for_two("Keep-Alive: timeout=5, max=100\r\n", 4s), 2);
    EXPECT_EQ(connections_for_two("Keep-Alive: timeout=1\r\n"), 2);
    EXPECT_EQ(connections_for_two("Keep-Alive: timeout=0\r\n"), 2);
    EXPECT_EQ(connections_for_two("Keep-Alive: timeout=nonsense\r\n"), 1);
    EXPECT_EQ(connections_for_two("Keep-Alive: timeout=600\r\n", 15s), 2);
}

TEST_F(KeptConnection, IsNotKeptWhenTheServerSaysClose) {
    EXPECT_EQ(connections_for_two("Connection: close\r\n"), 2);
    EXPECT_EQ(connections_for_two("Connection: keep-alive\r\n"), 1);
}

TEST_F(KeptConnection, IsNotUsedAfterTheServerHasClosedIt) {
    std::atomic<int> closed = 0;
    TestServer server([&](Peer& peer) {
        peer.read_request();
        peer.reply("ok");
        peer.close();
        ++closed;
        closed.notify_all();
    });

    for (int i = 0; i < 3; ++i) {
        const auto reply = post(server.url());
        ASSERT_TRUE(reply) << reply.error().what;
        closed.wait(i);
    }

    EXPECT_EQ(server.connections(), 3);
    expect_metric("maillon_http_client_reuses_total 0");
}

TEST_F(KeptConnection, IsNotUsedWhenTheServerSaysSomethingUnasked) {
    TestServer server(answer_all([](Peer& peer, const Peer::Request&) {
        peer.write(
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    }));

    EXPECT_EQ(get(server.url())->body, "a");
    EXPECT_EQ(get(server.url())->body, "a");
    EXPECT_EQ(server.connections(), 2);
}

/// Answers the first request of connection 0 and drops its second without an answer; other connections answer
/// all.
TestServer::Script drop_the_second(std::atomic<int>& seen) {
    return [&seen](Peer& peer) {
        for (int n = 0; const auto request = peer.read_request(); ++n) {
            ++seen;
            if (peer.number() == 0 && n == 1) return;
            peer.reply(request->body.empty() ? "ok" : request->body);
        }
    };
}

TEST_F(KeptConnection, ThatDiesIsReplacedOnceForAnIdempotentRequest) {
    for (const char* method : {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}) {
        std::atomic<int> seen = 0;
        TestServer server(drop_the_second(seen));
        ASSERT_TRUE(get(server.url()));

        const auto reply = send({.method = method, .url = server.url()});

        ASSERT_TRUE(reply) << method << ": " << reply.error().what;
        EXPECT_EQ(seen, 3);
        EXPECT_EQ(server.connections(), 2);
    }
    expect_metric("maillon_http_client_resends_total 5");
}

TEST_F(KeptConnection, ThatDiesLeavesAnyOtherRequestInDoubtAndNeverSendsItTwice) {
    for (const char* method : {"POST", "PATCH", "MERGE"}) {
        std::atomic<int> seen = 0;
        TestServer server(drop_the_second(seen));
        ASSERT_TRUE(get(server.url()));

        expect_fault(send({.method = method, .url = server.url(), .body = "x"}), FaultKind::in_doubt);
        EXPECT_EQ(seen, 2);
        EXPECT_EQ(server.connections(), 1);
    }
    expect_metric("maillon_http_client_resends_total 0");
}

TEST_F(KeptConnection, ThatDiesAfterAPartOfAnAnswerIsNotReplaced) {
    TestServer server([](Peer& peer) {
        peer.read_request();
        peer.reply("ok");
        peer.read_request();
        peer.write("HTTP/1.1 200");
    });
    ASSERT_TRUE(get(server.url()));

    expect_fault(get(server.url()), FaultKind::in_doubt);
    EXPECT_EQ(server.connections(), 1);
}

TEST_F(KeptConnection, ThatDiesWithItsServerLeavesTheRequestInDoubtThoughTheSecondTryWasNotSent) {
    TestServer* self = nullptr;
    std::latch ready(1);
    TestServer server([&](Peer& peer) {
        peer.read_request();
        peer.reply("ok");
        peer.read_request();
        ready.wait();
        self->stop_listening();
    });
    self = &server;
    ready.count_down();
    ASSERT_TRUE(get(server.url()));

    const auto what = expect_fault(send({.method = "PUT", .url = server.url()}), FaultKind::in_doubt);

    EXPECT_THAT(what, HasSubstr("Connection refused"));
}

TEST_F(KeptConnection, IsKeptApartByHostAndPort) {
    open({.resolve = [](const std::string&) { return Result<std::vector<std::string>>({"127.0.0.1"}); }});
    TestServer server(answer_all([](Peer& peer, const Peer::Request& request) { peer.reply(request.head); }));

    EXPECT_THAT(get(server.url("/", "a.test"))->body, HasSubstr("Host: a.test"));
    EXPECT_THAT(get(server.url("/", "b.test"))->body, HasSubstr("Host: b.test"));
    EXPECT_THAT(get(server.url("/", "A.TEST"))->body, HasSubstr("Host: a.test"));
    EXPECT_EQ(server.connections(), 2);
}

TEST_F(KeptConnection, IsClosedBeyondTheNumberPerHost) {
    open({.limits = {.idle_per_host = 2}});
    std::latch all_here(4);
    TestServer server(answer_all([&](Peer& peer, const Peer::Request&) {
        all_here.arrive_and_wait();
        peer.reply("");
    }));
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { EXPECT_TRUE(get(server.url())); });

    threads.clear();

    expect_metric("maillon_http_client_connections_total 4");
    expect_metric("maillon_http_client_connections_open 2");
}

TEST_F(KeptConnection, IsClosedWhenItIsTooOldEvenWithoutAnotherRequest) {
    TestServer server(answer_all([](Peer& peer, const Peer::Request&) { peer.reply(""); }));
    ASSERT_TRUE(get(server.url()));

    client().close_idle();
    expect_metric("maillon_http_client_connections_open 1");
    clock_.advance(15s);
    client().close_idle();

    expect_metric("maillon_http_client_connections_open 0");
}

TEST_F(KeptConnection, OfAnotherHostIsClosedOnTheWay) {
    TestServer one(answer_all([](Peer& peer, const Peer::Request&) { peer.reply(""); }));
    TestServer other(answer_all([](Peer& peer, const Peer::Request&) { peer.reply(""); }));
    ASSERT_TRUE(get(one.url()));
    clock_.advance(16s);

    ASSERT_TRUE(get(other.url()));

    expect_metric("maillon_http_client_connections_open 1");
}

}  // namespace
}  // namespace maillon::net_tests
