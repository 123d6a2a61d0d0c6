#include "tests/unit/net/client_fixture.h"

namespace maillon::net_tests {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ProxyClientTest : public RealTimeClient {
protected:
    /// A client that goes through this proxy, and that cannot find any name itself but the proxy's.
    void open_through(const TestServer& proxy, const std::string& no_proxy = "") {
        const auto setting = "http://me:secret@proxy.test:" + std::to_string(proxy.port());
        open({.proxy = {setting, setting, no_proxy},
              .ca_file = ca_.file(),
              .resolve = [](const std::string& host) -> Result<std::vector<std::string>> {
                  if (host == "proxy.test" || host == "direct.test")
                      return std::vector<std::string>{"127.0.0.1"};
                  return retry("no address: " + host + " was looked up");
              }});
    }

    TestCa ca_;
    const Identity crm_ = ca_.issue({.names = "DNS:crm.test"});
};

TEST_F(ProxyClientTest, HandsPlainRequestsToTheProxyWhole) {
    Peer::Request seen;
    TestServer proxy(answer_all([&](Peer& peer, const Peer::Request& request) {
        seen = request;
        peer.reply("from the proxy");
    }));
    open_through(proxy);

    const auto reply = post("http://crm.test:8080/v1?x=1", "body");

    ASSERT_TRUE(reply) << reply.error().what;
    EXPECT_EQ(reply->body, "from the proxy");
    EXPECT_EQ(seen.line(), "POST http://crm.test:8080/v1?x=1 HTTP/1.1");
    EXPECT_TRUE(seen.has("Host: crm.test:8080"));
    EXPECT_TRUE(seen.has("Proxy-Authorization: Basic bWU6c2VjcmV0"));
    EXPECT_EQ(seen.body, "body");
}

TEST_F(ProxyClientTest, OpensATunnelForTlsAndKeepsIt) {
    std::string connect;
    std::string inner;
    TestServer proxy([&](Peer& peer) {
        connect = peer.read_head().value_or("");
        peer.write("HTTP/1.0 200 Connection established\r\nVia: x\r\n\r\n");
        if (!peer.start_tls(crm_)) return;
        answer_all([&](Peer& p, const Peer::Request& request) {
            inner = request.head;
            p.reply("through the tunnel");
        })(peer);
    });
    open_through(proxy);

    for (int i = 0; i < 2; ++i) {
        const auto reply = post("https://crm.test/v1");
        ASSERT_TRUE(reply) << reply.error().what;
        EXPECT_EQ(reply->body, "through the tunnel");
    }
    EXPECT_THAT(connect, HasSubstr("CONNECT crm.test:443 HTTP/1.1\r\nHost: crm.test:443\r\n"));
    EXPECT_THAT(connect, HasSubstr("Proxy-Authorization: Basic bWU6c2VjcmV0\r\n"));
    EXPECT_THAT(inner, HasSubstr("POST /v1 HTTP/1.1\r\nHost: crm.test\r\n"));
    EXPECT_THAT(inner, Not(HasSubstr("Proxy-Authorization")));
    EXPECT_EQ(proxy.connections(), 1);
}

TEST_F(ProxyClientTest, ChecksTheCertificateOfTheTargetBehindTheProxy) {
    TestServer proxy([&](Peer& peer) {
        peer.read_head();
        peer.write("HTTP/1.1 200 OK\r\n\r\n");
        peer.start_tls(crm_);
    });
    open_through(proxy);

    expect_fault(post("https://other.test/"), FaultKind::config);
}

TEST_F(ProxyClientTest, KnowsThatNothingWasSentWhenTheProxyRefuses) {
    const auto refused = [this](const std::string& answer, FaultKind kind) {
        TestServer proxy([&](Peer& peer) {
            peer.read_head();
            peer.write(answer);
        });
        open_through(proxy);
        return expect_fault(post("https://crm.test/"), kind);
    };

    EXPECT_THAT(refused("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\nno!", FaultKind::retry),
                HasSubstr("the proxy proxy.test refused the connection: status 502"));
    refused("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", FaultKind::config);
    refused("HTTP/1.1 20", FaultKind::retry);
    refused("garbage\r\n\r\n", FaultKind::retry);
}

TEST_F(ProxyClientTest, AsksForARetryWhenTheProxyIsDown) {
    TestServer proxy([](Peer&) {});
    proxy.stop_listening();
    open_through(proxy);

    EXPECT_THAT(expect_fault(post("http://crm.test/"), FaultKind::retry),
                HasSubstr("the proxy proxy.test: no connection"));
    const auto what = expect_fault(post("https://crm.test/"), FaultKind::retry);
    EXPECT_THAT(what, Not(HasSubstr("secret")));
}

TEST_F(ProxyClientTest, CallsLoopbackAndExcludedHostsDirectly) {
    TestServer proxy([](Peer&) {});
    TestServer target(
        answer_all([](Peer& peer, const Peer::Request& request) { peer.reply(request.line()); }));
    open_through(proxy, "direct.test");

    EXPECT_EQ(get(target.url("/a"))->body, "GET /a HTTP/1.1");
    EXPECT_EQ(get(target.url("/b", "direct.test"))->body, "GET /b HTTP/1.1");
    EXPECT_EQ(proxy.connections(), 0);
}

}  // namespace
}  // namespace maillon::net_tests
