#include "core/net/url.h"

#include <gtest/gtest.h>

namespace maillon {
namespace {

TEST(Url, SplitsWhatAClientNeeds) {
    const auto url = parse_url("https://API.Example.com:8443/v1/a%20b;c?q=%C3%A9&r=1#part");

    ASSERT_TRUE(url);
    EXPECT_TRUE(url->tls);
    EXPECT_EQ(url->host, "api.example.com");
    EXPECT_EQ(url->port, 8443);
    EXPECT_EQ(url->target, "/v1/a%20b;c?q=%C3%A9&r=1");
    EXPECT_EQ(url->authority(), "api.example.com:8443");
}

TEST(Url, FillsInThePortAndThePath) {
    EXPECT_EQ(parse_url("http://h")->port, 80);
    EXPECT_EQ(parse_url("http://h")->target, "/");
    EXPECT_EQ(parse_url("https://h?x")->target, "/?x");
    EXPECT_EQ(parse_url("https://h:/")->port, 443);
    EXPECT_EQ(parse_url("https://h:443/")->authority(), "h");
    EXPECT_EQ(parse_url("http://h:443/")->authority(), "h:443");
}

TEST(Url, KeepsIpv6AddressesApartFromTheirBrackets) {
    const auto url = parse_url("http://[::1]:8080/");

    ASSERT_TRUE(url);
    EXPECT_EQ(url->host, "::1");
    EXPECT_EQ(url->authority(), "[::1]:8080");
}

class BadUrl : public ::testing::TestWithParam<const char*> {};

TEST_P(BadUrl, IsRejected) {
    const auto url = parse_url(GetParam());

    ASSERT_FALSE(url);
    EXPECT_EQ(url.error().kind, FaultKind::rejected);
}

INSTANTIATE_TEST_SUITE_P(Url, BadUrl,
                         ::testing::Values("", "/path", "//host/path", "ftp://host/", "http://",
                                           "http:///path", "http://user@host/", "http://host:0/",
                                           "http://host:65536/", "http://host:65616/", "http://host:x/",
                                           "http://host:99999999999/", "http://host:80a/", "http://ho st/",
                                           "http://host/a b", "http://host/a\r\nX: y", "http://host/\xc3\xa9",
                                           "http://h%0d%0aost/", "http://h%2fost/", "http://[::1/",
                                           "http://[v1.x]/", "http://host/%zz", "javascript:alert(1)"));

TEST(Url, TellsWhatIsWrongWithoutTheQueryOrThePassword) {
    const auto query = parse_url("ftp://host/path?token=s3cret");
    const auto password = parse_url("http://user:s3cret@host/");

    ASSERT_FALSE(query);
    ASSERT_FALSE(password);
    EXPECT_EQ(query.error().what,
              "the URL 'ftp://host/path' cannot be called: only http and https are known");
    EXPECT_EQ(password.error().what.find("s3cret"), std::string::npos) << password.error().what;
}

}  // namespace
}  // namespace maillon
