#include "core/net/beast/wire.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>

namespace maillon::net {
namespace {

/// A body up to this size travels with its head in one write.
constexpr std::size_t kSmallBody = 32 * 1024;

constexpr std::array<std::string_view, 10> kOurs{
    "connection",          "content-length",   "expect", "host",    "keep-alive",
    "proxy-authorization", "proxy-connection", "te",     "trailer", "upgrade"};

bool is_token(std::string_view text) {
    constexpr std::string_view also = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               also.find(c) != std::string_view::npos;
    });
}

bool is_header_value(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
    });
}

bool is_one_of(std::string_view method, std::initializer_list<std::string_view> methods) {
    return std::ranges::find(methods, method) != methods.end();
}

Result<void> check_headers(const HeaderList& headers) {
    for (const auto& [name, value] : headers) {
        if (!is_token(name)) return rejected("a header's name has characters that a name cannot have");
        if (!is_header_value(value))
            return rejected("the header " + name + " has a control character in its value");
        const auto lower = ascii_lower(name);
        if (std::ranges::find(kOurs, lower) != kOurs.end() || lower == "transfer-encoding") {
            return rejected("the header " + name + " is set by the client itself");
        }
    }
    return {};
}

std::string key_of(const Url& url, const std::optional<Proxy>& proxy) {
    std::string key(url.scheme());
    key.append("|").append(url.host).append("|").append(std::to_string(url.port));
    if (proxy) key.append("|").append(proxy->host).append("|").append(std::to_string(proxy->port));
    return key;
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

std::string head_of(const ClientRequest& request, const WireRequest& wire, std::string_view user_agent) {
    const bool through = wire.proxy && !wire.url.tls;  // a proxy for plain HTTP reads the request itself
    std::string out;
    out.reserve(512);
    out.append(request.method).append(" ");
    if (through) out.append("http://").append(wire.url.authority());
    out.append(wire.url.target).append(" HTTP/1.1\r\n");
    append_header(out, "Host", wire.url.authority());
    if (through && !wire.proxy->authorization.empty()) {
        append_header(out, "Proxy-Authorization", wire.proxy->authorization);
    }
    if (!find_header(request.headers, "User-Agent")) append_header(out, "User-Agent", user_agent);
    for (const auto& [name, value] : request.headers) append_header(out, name, value);
    if (!request.body.empty() || is_one_of(request.method, {"POST", "PUT", "PATCH"})) {
        append_header(out, "Content-Length", std::to_string(request.body.size()));
    }
    return out += "\r\n";
}

}  // namespace

Result<WireRequest> put_into_bytes(const ClientRequest& request, const ProxySettings& proxies,
                                   std::string_view user_agent) {
    auto url = parse_url(request.url);
    if (!url) return url.error();
    WireRequest wire;
    wire.url = *std::move(url);
    if (!is_token(request.method)) return rejected("the method has characters that a method cannot have");
    wire.name = request.method + " " + std::string(wire.url.scheme()) + "://" + wire.url.authority();
    if (request.method == "CONNECT") return rejected(wire.name + ": CONNECT is the client's own");
    if (const auto checked = check_headers(request.headers); !checked) return checked.error().in(wire.name);
    auto proxy = proxy_for(proxies, wire.url.tls, wire.url.host, wire.url.port);
    if (!proxy) return proxy.error().in(wire.name);
    wire.proxy = *std::move(proxy);
    wire.key = key_of(wire.url, wire.proxy);
    wire.is_head = request.method == "HEAD";
    wire.is_safe = is_one_of(request.method, {"GET", "HEAD", "OPTIONS"});
    wire.is_idempotent = wire.is_safe || is_one_of(request.method, {"PUT", "DELETE", "TRACE"});
    wire.head = head_of(request, wire, user_agent);
    wire.body = request.body;
    if (wire.body.size() <= kSmallBody) {
        wire.head += wire.body;
        wire.body = {};
    }
    return wire;
}

}  // namespace maillon::net
