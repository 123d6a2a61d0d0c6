#include "core/net/proxy.h"

#include <gtest/gtest.h>

#include <map>

namespace maillon {
namespace {

bool is_direct(const std::string& no_proxy, std::string_view host, std::uint16_t port = 443) {
    const ProxySettings settings{"http://p:1", "http://p:2", no_proxy};
    return !proxy_for(settings, true, host, port).value().has_value();
}

TEST(ProxySettings, ReadsLowerCaseBeforeUpperCase) {
    const std::map<std::string, std::string> environment{{"http_proxy", "http://low"},
                                                         {"HTTP_PROXY", "http://up"},
                                                         {"https_proxy", ""},
                                                         {"HTTPS_PROXY", "http://tls"}};

    const auto settings = ProxySettings::from_environment([&](const char* name) -> const char* {
        const auto found = environment.find(name);
        return found == environment.end() ? nullptr : found->second.c_str();
    });

    EXPECT_EQ(settings.http, "http://low");
    EXPECT_EQ(settings.https, "http://tls");
    EXPECT_EQ(settings.no_proxy, "");
}

TEST(ProxyFor, ChoosesByScheme) {
    const ProxySettings settings{"http://plain:3128/", "secure", ""};

    const auto plain = proxy_for(settings, false, "example.com", 80).value();
    const auto tls = proxy_for(settings, true, "example.com", 443).value();

    ASSERT_TRUE(plain && tls);
    EXPECT_EQ(plain->host, "plain");
    EXPECT_EQ(plain->port, 3128);
    EXPECT_EQ(tls->host, "secure");
    EXPECT_EQ(tls->port, 80);
    EXPECT_EQ(tls->authorization, "");
    EXPECT_FALSE(proxy_for({}, true, "example.com", 443).value());
}

TEST(ProxyFor, TurnsUserAndPasswordIntoAHeader) {
    const ProxySettings settings{"http://me:p%40ss@plain:3128", "", ""};

    EXPECT_EQ(proxy_for(settings, false, "example.com", 80).value()->authorization, "Basic bWU6cEBzcw==");
}

TEST(ProxyFor, NeverGoesThroughAProxyToLoopback) {
    for (const char* host : {"localhost", "x.localhost", "127.0.0.1", "127.9.9.9", "::1"})
        EXPECT_TRUE(is_direct("", host)) << host;
    for (const char* host : {"128.0.0.1", "localhost.example.com", "notlocalhost", "::2"})
        EXPECT_FALSE(is_direct("", host)) << host;
}

TEST(ProxyFor, LeavesOutWhatNoProxyNames) {
    const std::string list =
        " internal.test , .dot.test,*.star.test,10.0.0.0/8,192.168.1.7, "
        "fd00::/8,ported.test:8443,[fe80::1]:80";

    for (const char* host : {"internal.test", "a.internal.test", "dot.test", "x.dot.test", "y.star.test",
                             "10.255.0.1", "192.168.1.7", "fd12::1"}) {
        EXPECT_TRUE(is_direct(list, host)) << host;
    }
    for (const char* host :
         {"notinternal.test", "internal.test.evil", "11.0.0.1", "192.168.1.70", "fe00::1"}) {
        EXPECT_FALSE(is_direct(list, host)) << host;
    }
    EXPECT_TRUE(is_direct(list, "ported.test", 8443));
    EXPECT_FALSE(is_direct(list, "ported.test", 443));
    EXPECT_TRUE(is_direct(list, "fe80::1", 80));
    EXPECT_FALSE(is_direct(list, "fe80::1", 81));
    EXPECT_TRUE(is_direct("*", "anything.test"));
    EXPECT_FALSE(is_direct(", ,.", "anything.test"));
}

TEST(ProxyFor, RefusesSettingsItCannotUseWithoutRepeatingThem) {
    for (const char* setting : {"socks5://me:s3cret@p:1", "https://me:s3cret@p:1", "http://me:s3cret@p:99999",
                                "http://me:s3cret@"}) {
        const auto proxy = proxy_for({setting, setting, ""}, true, "example.com", 443);
        ASSERT_FALSE(proxy) << setting;
        EXPECT_EQ(proxy.error().kind, FaultKind::config);
        EXPECT_EQ(proxy.error().what.find("s3cret"), std::string::npos);
    }
}

}  // namespace
}  // namespace maillon
