#include "core/web/http_server.h"
#include "raw_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include <random>

using namespace maillon;
using namespace maillon::test;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

namespace {

class HttpLimitsTest : public ::testing::Test {
protected:
    void serve(HttpLimits limits) {
        server_ = std::make_unique<HttpServer>(limits);
        port_ = server_
                    ->listen_tcp("127.0.0.1:0",
                                 [this](HttpRequest, Responder responder) {
                                     ++handled_;
                                     responder.answer(text_response(200, "fine"));
                                 })
                    .value();
        server_->start();
    }

    /// The head of a request with a body of `length`, and the first `sent` of it.
    static std::string post_of(std::size_t length, std::size_t sent) {
        return "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n" +
               std::string(sent, 'x');
    }
    /// False when the bodies that are being read do not come to take so much within 20 seconds.
    bool comes_to_hold(std::uint64_t least, std::uint64_t most) const {
        const auto end = std::chrono::steady_clock::now() + 20s;
        for (;;) {
            const auto held = server_->stats().body_bytes;
            if (held >= least && held <= most) return true;
            if (std::chrono::steady_clock::now() > end) return false;
            std::this_thread::yield();
        }
    }

    std::atomic<int> handled_{0};
    std::unique_ptr<HttpServer> server_;
    std::uint16_t port_ = 0;
};

TEST_F(HttpLimitsTest, RefusesALongBodyBeforeItIsSent) {
    serve({.max_body = 1000});
    RawClient client(port_);

    client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n");

    EXPECT_EQ(client.read_response().status, 413);
    EXPECT_EQ(handled_, 0);
}

TEST_F(HttpLimitsTest, TakesABodyOfExactlyTheLimit) {
    serve({.max_body = 1000});
    RawClient client(port_);

    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x'));

    EXPECT_EQ(client.read_response().status, 200);
}

TEST_F(HttpLimitsTest, RefusesAChunkedBodyWhileItIsRead) {
    serve({.max_body = 1000});
    RawClient client(port_);

    client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 30; ++i) client.send("64\r\n" + std::string(100, 'x') + "\r\n");

    EXPECT_EQ(client.read_response().status, 413);
    EXPECT_EQ(handled_, 0);
}

TEST_F(HttpLimitsTest, WhatWouldBeTooMuchWithTheBodiesOfOthersIsToComeAgain) {
    serve({.max_body = 1000, .max_bodies = 2000});
    RawClient first(port_), second(port_), announced(port_), chunked(port_);
    first.send(post_of(1000, 900));
    ASSERT_TRUE(comes_to_hold(900, 1000));
    second.send(post_of(1000, 900));
    ASSERT_TRUE(comes_to_hold(1800, 2000));

    announced.send(post_of(1000, 900));
    chunked.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1f4\r\n" +
                 std::string(500, 'x') + "\r\n");
    for (RawClient* late : {&announced, &chunked}) {
        const RawResponse refused = late->read_response();
        EXPECT_EQ(refused.status, 503);
        EXPECT_EQ(refused.headers.at("retry-after"), "1");
        EXPECT_EQ(refused.headers.at("connection"), "close");
    }

    EXPECT_EQ(server_->stats().bodies_refused, 2U);
    EXPECT_EQ(get(port_, "/healthz").status, 200) << "it has no body";
    for (RawClient* early : {&first, &second}) {
        early->send(std::string(100, 'x'));
        EXPECT_EQ(early->read_response().status, 200);
    }
    EXPECT_EQ(server_->stats().body_bytes, 0U);
}

TEST_F(HttpLimitsTest, WhatIsAnnouncedTakesNoRoomBeforeItComes) {
    serve({.max_body = 1000, .max_bodies = 1000});
    RawClient announces(port_), brings(port_);
    announces.send(post_of(1000, 1));
    ASSERT_TRUE(comes_to_hold(1, 1));

    brings.send(post_of(900, 900));

    EXPECT_EQ(brings.read_response().status, 200);
}

TEST_F(HttpLimitsTest, ABodyThatIsRefusedGivesItsRoomBack) {
    serve({.max_body = 1000, .max_bodies = 1000, .body_timeout = 40ms});
    {
        RawClient late(port_);
        late.send(post_of(1000, 900));
        EXPECT_EQ(late.read_response().status, 408);
        EXPECT_EQ(server_->stats().body_bytes, 0U);
    }
    {
        RawClient garbage(port_);
        garbage.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1f4\r\n" +
                     std::string(500, 'x') + "\r\nzz\r\n");
        EXPECT_EQ(garbage.read_response().status, 400);
        EXPECT_EQ(server_->stats().body_bytes, 0U);
    }
}

TEST_F(HttpLimitsTest, ABodyWhoseSenderGoesAwayGivesItsRoomBack) {
    serve({.max_body = 1000, .max_bodies = 1000});
    {
        RawClient gone(port_);
        gone.send(post_of(1000, 900));
        ASSERT_TRUE(comes_to_hold(900, 1000));
    }

    ASSERT_TRUE(comes_to_hold(0, 0));

    RawClient whole(port_);
    whole.send(post_of(1000, 1000));
    EXPECT_EQ(whole.read_response().status, 200);
    EXPECT_EQ(server_->stats().body_bytes, 0U);
}

TEST_F(HttpLimitsTest, ALongBodyAloneHasRoomThoughItComesInManyParts) {
    serve({.max_body = 1'000'000, .max_bodies = 1});
    RawClient client(port_);

    client.send(post_of(1'000'000, 1'000'000));

    EXPECT_EQ(client.read_response().status, 200);
}

TEST_F(HttpLimitsTest, TheRefusalArrivesThoughTheClientKeepsSending) {
    serve({.max_body = 1000});
    RawClient client(port_);

    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4000000\r\n\r\n" +
                std::string(4'000'000, 'x'));

    EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 413"));
}

TEST_F(HttpLimitsTest, RefusesAChunkWhoseHeadDoesNotEnd) {
    serve({.max_header = 2000});
    RawClient client(port_);

    client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;x=" +
                std::string(40'000, 'x'));

    EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 4"));
    EXPECT_EQ(handled_, 0);
}

TEST_F(HttpLimitsTest, RefusesLargeHeaders) {
    serve({.max_header = 2000});
    RawClient client(port_);

    client.send("GET / HTTP/1.1\r\nHost: h\r\nX-Long: " + std::string(3000, 'x') + "\r\n\r\n");

    EXPECT_EQ(client.read_response().status, 431);
}

TEST_F(HttpLimitsTest, TellsAClientWhoseHeadersComeTooSlowlyAndCloses) {
    serve({.header_timeout = 40ms});
    RawClient client(port_);

    client.send("GET / HTTP/1.1\r\nHost: h\r\n");
    const RawResponse refused = client.read_response();

    EXPECT_EQ(refused.status, 408);
    EXPECT_EQ(refused.headers.at("connection"), "close");
    EXPECT_TRUE(client.is_closed_silently());
    EXPECT_EQ(server_->stats().timeouts, 1U);
    EXPECT_EQ(handled_, 0);
}

TEST_F(HttpLimitsTest, TellsAClientWhoseBodyDoesNotComeAndCloses) {
    serve({.body_timeout = 40ms});
    RawClient client(port_);

    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");

    EXPECT_EQ(client.read_response().status, 408);
    EXPECT_TRUE(client.is_closed_silently());
    EXPECT_EQ(handled_, 0);
}

/// The time is over while the server's thread is busy, and bytes of the body lie ready: more than one read
/// takes, so that the next has ended, too, when the time is looked at.
TEST_F(HttpLimitsTest, TellsAClientWhoseTimeEndsWhileMoreOfItsBodyComes) {
    std::promise<void> busy, enough;
    server_ = std::make_unique<HttpServer>(HttpLimits{.max_body = 1'000'000, .body_timeout = 40ms});
    port_ = server_
                ->listen_tcp("127.0.0.1:0",
                             [&](HttpRequest, Responder responder) {
                                 responder.answer(text_response(200, "fine"));
                                 busy.set_value();
                                 enough.get_future().wait();
                             })
                .value();
    server_->start();
    RawClient late(port_), other(port_);
    late.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 900000\r\n\r\n");
    ASSERT_EQ(late.read_response(false).status, 100);
    other.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    busy.get_future().wait();

    late.send(std::string(60'000, 'x'));
    std::this_thread::sleep_for(80ms);  // longer than the body may take
    enough.set_value();

    EXPECT_EQ(late.read_response().status, 408);
    EXPECT_EQ(server_->stats().timeouts, 1U);
}

TEST_F(HttpLimitsTest, PatienceWithABodyEndsWhenTheBodyIsThere) {
    serve({.body_timeout = 40ms});
    RawClient quick(port_);
    quick.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\na");
    ASSERT_EQ(quick.read_response().status, 200);

    RawClient slow(port_);  // its refusal says that the quick one's time would be over as well
    slow.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
    ASSERT_EQ(slow.read_response().status, 408);
    quick.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

    EXPECT_EQ(quick.read_response().status, 200);
}

TEST_F(HttpLimitsTest, ClosesAnIdleConnectionAfterItsAnswer) {
    serve({.idle_timeout = 40ms});
    RawClient client(port_);

    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

    EXPECT_EQ(client.read_response().status, 200);
    EXPECT_TRUE(client.is_closed_silently());
}

TEST_F(HttpLimitsTest, TurnsAwayOneConnectionTooManyAndServesAgainWhenThereIsRoom) {
    serve({.max_connections = 2, .gives_way_after = 1h});
    RawClient first(port_);
    {
        RawClient second(port_);
        for (RawClient* client : {&first, &second}) {
            client->send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            ASSERT_EQ(client->read_response().status, 200);
        }

        RawClient third(port_);
        const RawResponse refused = third.read_response();

        EXPECT_EQ(refused.status, 503);
        EXPECT_EQ(refused.headers.at("retry-after"), "1");
        EXPECT_TRUE(third.is_closed_silently());
    }
    int status = 0;
    for (int tries = 0; tries < 1000 && status != 200; ++tries) status = get(port_, "/").status;
    EXPECT_EQ(status, 200);
    EXPECT_GE(server_->stats().connections_refused, 1U);
}

TEST_F(HttpLimitsTest, WhoBringsNothingForLongestGivesWayToANewOne) {
    serve({.max_connections = 2, .gives_way_after = 0ms});
    RawClient idle(port_);
    idle.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(idle.read_response().status, 200);
    RawClient slow(port_);
    slow.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nx");
    EXPECT_FALSE(slow.is_readable(1ms));

    for (int i = 0; i < 20; ++i) EXPECT_EQ(get(port_, "/").status, 200) << i;

    EXPECT_TRUE(idle.is_closed_silently());
    EXPECT_EQ(server_->stats().connections_refused, 0u);
}

TEST_F(HttpLimitsTest, ARequestThatIsHandledGivesWayToNobody) {
    std::optional<Responder> held;
    std::mutex mutex;
    std::condition_variable taken;
    server_ = std::make_unique<HttpServer>(HttpLimits{.max_connections = 1, .gives_way_after = 0ms});
    port_ = server_
                ->listen_tcp("127.0.0.1:0",
                             [&](HttpRequest, Responder responder) {
                                 const std::scoped_lock lock(mutex);
                                 held = std::move(responder);
                                 taken.notify_all();
                             })
                .value();
    server_->start();
    RawClient first(port_);
    first.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    std::unique_lock lock(mutex);
    taken.wait(lock, [&] { return held.has_value(); });

    EXPECT_EQ(get(port_, "/").status, 503);

    held->answer(text_response(200, "late"));
    EXPECT_EQ(first.read_response().status, 200);
}

TEST_F(HttpLimitsTest, AnswersGarbageWithBadRequest) {
    serve({});
    const std::vector<std::string> garbage = {
        "garbage\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",  // no Host
        "GET / HTTP/1.1\r\nHost: h\r\nBad Header: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    };
    for (const std::string& bytes : garbage) {
        RawClient client(port_);
        client.send(bytes);
        EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 400")) << bytes;
    }
    EXPECT_EQ(handled_, 0);
    EXPECT_EQ(server_->stats().bad_requests, garbage.size());
}

TEST_F(HttpLimitsTest, SurvivesRandomBytesAndTruncatedRequests) {
    serve({.header_timeout = 500ms, .body_timeout = 500ms});
    std::mt19937 chance(7);
    const std::string sample =
        "POST /x?y=1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nX-A: "
        "b\r\n\r\n5;q=1\r\nhello\r\n0\r\nT: 1\r\n\r\n";

    for (int round = 0; round < 300; ++round) {
        std::string bytes = sample.substr(0, chance() % (sample.size() + 1));
        for (int flips = static_cast<int>(chance() % 6); flips > 0 && !bytes.empty(); --flips) {
            bytes[chance() % bytes.size()] = static_cast<char>(chance() % 256);
        }
        RawClient client(port_);
        client.send(bytes);
        client.close_sending();
        client.read_to_end();
    }

    EXPECT_EQ(get(port_, "/").status, 200);
}

}  // namespace
