#include "tests/unit/net/client_fixture.h"

#include <atomic>
#include <future>
#include <latch>
#include <optional>
#include <thread>

namespace maillon::net_tests {
namespace {

using ::testing::HasSubstr;

class TlsClientTest : public RealTimeClient {
protected:
    /// A client that trusts `ca_` and finds every name on this machine.
    void open_trusting(BeastClient::Limits limits = {}) {
        open({.limits = limits, .ca_file = ca_.file(), .resolve = [](const std::string&) {
                  return Result<std::vector<std::string>>({"127.0.0.1"});
              }});
    }

    /// Serves `script` over TLS with this identity.
    static TestServer::Script over_tls(const Identity& identity, TestServer::Script script) {
        return [&identity, script = std::move(script)](Peer& peer) {
            if (peer.start_tls(identity)) script(peer);
        };
    }

    /// The fault of a POST to https://`host` at a server with this certificate.
    std::string refused(const Identity& identity, const std::string& host, FaultKind kind) {
        bool asked = false;
        std::optional<TestServer> server;
        server.emplace(over_tls(identity, [&](Peer& peer) { asked = peer.read_request().has_value(); }));
        const auto reply = post(https(*server, "/", host));
        server.reset();  // its thread has seen all that came
        EXPECT_FALSE(asked) << "a request was sent over a connection that is not trusted";
        return expect_fault(reply, kind);
    }

    static std::string https(const TestServer& server, std::string_view path = "/",
                             std::string_view host = "api.test") {
        return "https" + server.url(path, host).substr(4);
    }

    TestCa ca_;
    const Identity api_ = ca_.issue({.names = "DNS:api.test,DNS:*.wild.test"});
};

TEST_F(TlsClientTest, TalksToAServerItCanVerifyAndNamesTheHost) {
    open_trusting();
    std::string sni;
    TestServer server(over_tls(api_, [&](Peer& peer) {
        sni = peer.sni();
        answer_all([](Peer& p, const Peer::Request& request) { p.reply(request.body); })(peer);
    }));

    const auto reply = post(https(server), "hello");

    ASSERT_TRUE(reply) << reply.error().what;
    EXPECT_EQ(reply->body, "hello");
    EXPECT_EQ(sni, "api.test");
}

TEST_F(TlsClientTest, KeepsConnectionsAlsoWhenTicketsArriveOnThem) {
    open_trusting();
    TestServer server(over_tls(
        api_, answer_all([](Peer& peer, const Peer::Request& request) { peer.reply(request.body); })));

    for (int i = 0; i < 20; ++i) ASSERT_TRUE(post(https(server), std::to_string(i)));

    EXPECT_EQ(server.connections(), 1);
    expect_metric("maillon_http_client_reuses_total 19");
}

TEST_F(TlsClientTest, CarriesLargeBodiesBothWays) {
    open_trusting();
    TestServer server(over_tls(
        api_, answer_all([](Peer& peer, const Peer::Request& request) { peer.reply(request.body); })));
    const std::string large(3 * 1024 * 1024, 'x');

    const auto reply = post(https(server), large);

    ASSERT_TRUE(reply) << reply.error().what;
    EXPECT_TRUE(reply->body == large);
}

TEST_F(TlsClientTest, AcceptsAWildcardAndAnAddressOfTheCertificate) {
    open_trusting();
    const auto address = ca_.issue({.names = "IP:127.0.0.1"});
    const auto script = answer_all([](Peer& peer, const Peer::Request&) { peer.reply("ok"); });
    TestServer named(over_tls(api_, script));
    TestServer numbered(over_tls(address, script));

    EXPECT_TRUE(get(https(named, "/", "a.wild.test")));
    const auto reply = get(https(numbered, "/", "127.0.0.1"));
    EXPECT_TRUE(reply) << reply.error().what;
}

TEST_F(TlsClientTest, RefusesACertificateOfAnotherHost) {
    open_trusting();

    EXPECT_THAT(refused(api_, "other.test", FaultKind::config),
                HasSubstr("the certificate is not valid: hostname mismatch"));
    refused(api_, "a.b.wild.test", FaultKind::config);
    EXPECT_THAT(refused(api_, "127.0.0.1", FaultKind::config), HasSubstr("IP address mismatch"));
}

TEST_F(TlsClientTest, RefusesACertificateOutOfItsTime) {
    open_trusting();

    EXPECT_THAT(refused(ca_.issue({.names = "DNS:api.test", .valid_to = -60}), "api.test", FaultKind::config),
                HasSubstr("certificate has expired"));
    EXPECT_THAT(
        refused(ca_.issue({.names = "DNS:api.test", .valid_from = 600}), "api.test", FaultKind::config),
        HasSubstr("certificate is not yet valid"));
}

TEST_F(TlsClientTest, RefusesAnAuthorityThatItDoesNotTrust) {
    const TestCa stranger;
    open_trusting();
    refused(stranger.issue({.names = "DNS:api.test"}), "api.test", FaultKind::config);

    open({.resolve = [](const std::string&) { return Result<std::vector<std::string>>({"127.0.0.1"}); }});
    refused(api_, "api.test", FaultKind::config);
}

TEST_F(TlsClientTest, RefusesOldProtocols) {
    open_trusting();
    bool agreed = false;
    std::optional<TestServer> server;
    server.emplace([&](Peer& peer) { agreed = peer.start_tls(api_, TLS1_1_VERSION); });

    expect_fault(post(https(*server)), FaultKind::retry);
    server.reset();
    EXPECT_FALSE(agreed);
}

TEST_F(TlsClientTest, SpeaksTls12) {
    open_trusting();
    TestServer server([&](Peer& peer) {
        if (peer.start_tls(api_, TLS1_2_VERSION))
            answer_all([](Peer& p, const Peer::Request&) { p.reply("ok"); })(peer);
    });

    EXPECT_TRUE(get(https(server)));
    EXPECT_TRUE(get(https(server)));
    EXPECT_EQ(server.connections(), 1);
}

TEST_F(TlsClientTest, AsksForARetryWhenTheHandshakeFails) {
    open_trusting({.tls = 30ms});
    TestServer closing([](Peer&) {});
    TestServer plain([](Peer& peer) { peer.write("HTTP/1.1 400 Bad Request\r\n\r\n"); });
    TestServer silent([](Peer& peer) { peer.wait_for_close(); });

    expect_fault(post(https(closing)), FaultKind::retry);
    expect_fault(post(https(plain)), FaultKind::retry);
    EXPECT_THAT(expect_fault(post(https(silent)), FaultKind::retry), HasSubstr("no TLS connection in time"));
}

TEST_F(TlsClientTest, EndsAHandshakeWhenCancelled) {
    open_trusting();
    std::latch connected(1);
    TestServer silent([&](Peer& peer) {
        connected.count_down();
        peer.wait_for_close();
    });
    Cancel cancel;
    auto call = std::async(std::launch::async, [&] {
        return client().send({"POST", https(silent), {}, ""}, later(), cancel);
    });

    connected.wait();
    cancel.cancel();

    expect_fault(call.get(), FaultKind::cancelled);
}

TEST_F(TlsClientTest, TakesAnEndWithoutGoodByeForACut) {
    open_trusting();
    TestServer server(over_tls(api_, [](Peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\n\r\npart of");
    }));

    expect_fault(get(https(server)), FaultKind::in_doubt);
}

TEST_F(TlsClientTest, DoesNotUseAConnectionThatTheServerHasClosed) {
    open_trusting();
    std::atomic<int> closed = 0;
    TestServer server(over_tls(api_, [&](Peer& peer) {
        peer.read_request();
        peer.reply("ok");
        peer.close();
        ++closed;
        closed.notify_all();
    }));

    for (int i = 0; i < 3; ++i) {
        const auto reply = post(https(server));
        ASSERT_TRUE(reply) << reply.error().what;
        closed.wait(i);
    }
    EXPECT_EQ(server.connections(), 3);
}

TEST_F(TlsClientTest, IsInDoubtWhenCutAfterSending) {
    open_trusting();
    TestServer server(over_tls(api_, [](Peer& peer) { peer.read_request(); }));

    expect_fault(post(https(server)), FaultKind::in_doubt);
}

TEST(BeastClientMake, FailsWhenItsAuthoritiesCannotBeRead) {
    SystemClock clock;
    Metrics metrics;

    const auto made = BeastClient::make({.ca_file = "/nonexistent/ca.pem"}, clock, metrics);

    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, FaultKind::config);
    EXPECT_THAT(made.error().what, HasSubstr("/nonexistent/ca.pem"));
}

}  // namespace
}  // namespace maillon::net_tests
