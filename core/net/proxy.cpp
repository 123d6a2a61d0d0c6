#include "core/net/proxy.h"

#include "core/base/digest.h"
#include "core/base/text.h"
#include "core/net/url.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>

namespace maillon {
namespace {

using Address = std::array<unsigned char, 16>;

/// An IPv4 address is read as IPv4-mapped IPv6, so that one comparison serves both.
std::optional<Address> read_address(std::string_view text) {
    const std::string copy(text);
    Address out{};
    if (::inet_pton(AF_INET6, copy.c_str(), out.data()) == 1) return out;
    out = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (::inet_pton(AF_INET, copy.c_str(), out.data() + 12) == 1) return out;
    return std::nullopt;
}

bool same_prefix(const Address& a, const Address& b, int bits) {
    for (std::size_t i = 0; bits > 0; ++i, bits -= 8) {
        const unsigned mask = bits >= 8 ? 0xFFu : (0xFFu << (8 - bits)) & 0xFFu;
        if ((a[i] & mask) != (b[i] & mask)) return false;
    }
    return true;
}

bool is_loopback(std::string_view host) {
    if (host == "localhost" || host.ends_with(".localhost")) return true;
    const auto address = read_address(host);
    return address &&
           (same_prefix(*address, *read_address("127.0.0.0"), 96 + 8) || *address == *read_address("::1"));
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

template <class Number>
std::optional<Number> read_number(std::string_view text) {
    Number out{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return out;
}

/// "10.0.0.0/8" or "fd00::/8" against an address.
bool in_network(std::string_view network, std::string_view host) {
    const auto slash = network.find('/');
    const auto base = read_address(network.substr(0, slash));
    const auto bits = read_number<int>(network.substr(slash + 1));
    const auto address = read_address(host);
    if (!base || !bits || !address) return false;
    const bool v4 = network.find(':') == std::string_view::npos;
    return *bits >= 0 && *bits <= (v4 ? 32 : 128) && same_prefix(*base, *address, *bits + (v4 ? 96 : 0));
}

/// Takes a ":port" off the entry. IPv6 may stand in brackets, and has none without.
std::optional<std::uint16_t> take_port(std::string_view& entry) {
    const auto colon = entry.rfind(':');
    if (entry.starts_with('[')) {
        const auto close = entry.find(']');
        const auto port = colon != std::string_view::npos && colon == close + 1
                              ? read_number<std::uint16_t>(entry.substr(colon + 1))
                              : std::nullopt;
        entry = entry.substr(1, close == std::string_view::npos ? close : close - 1);
        return port;
    }
    if (colon == std::string_view::npos || entry.find(':') != colon) return std::nullopt;
    const auto port = read_number<std::uint16_t>(entry.substr(colon + 1));
    if (port) entry = entry.substr(0, colon);
    return port;
}

bool excludes(std::string_view entry, std::string_view host, std::uint16_t port) {
    if (entry == "*") return true;
    if (entry.find('/') != std::string_view::npos) return in_network(entry, host);
    if (const auto only = take_port(entry); only && *only != port) return false;
    if (const auto address = read_address(entry)) return read_address(host) == address;
    if (entry.starts_with("*.")) entry.remove_prefix(1);
    if (entry.starts_with('.')) entry.remove_prefix(1);
    if (entry.empty()) return false;
    return host == entry || (host.size() > entry.size() && host.ends_with(entry) &&
                             host[host.size() - entry.size() - 1] == '.');
}

bool is_excluded(std::string_view no_proxy, std::string_view host, std::uint16_t port) {
    const std::string list = ascii_lower(no_proxy);
    for (std::string_view rest = list; !rest.empty();) {
        const auto comma = rest.find(',');
        if (excludes(trimmed(rest.substr(0, comma)), host, port)) return true;
        rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
    return false;
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned char byte{};
        if (text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr == text.data() + i + 3) {
            out += static_cast<char>(byte);
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// The setting may hold a password, so no sentence repeats it.
Result<Proxy> read_proxy(std::string_view setting) {
    std::string_view rest = trimmed(setting);
    if (rest.starts_with("http://")) {
        rest.remove_prefix(7);
    } else if (rest.find("://") != std::string_view::npos) {
        return config_fault(
            "the proxy setting names a proxy that is not http://: only such proxies are supported");
    }
    Proxy proxy;
    if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
        proxy.authorization = "Basic " + base64_encode(percent_decoded(rest.substr(0, at)));
        rest.remove_prefix(at + 1);
    }
    const auto url = parse_url("http://" + std::string(rest));
    if (!url) return config_fault("the proxy setting is not a URL like http://proxy.example.com:3128");
    proxy.host = url->host;
    proxy.port = url->port;
    return proxy;
}

}  // namespace

ProxySettings ProxySettings::from_environment(const std::function<const char*(const char*)>& get_env) {
    const auto read = [&](const char* lower, const char* upper) -> std::string {
        for (const char* name : {lower, upper}) {
            if (const char* value = get_env(name); value && *value) return value;
        }
        return {};
    };
    return {read("http_proxy", "HTTP_PROXY"), read("https_proxy", "HTTPS_PROXY"),
            read("no_proxy", "NO_PROXY")};
}

Result<std::optional<Proxy>> proxy_for(const ProxySettings& settings, bool tls, std::string_view host,
                                       std::uint16_t port) {
    const auto& setting = tls ? settings.https : settings.http;
    if (setting.empty() || is_loopback(host) || is_excluded(settings.no_proxy, host, port)) {
        return std::optional<Proxy>();
    }
    auto proxy = read_proxy(setting);
    if (!proxy) return proxy.error();
    return std::optional<Proxy>(*std::move(proxy));
}

}  // namespace maillon
