#include "core/web/http_server.h"
#include "raw_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>

using namespace maillon;
using namespace maillon::test;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

namespace {

/// Tells the request back, so that a test sees what the handler saw.
void echo(HttpRequest request, Responder responder) {
    HttpResponse response = text_response(
        200, request.method + " " + request.path + " ? " + request.query + " | " + request.body);
    if (const auto value = request.header("x-TEST")) response.headers.add("X-Test-Back", std::string(*value));
    responder.answer(std::move(response));
}

class Server {
public:
    explicit Server(HttpHandler handler) {
        port_ = server_.listen_tcp("127.0.0.1:0", std::move(handler)).value();
        server_.start();
    }
    std::uint16_t port() const { return port_; }
    HttpServerStats stats() const { return server_.stats(); }

private:
    HttpServer server_;
    std::uint16_t port_ = 0;
};

TEST(HttpServer, HandsOverMethodPathQueryHeadersAndBody) {
    const Server server(echo);
    RawClient client(server.port());

    client.send("POST /a%2Fb?x=1&y HTTP/1.1\r\nHost: h\r\nX-Test: yes\r\nContent-Length: 5\r\n\r\nhello");
    const RawResponse response = client.read_response();

    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "POST /a%2Fb ? x=1&y | hello");
    EXPECT_EQ(response.headers.at("x-test-back"), "yes");
    EXPECT_TRUE(response.headers.contains("date"));
}

TEST(HttpServer, TakesTheAbsoluteFormOfATarget) {
    const Server server(echo);

    EXPECT_EQ(get(server.port(), "http://h:80/p?q=1").body, "GET /p ? q=1 | ");
    EXPECT_EQ(get(server.port(), "http://h").body, "GET / ?  | ");
}

TEST(HttpServer, AcceptsARequestThatArrivesByteByByte) {
    const Server server(echo);
    RawClient client(server.port());

    client.send_bytewise(
        "PUT /slow HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
        "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");

    EXPECT_EQ(client.read_response().body, "PUT /slow ?  | abcde");
}

TEST(HttpServer, KeepsBytesOfABodyAsTheyAre) {
    std::promise<std::string> seen;
    const Server server([&](HttpRequest request, Responder responder) {
        seen.set_value(request.body);
        responder.answer({});
    });
    const std::string body("\x00\xff\r\n\x01{\"a\": \"\\u00e9\"}", 18);
    RawClient client(server.port());

    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 18\r\n\r\n" + body);

    EXPECT_EQ(seen.get_future().get(), body);
    EXPECT_EQ(client.read_response().headers.at("content-length"), "0");
}

TEST(HttpServer, MovesTenMegabytesBothWays) {
    const Server server([](HttpRequest request, Responder responder) {
        responder.answer({.status = 200, .body = std::move(request.body)});
    });
    std::string body(10U << 20U, 'x');
    body.replace(5U << 20U, 6, "middle");
    RawClient client(server.port());

    std::jthread sender([&] {
        client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
                    "\r\n\r\n");
        client.send(body);
    });

    EXPECT_TRUE(client.read_response().body == body);
}

TEST(HttpServer, KeepsAConnectionForManyRequests) {
    const Server server(echo);
    RawClient client(server.port());

    for (int i = 0; i < 50; ++i) {
        client.send("GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n");
        EXPECT_EQ(client.read_response().body, "GET /" + std::to_string(i) + " ?  | ");
    }
    EXPECT_EQ(server.stats().connections, 1U);
    EXPECT_EQ(server.stats().requests, 50U);
}

TEST(HttpServer, ClosesWhenTheClientAsksOrSpeaksHttp10) {
    const Server server(echo);
    RawClient modern(server.port());
    RawClient old(server.port());

    modern.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    old.send("GET / HTTP/1.0\r\n\r\n");

    EXPECT_THAT(modern.read_to_end(), HasSubstr("Connection: close"));
    EXPECT_THAT(old.read_to_end(), HasSubstr("200 OK"));
}

TEST(HttpServer, AnswersPipelinedRequestsInOrderEvenWhenTheFirstIsLate) {
    std::vector<std::jthread> late;
    const Server server([&](HttpRequest request, Responder responder) {
        if (request.path != "/first") return echo(std::move(request), std::move(responder));
        late.emplace_back(
            [responder = std::move(responder)] { responder.answer({.body = "late", .delay = 30ms}); });
    });
    RawClient client(server.port());

    client.send(
        "GET /first HTTP/1.1\r\nHost: h\r\n\r\nGET /second HTTP/1.1\r\nHost: h\r\n\r\nGET /third "
        "HTTP/1.1\r\nHost: h\r\n\r\n");

    EXPECT_EQ(client.read_response().body, "late");
    EXPECT_EQ(client.read_response().body, "GET /second ?  | ");
    EXPECT_EQ(client.read_response().body, "GET /third ?  | ");
}

TEST(HttpServer, TakesAnAnswerFromAnotherThreadWhileOthersAreServed) {
    std::promise<Responder> held;
    const Server server([&](HttpRequest request, Responder responder) {
        if (request.path == "/held") return held.set_value(std::move(responder));
        echo(std::move(request), std::move(responder));
    });
    RawClient waiting(server.port());
    waiting.send("GET /held HTTP/1.1\r\nHost: h\r\n\r\n");
    const Responder responder = held.get_future().get();

    EXPECT_EQ(get(server.port(), "/other").status, 200);
    EXPECT_TRUE(responder.answer({.status = 202, .body = "committed"}));
    EXPECT_FALSE(responder.answer({.status = 500}));
    EXPECT_EQ(waiting.read_response().body, "committed");
}

TEST(HttpServer, TakesAnswersThatAreGivenTogetherAtTheirEnd) {
    std::promise<Responder> held_one, held_two;
    const Server one(
        [&](const HttpRequest&, Responder responder) { held_one.set_value(std::move(responder)); });
    const Server two(
        [&](const HttpRequest&, Responder responder) { held_two.set_value(std::move(responder)); });
    RawClient first(one.port()), second(two.port());
    first.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    second.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    const Responder to_first = held_one.get_future().get(), to_second = held_two.get_future().get();

    {
        const AnswersTogether together;
        EXPECT_TRUE(to_first.answer({.body = "one"}));
        EXPECT_TRUE(to_second.answer({.body = "two"}));
        EXPECT_FALSE(to_first.answer({.body = "again"}));
        EXPECT_FALSE(first.is_readable(50ms));
        EXPECT_FALSE(second.is_readable(0ms));
    }

    EXPECT_EQ(first.read_response().body, "one");
    EXPECT_EQ(second.read_response().body, "two");
}

TEST(HttpServer, SaysOnceThatRequestsWhichCameTogetherWereHandedOut) {
    std::mutex mutex;
    std::string story;
    std::promise<void> reached, opened;
    HttpServer server;
    const auto port = server
                          .listen_tcp("127.0.0.1:0",
                                      [&](const HttpRequest& request, const Responder& responder) {
                                          if (request.path == "/first") {
                                              reached.set_value();
                                              opened.get_future().wait();
                                          }
                                          const std::scoped_lock lock(mutex);
                                          story += request.path;
                                          responder.answer(text_response(200, "ok"));
                                      })
                          .value();
    server.on_handed_out([&] {
        const std::scoped_lock lock(mutex);
        story += '.';
    });
    server.start();
    std::vector<std::unique_ptr<RawClient>> others;
    for (int i = 0; i < 3; ++i) {
        others.push_back(std::make_unique<RawClient>(port));
        others.back()->send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");  // connected for sure
        others.back()->read_response();
    }
    RawClient first(port);
    first.send("GET /first HTTP/1.1\r\nHost: h\r\n\r\n");
    reached.get_future().wait();
    for (const auto& one : others) one->send("GET /o HTTP/1.1\r\nHost: h\r\n\r\n");
    opened.set_value();
    for (const auto& one : others) EXPECT_EQ(one->read_response().status, 200);
    server.stop(1s);

    EXPECT_EQ(story, "/hello./hello./hello./first./o/o/o.");
}

TEST(HttpServer, AnswersFiveHundredWhenTheHandlerForgetsOrThrows) {
    const Server server([](const HttpRequest& request, const Responder&) {
        if (request.path == "/throws") throw std::runtime_error("secret reason");
    });

    EXPECT_EQ(get(server.port(), "/forgets").status, 500);
    const RawResponse thrown = get(server.port(), "/throws");
    EXPECT_EQ(thrown.status, 500);
    EXPECT_THAT(thrown.body, testing::Not(HasSubstr("secret")));
}

TEST(HttpServer, CutsAConnectionWithoutAWordWhenTold) {
    const Server server(
        [](const HttpRequest&, const Responder& responder) { responder.answer({.cut = true}); });
    RawClient client(server.port());

    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

    EXPECT_TRUE(client.is_closed_silently());
}

TEST(HttpServer, RefusesToSendAFieldWithALineBreak) {
    const Server server([](const HttpRequest&, const Responder& responder) {
        HttpResponse response;
        response.headers.add("X-Name", "a\r\nSet-Cookie: stolen");
        responder.answer(std::move(response));
    });

    const RawResponse response = get(server.port(), "/");

    EXPECT_EQ(response.status, 500);
    EXPECT_FALSE(response.headers.contains("set-cookie"));
}

TEST(HttpServer, SendsNoBodyForHeadAndNoContent) {
    const Server server([](const HttpRequest& request, const Responder& responder) {
        responder.answer({.status = request.path == "/none" ? 204 : 200, .body = "12345"});
    });
    RawClient client(server.port());

    client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
    const RawResponse head = client.read_response(false);
    client.send("GET /none HTTP/1.1\r\nHost: h\r\n\r\n");
    const RawResponse none = client.read_response();
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

    EXPECT_EQ(head.headers.at("content-length"), "5");
    EXPECT_EQ(none.status, 204);
    EXPECT_FALSE(none.headers.contains("content-length"));
    EXPECT_EQ(client.read_response().body, "12345");
}

TEST(HttpServer, InvitesAClientThatExpectsToBeAsked) {
    const Server server(echo);
    RawClient client(server.port());

    client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(client.read_response().status, 100);
    client.send("ok");

    EXPECT_EQ(client.read_response().body, "POST / ?  | ok");
}

TEST(HttpServer, ServesManyConnectionsAtOnce) {
    const Server server(echo);
    std::vector<std::jthread> clients;
    std::atomic<int> good{0};

    for (int i = 0; i < 8; ++i) {
        clients.emplace_back([&] {
            RawClient client(server.port());
            for (int n = 0; n < 100; ++n) {
                client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
                good += client.read_response().body == "POST /p ?  | abc" ? 1 : 0;
            }
        });
    }
    clients.clear();

    EXPECT_EQ(good, 800);
}

}  // namespace
