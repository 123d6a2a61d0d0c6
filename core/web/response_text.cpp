#include "core/web/response_text.h"

#include <boost/beast/http/status.hpp>

#include <array>
#include <ctime>

namespace maillon {
inline namespace web {
namespace {

/// The date as IMF-fixdate (RFC 9110 section 5.6.7); made once a second.
std::string_view http_date() {
    thread_local std::time_t made = -1;
    thread_local std::array<char, 40> text{};
    thread_local std::size_t length = 0;
    const std::time_t now = std::time(nullptr);
    if (now != made) {
        std::tm parts{};
        ::gmtime_r(&now, &parts);
        length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
        made = now;
    }
    return {text.data(), length};
}

bool is_token(std::string_view name) {
    constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
    if (name.empty() || name.size() > 256) return false;
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && kOthers.find(c) == std::string_view::npos) return false;
    }
    return true;
}

bool is_field_value(std::string_view value) {
    if (value.size() > 16'384) return false;
    for (const char c : value) {
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) return false;
    }
    return true;
}

void add_field(std::string_view name, std::string_view value, std::string& out) {
    out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

bool is_sendable(const HttpResponse& response) {
    if (response.status < 200 || response.status > 599) return false;
    for (const auto& [name, value] : response.headers.fields) {
        if (!is_token(name) || !is_field_value(value)) return false;
    }
    return true;
}

void write_head(const HttpResponse& response, const Framing& framing, std::string& out) {
    namespace http = boost::beast::http;
    const auto status = static_cast<unsigned>(response.status);
    const auto reason = http::obsolete_reason(http::int_to_status(status));
    out.assign(framing.version >= 11 ? "HTTP/1.1 " : "HTTP/1.0 ").append(std::to_string(status));
    out.append(" ").append(reason.data(), reason.size()).append("\r\n");
    add_field("Date", http_date(), out);
    for (const auto& [name, value] : response.headers.fields) add_field(name, value, out);
    if (framing.version >= 11 && !framing.keep_alive) add_field("Connection", "close", out);
    if (framing.version < 11 && framing.keep_alive) add_field("Connection", "keep-alive", out);
    if (framing.has_body) add_field("Content-Length", std::to_string(response.body.size()), out);
    out.append("\r\n");
}

}  // namespace web
}  // namespace maillon
