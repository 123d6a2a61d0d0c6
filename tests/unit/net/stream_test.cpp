#include "core/net/beast/reply_parser.h"
#include "tests/unit/net/client_fixture.h"

#include <future>
#include <latch>

namespace maillon::net_tests {
namespace {

using net::ReplyParser;
using ::testing::HasSubstr;

/// Reads `bytes` in the given pieces.
struct Parsed {
    ReplyParser::State state;
    std::string body;
    HttpHead head;
};

Parsed parse(const std::vector<std::string>& pieces) {
    Parsed out{};
    ReplyParser parser({64 * 1024, std::nullopt}, false, [&](std::string_view body) {
        out.body += body;
        return HttpFlow::go_on;
    });
    std::string waiting;
    for (const auto& piece : pieces) {
        waiting += piece;
        std::string_view rest = waiting;
        out.state = parser.feed(rest);
        waiting = rest;
    }
    if (parser.has_head()) out.head = parser.take_head();
    return out;
}

TEST(ReplyParser, FindsTheSameBodyWhereverTheBytesAreParted) {
    const std::string whole =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n5\r\nhello\r\n6;x=\"y\"\r\n "
        "world\r\n1\r\n!\r\n0\r\n"
        "T: t\r\n\r\n";
    for (std::size_t i = 0; i <= whole.size(); ++i) {
        for (std::size_t j = i; j <= whole.size(); ++j) {
            const auto parsed = parse({whole.substr(0, i), whole.substr(i, j - i), whole.substr(j)});
            ASSERT_EQ(parsed.state, ReplyParser::State::done) << i << " " << j;
            ASSERT_EQ(parsed.body, "hello world!") << i << " " << j;
            ASSERT_EQ(parsed.head.headers.size(), 2u);
        }
    }
}

TEST(ReplyParser, NeverTakesACutAnswerForAWholeOne) {
    for (const std::string whole :
         {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"}) {
        for (std::size_t i = 0; i < whole.size(); ++i) {
            ReplyParser parser({64 * 1024, std::nullopt}, false,
                               [](std::string_view) { return HttpFlow::go_on; });
            const std::string part = whole.substr(0, i);
            std::string_view rest = part;
            EXPECT_EQ(parser.feed(rest), ReplyParser::State::hungry) << part;
            EXPECT_EQ(parser.feed_end(), ReplyParser::State::broken) << part;
        }
    }
}

TEST(ReplyParser, LeavesWhatFollowsTheAnswer) {
    ReplyParser parser({64 * 1024, std::nullopt}, false, [](std::string_view) { return HttpFlow::go_on; });
    std::string_view bytes = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabnext";

    EXPECT_EQ(parser.feed(bytes), ReplyParser::State::done);
    EXPECT_EQ(bytes, "next");
    EXPECT_TRUE(parser.keeps_alive());
}

class StreamTest : public RealTimeClient {
protected:
    Result<StreamEnd> open_stream(const ClientRequest& request, const Cancel& cancel) {
        return client().open(
            request, later(), cancel,
            [this](const HttpHead& head) {
                course_ += std::to_string(head.status) + ":";
                return head.status == 200 ? HttpFlow::go_on : HttpFlow::stop;
            },
            [this](std::string_view chunk) {
                course_ += chunk;
                if (on_chunk_) on_chunk_();
                return course_.ends_with("stop") ? HttpFlow::stop : HttpFlow::go_on;
            });
    }
    Result<StreamEnd> open_stream(const std::string& url) { return open_stream({.url = url}, none_); }

    std::string course_;
    std::function<void()> on_chunk_;
};

constexpr std::string_view kChunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST_F(StreamTest, PassesTheHeadThenTheBodyAndLeavesTheConnectionForOthers) {
    TestServer server(answer_all([](Peer& peer, const Peer::Request&) {
        peer.write(std::string(kChunkedHead) + "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n");
    }));

    EXPECT_EQ(open_stream(server.url()).value(), StreamEnd::finished);
    EXPECT_EQ(open_stream(server.url()).value(), StreamEnd::finished);
    EXPECT_EQ(course_, "200:abcdef200:abcdef");
    EXPECT_EQ(server.connections(), 1);
}

TEST_F(StreamTest, PassesBytesOnAsTheyComeAndNotAtTheEnd) {
    std::latch heard(1);
    TestServer server([&](Peer& peer) {
        peer.read_request();
        peer.write(std::string(kChunkedHead) + "3\r\nabc\r\n");
        heard.wait();
        peer.write("4\r\nstop\r\n");
        peer.wait_for_close();
    });
    bool first = true;
    on_chunk_ = [&] {
        if (std::exchange(first, false)) heard.count_down();
    };

    EXPECT_EQ(open_stream(server.url()).value(), StreamEnd::stopped);
    EXPECT_EQ(course_, "200:abcstop");
}

TEST_F(StreamTest, ClosesTheConnectionWhenTheListenerStops) {
    std::promise<void> closed;
    TestServer server([&](Peer& peer) {
        const auto request = peer.read_request();
        peer.write(request->line() == "GET /head HTTP/1.1"
                       ? "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"
                       : std::string(kChunkedHead) + "4\r\nstop\r\n4\r\nmore\r\n");
        peer.wait_for_close();
        if (peer.number() == 1) closed.set_value();
    });

    EXPECT_EQ(open_stream(server.url("/head")).value(), StreamEnd::stopped);
    EXPECT_EQ(open_stream(server.url("/body")).value(), StreamEnd::stopped);
    EXPECT_EQ(course_, "404:200:stop");
    EXPECT_EQ(closed.get_future().wait_for(20s), std::future_status::ready);
    expect_metric("maillon_http_client_connections_open 0");
}

TEST_F(StreamTest, HasNoLimitOnTheLengthOfAStream) {
    open({.limits = {.body_bytes = 10}});
    TestServer server(
        answer_all([](Peer& peer, const Peer::Request&) { peer.reply(std::string(100'000, 'x')); }));

    EXPECT_EQ(open_stream(server.url()).value(), StreamEnd::finished);
    EXPECT_EQ(course_.size(), 100'004u);
}

TEST_F(StreamTest, TellsACutFromAnEnd) {
    TestServer server([](Peer& peer) {
        peer.read_request();
        peer.write(std::string(kChunkedHead) + "3\r\nabc\r\n");
    });

    EXPECT_THAT(expect_fault(open_stream(server.url()), FaultKind::in_doubt),
                HasSubstr("after a part of the answer"));
    EXPECT_EQ(course_, "200:abc");
}

TEST_F(StreamTest, EndsSoonWhenCancelledInTheMiddle) {
    TestServer server([](Peer& peer) {
        peer.read_request();
        peer.write(std::string(kChunkedHead) + "3\r\nabc\r\n");
        peer.wait_for_close();
    });
    Cancel cancel;
    on_chunk_ = [&] { cancel.cancel(); };

    expect_fault(open_stream({.url = server.url()}, cancel), FaultKind::cancelled);
    EXPECT_EQ(course_, "200:abc");
}

TEST_F(StreamTest, EndsWhenItFallsSilentOrItsTimeIsUp) {
    open({.limits = {.quiet = 30ms}});
    TestServer server([](Peer& peer) {
        peer.read_request();
        peer.write(std::string(kChunkedHead) + "3\r\nabc\r\n");
        peer.wait_for_close();
    });

    EXPECT_THAT(expect_fault(open_stream(server.url()), FaultKind::in_doubt), HasSubstr("time was up"));
}

}  // namespace
}  // namespace maillon::net_tests
