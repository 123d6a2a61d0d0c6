#include "core/net/egress.h"

#include "core/net/testing/scripted_client.h"

#include <gtest/gtest.h>

namespace maillon {
namespace {

Egress egress(const std::vector<std::string>& hosts) {
    return Egress::make("crm", hosts).value();
}

TEST(Egress, PermitsTheHostsThatWereDeclared) {
    const auto allowed = egress({"API.example.com", "graph.test:8443", "[::1]:80"});

    EXPECT_TRUE(allowed.permits("https://api.EXAMPLE.com/v1"));
    EXPECT_TRUE(allowed.permits("http://api.example.com:81/"));
    EXPECT_TRUE(allowed.permits("https://graph.test:8443/"));
    EXPECT_TRUE(allowed.permits("http://[::1]/"));
}

TEST(Egress, RefusesOthersWithASentence) {
    const auto allowed = egress({"api.example.com", "graph.test:8443"});

    for (const char* url :
         {"https://example.com/", "https://x.api.example.com/", "https://api.example.com.evil.test/",
          "https://graph.test/", "http://169.254.169.254/latest"}) {
        const auto permitted = allowed.permits(url);
        ASSERT_FALSE(permitted) << url;
        EXPECT_EQ(permitted.error().kind, FaultKind::rejected);
    }
    EXPECT_EQ(allowed.permits("https://evil.test:444/?token=x").error().what,
              "crm may not call evil.test:444: it is not among the hosts declared for it");
}

TEST(Egress, TakesAWildcardForSubdomainsOnly) {
    const auto allowed = egress({"*.example.com"});

    EXPECT_TRUE(allowed.permits("https://a.example.com/"));
    EXPECT_TRUE(allowed.permits("https://a.b.example.com/"));
    EXPECT_FALSE(allowed.permits("https://example.com/"));
    EXPECT_FALSE(allowed.permits("https://badexample.com/"));
}

TEST(Egress, PermitsNothingWhenNothingIsDeclaredAndAllForAStar) {
    EXPECT_FALSE(egress({}).permits("https://example.com/"));
    EXPECT_TRUE(egress({"*"}).permits("https://example.com/"));
    EXPECT_FALSE(egress({"*"}).permits("file:///etc/passwd"));
}

TEST(Egress, RefusesEntriesThatAreNoHosts) {
    for (const char* entry : {"", "https://example.com", "example.com/", "a b", "host:0", "host:x", "*.",
                              "a.*.b", "[::1", "::1"}) {
        const auto made = Egress::make("crm", {entry});
        ASSERT_FALSE(made) << entry;
        EXPECT_EQ(made.error().kind, FaultKind::config);
    }
}

TEST(EgressClient, AsksBeforeAnythingIsSent) {
    testing::ScriptedClient remote;
    remote.on("GET", "https://good.test/").reply(200, "ok");
    remote.on("GET", "https://bad.test/").reply(200, "leak");
    EgressClient client(remote, egress({"good.test"}));
    const Cancel cancel;
    const auto ignore_head = [](const HttpHead&) { return HttpFlow::go_on; };
    const auto ignore_chunk = [](std::string_view) { return HttpFlow::go_on; };

    EXPECT_EQ(client.send({.url = "https://good.test/"}, {}, cancel)->body, "ok");
    EXPECT_FALSE(client.send({.url = "https://bad.test/"}, {}, cancel));
    EXPECT_TRUE(client.open({.url = "https://good.test/"}, {}, cancel, ignore_head, ignore_chunk));
    EXPECT_FALSE(client.open({.url = "https://bad.test/"}, {}, cancel, ignore_head, ignore_chunk));
    EXPECT_EQ(remote.arrived().size(), 2u);
}

}  // namespace
}  // namespace maillon
