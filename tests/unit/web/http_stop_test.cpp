#include "core/web/http_server.h"
#include "raw_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

using namespace maillon;
using namespace maillon::test;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

namespace {

/// A server whose handler gives its Responder to the test.
class HttpStop : public ::testing::Test {
protected:
    HttpStop() {
        port_ = server_
                    ->listen_tcp(
                        "127.0.0.1:0",
                        [this](HttpRequest, Responder responder) { held_.set_value(std::move(responder)); })
                    .value();
        server_->start();
    }

    std::promise<Responder> held_;
    std::unique_ptr<HttpServer> server_ = std::make_unique<HttpServer>();
    std::uint16_t port_ = 0;
};

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

TEST_F(HttpStop, WaitsForTheAnswerUnderWayAndClosesAfterIt) {
    RawClient busy(port_);
    RawClient idle(port_);
    busy.send(kGet);
    const Responder responder = held_.get_future().get();

    auto stopped = std::async(std::launch::async, [&] { server_->stop(20s); });
    EXPECT_TRUE(idle.is_closed_silently());  // so the stop has begun
    responder.answer({.body = "committed"});

    const std::string answer = busy.read_to_end();
    EXPECT_THAT(answer, HasSubstr("Connection: close"));
    EXPECT_THAT(answer, HasSubstr("committed"));
    busy.close_sending();
    stopped.get();
    EXPECT_EQ(server_->stats().connections_open, 0U);
}

TEST_F(HttpStop, AcceptsNobodyAfterTheStop) {
    server_->stop(0ms);

    EXPECT_THROW(RawClient{port_}, std::runtime_error);
}

TEST_F(HttpStop, GivesUpOnAnAnswerThatDoesNotCome) {
    RawClient busy(port_);
    busy.send(kGet);
    const Responder responder = held_.get_future().get();

    server_->stop(20ms);

    EXPECT_TRUE(busy.is_closed_silently());
    EXPECT_TRUE(responder.answer({}));  // goes nowhere, harms nobody
}

TEST_F(HttpStop, AResponderMayOutliveTheServer) {
    RawClient busy(port_);
    busy.send(kGet);
    const Responder responder = held_.get_future().get();

    server_.reset();

    EXPECT_TRUE(responder.answer({.body = "too late"}));
    EXPECT_TRUE(busy.is_closed_silently());
}

TEST_F(HttpStop, ManyStopsAmidTrafficLoseNoThread) {
    for (int round = 0; round < 20; ++round) {
        HttpServer server;
        const std::uint16_t port =
            server
                .listen_tcp("127.0.0.1:0",
                            [](HttpRequest, Responder responder) {
                                std::jthread([responder] { responder.answer({.body = "x"}); }).detach();
                            })
                .value();
        server.start();
        std::jthread client([&] {
            try {
                RawClient raw(port);
                while (raw.send(kGet) && raw.read_response().status == 200) {
                }
            } catch (const std::runtime_error&) {  // the server was gone before the connection
            }
        });
        while (server.stats().requests < 5) std::this_thread::yield();
        server.stop(1s);
        EXPECT_EQ(server.stats().connections_open, 0U);
    }
}

TEST(HttpListen, TellsWhatIsWrongWithAnAddress) {
    HttpServer server;
    const HttpHandler nothing = [](const HttpRequest&, const Responder&) {};
    for (const char* address :
         {"", "8080", "127.0.0.1", "127.0.0.1:99999", "example.org:80", "127.0.0.1:80x"}) {
        const auto result = server.listen_tcp(address, nothing);
        ASSERT_FALSE(result) << address;
        EXPECT_EQ(result.error().kind, FaultKind::config);
    }
    const std::uint16_t port = server.listen_tcp("127.0.0.1:0", nothing).value();
    const auto taken = server.listen_tcp("127.0.0.1:" + std::to_string(port), nothing);
    ASSERT_FALSE(taken);
    EXPECT_THAT(taken.error().what, HasSubstr("in use"));
}

}  // namespace
