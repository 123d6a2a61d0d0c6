#include "core/net/url.h"

#include "core/base/text.h"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <charconv>

namespace maillon {
namespace {

/// The URL without what may hold a secret, for a sentence.
std::string shown(std::string_view text) {
    const auto scheme = text.find("://");
    auto end = text.find_first_of("?#");
    if (end == std::string_view::npos) end = text.size();
    auto head = text.substr(0, end);
    if (const auto at = head.find('@');
        at != std::string_view::npos && scheme != std::string_view::npos && at > scheme) {
        return std::string(head.substr(0, scheme + 3)) + "…" + std::string(head.substr(at));
    }
    return std::string(head.substr(0, 200));
}

/// Not Boost's own number: in 1.81 it wraps around at 65536.
bool read_port(std::string_view digits, std::uint16_t& port) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return error == std::errc{} && end == digits.data() + digits.size() && port != 0;
}

Fault wrong(std::string_view text, std::string_view why) {
    return rejected("the URL '" + shown(text) + "' cannot be called: " + std::string(why));
}

}  // namespace

std::string Url::authority() const {
    std::string out = is_ipv6 ? "[" + host + "]" : host;
    if (port != (tls ? 443 : 80)) out += ":" + std::to_string(port);
    return out;
}

Result<Url> parse_url(std::string_view text) {
    if (text.size() > 16 * 1024) return wrong(text.substr(0, 100), "it is longer than 16 KiB");
    const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
    if (!parsed) return wrong(text, "it is not an absolute URL with everything unusual percent-encoded");
    const auto& view = *parsed;
    Url url;
    if (view.scheme_id() == boost::urls::scheme::https) {
        url.tls = true;
    } else if (view.scheme_id() != boost::urls::scheme::http) {
        return wrong(text, "only http and https are known");
    }
    if (view.has_userinfo()) return wrong(text, "user and password belong in a header");
    url.is_ipv6 = view.host_type() == boost::urls::host_type::ipv6;
    url.host = ascii_lower(url.is_ipv6 ? std::string(view.host_ipv6_address().to_string())
                                       : std::string(view.host()));
    if (url.host.empty()) return wrong(text, "it names no host");
    if (url.host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-._:") != std::string::npos) {
        return wrong(text, "its host has characters that a host cannot have");
    }
    url.port = url.tls ? 443 : 80;
    if (!view.port().empty() && !read_port(view.port(), url.port)) {
        return wrong(text, "its port is not between 1 and 65535");
    }
    url.target = std::string(view.encoded_path());
    if (url.target.empty()) url.target = "/";
    // Boost.URL 1.81 takes "http://host:80a" for the port 80 and the path "a".
    if (url.target.front() != '/') return wrong(text, "its port is not a number");
    if (view.has_query()) url.target += "?" + std::string(view.encoded_query());
    return url;
}

}  // namespace maillon
