#include "tests/unit/net/client_fixture.h"

#include <atomic>
#include <future>
#include <latch>
#include <thread>

namespace maillon::net_tests {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// When no connection or no answer comes, and what the Fault says of it.
using BeastClientFault = RealTimeClient;

TEST_F(BeastClientFault, AsksForARetryWhenNobodyListens) {
    TestServer server([](Peer&) {});
    server.stop_listening();

    EXPECT_THAT(expect_fault(post(server.url()), FaultKind::retry), HasSubstr("Connection refused"));
}

TEST_F(BeastClientFault, TriesEveryAddressOfAHost) {
    TestServer server(answer_all([](Peer& peer, const Peer::Request&) { peer.reply("ok"); }));
    open({.resolve = [](const std::string&) {
        return Result<std::vector<std::string>>({"::1", "nonsense", "127.0.0.2", "127.0.0.1"});
    }});

    const auto reply = get(server.url("/", "many.test"));

    ASSERT_TRUE(reply) << reply.error().what;
    EXPECT_EQ(reply->body, "ok");
}

TEST_F(BeastClientFault, AsksForARetryWhenAHostHasNoAddress) {
    open({.resolve = [](const std::string& host) -> Result<std::vector<std::string>> {
        if (host == "empty.test") return std::vector<std::string>{};
        return retry("no address: no such host");
    }});

    EXPECT_THAT(expect_fault(post("http://gone.test/"), FaultKind::retry),
                HasSubstr("POST http://gone.test: no address: no such host"));
    expect_fault(post("http://empty.test/"), FaultKind::retry);
}

TEST_F(BeastClientFault, DoesNotWaitForAResolverThatHangs) {
    std::promise<void> release;
    auto released = release.get_future().share();
    std::atomic<int> asked = 0;
    open({.resolve = [&](const std::string&) -> Result<std::vector<std::string>> {
        ++asked;
        released.wait();
        return std::vector<std::string>{"127.0.0.1"};
    }});
    Cancel cancel;

    const auto late = client().send({.url = "http://slow.test/"}, clock_.steady() + 20ms, none_);
    std::jthread canceller([&] { cancel.cancel(); });
    const auto cancelled = client().send({"POST", "http://slow.test/", {}, ""}, later(), cancel);

    expect_fault(late, FaultKind::retry);
    expect_fault(cancelled, FaultKind::cancelled);
    EXPECT_LE(asked, 1) << "callers of the same name share a look-up";
    release.set_value();
    client_.reset();  // waits for the look-up, which uses what is declared here
}

TEST_F(BeastClientFault, SendsNothingOnceTimeIsUpOrCancelled) {
    TestServer server(answer_all([](Peer& peer, const Peer::Request&) { peer.reply(""); }));
    Cancel cancel;
    cancel.cancel();

    expect_fault(client().send({"POST", server.url(), {}, ""}, clock_.steady(), none_), FaultKind::retry);
    expect_fault(client().send({"POST", server.url(), {}, ""}, later(), cancel), FaultKind::cancelled);
    EXPECT_EQ(server.connections(), 0);
}

TEST_F(BeastClientFault, IsInDoubtWhenNoAnswerComesInTime) {
    TestServer server([](Peer& peer) {
        peer.read_request();
        peer.wait_for_close();
    });

    const auto by_deadline = client().send({"POST", server.url(), {}, ""}, clock_.steady() + 30ms, none_);
    open({.limits = {.first_byte = 30ms}});
    const auto by_limit = post(server.url());

    EXPECT_THAT(expect_fault(by_deadline, FaultKind::in_doubt), HasSubstr("time was up after sending"));
    expect_fault(by_limit, FaultKind::in_doubt);
}

TEST_F(BeastClientFault, IsInDoubtWhenAnAnswerFallsSilent) {
    open({.limits = {.quiet = 30ms}});
    TestServer server([](Peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
        peer.wait_for_close();
    });

    EXPECT_THAT(expect_fault(get(server.url()), FaultKind::in_doubt),
                HasSubstr("after a part of the answer"));
}

TEST_F(BeastClientFault, IsInDoubtWhenTheServerDoesNotTakeTheWholeRequest) {
    open({.limits = {.quiet = 30ms}});
    std::promise<void> release;
    TestServer deaf([&](Peer& peer) {
        peer.read_head();
        release.get_future().wait();
    });

    const auto reply = post(deaf.url(), std::string(30 * 1024 * 1024, 'x'));

    expect_fault(reply, FaultKind::in_doubt);
    release.set_value();
}

TEST_F(BeastClientFault, ReturnsSoonWhenCancelledAndTellsWhetherItWasSent) {
    std::latch two_arrived(2);
    TestServer server([&](Peer& peer) {
        peer.read_request();
        two_arrived.count_down();
        peer.wait_for_close();
    });
    Cancel cancel;
    client();

    auto reading =
        std::async(std::launch::async, [&] { return client().send({.url = server.url()}, later(), cancel); });
    auto writing = std::async(std::launch::async, [&] {
        return client().send({"POST", server.url(), {}, "x"}, later(), cancel);
    });
    two_arrived.wait();
    cancel.cancel();

    expect_fault(reading.get(), FaultKind::cancelled);
    EXPECT_THAT(expect_fault(writing.get(), FaultKind::in_doubt), HasSubstr("cancelled after sending"));
}

TEST_F(BeastClientFault, RejectsRequestsThatCannotBePutIntoHttp) {
    const std::string url = "http://127.0.0.1:1/";
    const std::vector<ClientRequest> bad{{"GET", "not a url", {}, ""},
                                         {"GET", "http://127.0.0.1:1/a\r\nX: y", {}, ""},
                                         {"GE T", url, {}, ""},
                                         {"", url, {}, ""},
                                         {"CONNECT", url, {}, ""},
                                         {"GET", url, {{"X", "a\r\nY: b"}}, ""},
                                         {"GET", url, {{"X", std::string("a\0b", 3)}}, ""},
                                         {"GET", url, {{"X:", "a"}}, ""},
                                         {"GET", url, {{"", "a"}}, ""},
                                         {"GET", url, {{"Host", "other"}}, ""},
                                         {"GET", url, {{"content-length", "3"}}, ""},
                                         {"GET", url, {{"Transfer-Encoding", "chunked"}}, ""}};
    for (const auto& request : bad) {
        expect_fault(send(request), FaultKind::rejected);
    }
}

TEST_F(BeastClientFault, NeverRepeatsTheQueryInASentence) {
    TestServer server([](Peer&) {});
    server.stop_listening();

    const auto what = expect_fault(get(server.url("/path?access_token=s3cret")), FaultKind::retry);

    EXPECT_THAT(what, Not(HasSubstr("s3cret")));
    EXPECT_THAT(what, HasSubstr("GET http://127.0.0.1:" + std::to_string(server.port()) + ": "));
}

}  // namespace
}  // namespace maillon::net_tests
