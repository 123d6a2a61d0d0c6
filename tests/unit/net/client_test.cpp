#include "tests/unit/net/client_fixture.h"

#include <atomic>
#include <future>
#include <thread>

namespace maillon::net_tests {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class BeastClientTest : public RealTimeClient {
protected:
    /// What the client makes of these bytes, after which the server closes.
    Result<HttpReply> read(std::string bytes, const std::string& method = "GET") {
        TestServer server([&](Peer& peer) {
            if (peer.read_request()) peer.write(bytes);
        });
        return send({.method = method, .url = server.url()});
    }
};

TEST_F(BeastClientTest, SendsARequestAndReturnsTheAnswer) {
    Peer::Request seen;
    TestServer server(answer_all([&](Peer& peer, const Peer::Request& request) {
        seen = request;
        peer.reply("hello", "201 Created", "X-A: 1\r\nx-a: 2\r\n");
    }));

    const auto reply = send({"POST", server.url("/p?q=1"), {{"X-Own", "v"}}, "body"});

    ASSERT_TRUE(reply) << reply.error().what;
    EXPECT_EQ(seen.line(), "POST /p?q=1 HTTP/1.1");
    EXPECT_TRUE(seen.has("Host: 127.0.0.1:" + std::to_string(server.port())));
    EXPECT_TRUE(seen.has("User-Agent: maillon/0.1.0")) << seen.head;
    EXPECT_TRUE(seen.has("X-Own: v"));
    EXPECT_TRUE(seen.has("Content-Length: 4"));
    EXPECT_THAT(seen.head, Not(HasSubstr("Accept-Encoding")));
    EXPECT_EQ(seen.body, "body");
    EXPECT_EQ(reply->status, 201);
    EXPECT_EQ(reply->body, "hello");
    EXPECT_EQ(reply->headers, (HeaderList{{"X-A", "1"}, {"x-a", "2"}, {"Content-Length", "5"}}));
}

TEST_F(BeastClientTest, TellsTheLengthOfAnEmptyPostAndNoneForAGet) {
    std::vector<std::string> heads;
    TestServer server(answer_all([&](Peer& peer, const Peer::Request& request) {
        heads.push_back(request.head);
        peer.reply("");
    }));

    ASSERT_TRUE(post(server.url(), ""));
    ASSERT_TRUE(get(server.url()));

    EXPECT_THAT(heads.at(0), HasSubstr("\r\nContent-Length: 0\r\n"));
    EXPECT_THAT(heads.at(1), Not(HasSubstr("Content-Length")));
}

TEST_F(BeastClientTest, ReturnsEveryStatusAndFollowsNoRedirect) {
    TestServer server(answer_all([&](Peer& peer, const Peer::Request& request) {
        const auto status = request.line().substr(5, 3);
        peer.reply("b", status + " Whatever", "Location: http://127.0.0.1:1/\r\n");
    }));

    for (const int status : {200, 302, 308, 404, 429, 500, 503, 599}) {
        const auto reply = get(server.url("/" + std::to_string(status)));
        ASSERT_TRUE(reply) << reply.error().what;
        EXPECT_EQ(reply->status, status);
    }
    EXPECT_EQ(server.connections(), 1);
}

TEST_F(BeastClientTest, ReadsBodiesInEveryFraming) {
    EXPECT_EQ(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: "
                   "chunked\r\n\r\n3\r\nabc\r\n4;ext=1\r\ndefg\r\n0\r\nTrailer: x\r\n\r\n")
                  ->body,
              "abcdefg");
    EXPECT_EQ(read("HTTP/1.1 200 OK\r\n\r\nuntil the end")->body, "until the end");
    EXPECT_EQ(read("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nab")->body, "ab");
    EXPECT_EQ(read("HTTP/1.1 204 No Content\r\n\r\n")->body, "");
    EXPECT_EQ(read("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n")->body, "");
    EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", "HEAD")->body, "");
    EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")->body, "");
}

TEST_F(BeastClientTest, DoesNotMixTrailersIntoTheHeaders) {
    const auto reply =
        read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Late: 1\r\n\r\n");

    EXPECT_EQ(find_header(reply->headers, "X-Late"), std::nullopt);
}

TEST_F(BeastClientTest, SkipsInterimAnswers) {
    const auto reply = read(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na");

    ASSERT_TRUE(reply) << reply.error().what;
    EXPECT_EQ(reply->status, 200);
    EXPECT_EQ(find_header(reply->headers, "Link"), std::nullopt);
    EXPECT_EQ(reply->body, "a");
}

TEST_F(BeastClientTest, GivesUpOnInterimAnswersWithoutEndAndOnUnaskedProtocols) {
    std::string endless;
    for (int i = 0; i < 100; ++i) endless += "HTTP/1.1 100 Continue\r\n\r\n";

    expect_fault(read(endless), FaultKind::in_doubt);
    expect_fault(read("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), FaultKind::in_doubt);
}

TEST_F(BeastClientTest, CarriesLargeBodiesBothWays) {
    std::string large(5 * 1024 * 1024, 'x');
    for (std::size_t i = 0; i < large.size(); i += 97) large[i] = static_cast<char>('a' + i % 26);
    TestServer server(
        answer_all([&](Peer& peer, const Peer::Request& request) { peer.reply(request.body); }));

    const auto reply = post(server.url(), large);

    ASSERT_TRUE(reply) << reply.error().what;
    EXPECT_TRUE(reply->body == large);
}

TEST_F(BeastClientTest, RefusesABodyBeyondItsLimit) {
    open({.limits = {.body_bytes = 10}});

    EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789")->body.size(), 10u);
    expect_fault(read("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n01234567890"), FaultKind::rejected);
    expect_fault(
        read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n012345\r\n6\r\n012345\r\n0\r\n\r\n"),
        FaultKind::rejected);
    expect_fault(read("HTTP/1.1 200 OK\r\n\r\n01234567890"), FaultKind::rejected);
    // Whatever it says, a request that may have changed something was answered, and nobody knows how.
    expect_fault(read("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n01234567890", "POST"),
                 FaultKind::in_doubt);
}

TEST_F(BeastClientTest, TakesLargeHeadersUpToItsLimit) {
    const std::string large(60'000, 'h');
    const std::string too_large(70'000, 'h');

    const auto reply = read("HTTP/1.1 200 OK\r\nX: " + large + "\r\nContent-Length: 0\r\n\r\n");
    ASSERT_TRUE(reply) << reply.error().what;
    EXPECT_EQ(find_header(reply->headers, "X"), large);
    expect_fault(read("HTTP/1.1 200 OK\r\nX: " + too_large + "\r\nContent-Length: 0\r\n\r\n"),
                 FaultKind::rejected);
    expect_fault(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(200'000, 'e')),
                 FaultKind::rejected);
}

TEST_F(BeastClientTest, IsInDoubtWhenTheAnswerIsMissingOrCut) {
    for (const char* bytes :
         {"", "HTT", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"}) {
        EXPECT_THAT(expect_fault(read(bytes, "POST"), FaultKind::in_doubt),
                    HasSubstr("the connection was cut"))
            << bytes;
        expect_fault(read(bytes, "GET"), FaultKind::in_doubt);
    }
}

TEST_F(BeastClientTest, IsInDoubtWhenTheAnswerIsNotHttp) {
    for (const char* bytes :
         {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
        EXPECT_THAT(expect_fault(read(bytes, "POST"), FaultKind::in_doubt), HasSubstr("not valid HTTP"))
            << bytes;
    }
}

TEST_F(BeastClientTest, ResolvesLocalhostByTheSystem) {
    TestServer server(answer_all([](Peer& peer, const Peer::Request&) { peer.reply("ok"); }));

    const auto reply = get(server.url("/", "localhost"));

    ASSERT_TRUE(reply) << reply.error().what;
}

TEST_F(BeastClientTest, ReadsASlowAnswerToItsEnd) {
    TestServer server([](Peer& peer) {
        peer.read_request();
        for (const char c : std::string("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX: y\r\n\r\nabc")) {
            peer.write(std::string_view(&c, 1));
        }
        peer.wait_for_close();
    });

    EXPECT_EQ(get(server.url())->body, "abc");
}

TEST_F(BeastClientTest, HearsAnAnswerThatComesBeforeTheRequestIsWritten) {
    std::promise<void> release;
    TestServer server([&](Peer& peer) {
        peer.read_head();
        peer.reply("too much", "413 Content Too Large");
        release.get_future().wait();
    });

    const auto reply = post(server.url(), std::string(30 * 1024 * 1024, 'x'));
    release.set_value();

    ASSERT_TRUE(reply) << reply.error().what;
    EXPECT_EQ(reply->status, 413);
    EXPECT_EQ(reply->body, "too much");
    expect_metric("maillon_http_client_connections_open 0");
}

TEST_F(BeastClientTest, ServesManyThreadsAtOnceAndMixesNothingUp) {
    TestServer server(answer_all(
        [](Peer& peer, const Peer::Request& request) { peer.reply(request.line() + "|" + request.body); }));
    client();
    std::atomic<int> right = 0;

    std::vector<std::jthread> threads;
    for (int t = 0; t < 100; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 20; ++i) {
                const auto mark = std::to_string(t) + "-" + std::to_string(i);
                const auto reply = post(server.url("/" + mark), mark);
                if (reply && reply->body == "POST /" + mark + " HTTP/1.1|" + mark) ++right;
            }
        });
    }
    threads.clear();

    EXPECT_EQ(right, 2000);
    EXPECT_LE(server.connections(), 400);
    expect_metric(R"(maillon_http_client_requests_total{host="127.0.0.1",outcome="2xx"} 2000)");
}

TEST_F(BeastClientTest, CountsWhatItDoes) {
    TestServer server(answer_all([](Peer& peer, const Peer::Request& request) {
        if (request.line().starts_with("POST")) return peer.close();
        peer.reply("", "404 Not Found");
    }));

    get(server.url());
    get(server.url());
    expect_metric("maillon_http_client_connections_open 1");
    post(server.url());

    expect_metric(R"(maillon_http_client_requests_total{host="127.0.0.1",outcome="4xx"} 2)");
    expect_metric(R"(maillon_http_client_requests_total{host="127.0.0.1",outcome="in_doubt"} 1)");
    expect_metric(R"(maillon_http_client_request_seconds_count{host="127.0.0.1"} 3)");
    expect_metric("maillon_http_client_connections_total 1");
    expect_metric("maillon_http_client_reuses_total 2");
    expect_metric("maillon_http_client_connections_open 0");
}

}  // namespace
}  // namespace maillon::net_tests
