#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace maillon {
// Inline, so that programs which only serve need not say it.
inline namespace web {

/// Header fields in the order in which they came. Names keep their spelling; look-ups ignore case.
struct HttpHeaders {
    std::vector<std::pair<std::string, std::string>> fields;

    /// The first value of that name, or nothing. Valid until the headers change.
    std::optional<std::string_view> find(std::string_view name) const;
    /// Adds a field; others of the same name stay.
    void add(std::string name, std::string value) { fields.emplace_back(std::move(name), std::move(value)); }
    /// Replaces every field of that name by one.
    void set(std::string_view name, std::string value);
};

/// One request as it came over the wire. Nothing is decoded: `path` may hold %2F, `body` is the exact bytes
/// that a signature was made over.
struct HttpRequest {
    std::string method;  ///< "GET"; other methods come through as they were spelled
    std::string target;  ///< path and query, raw
    std::string path;    ///< part before '?', raw; of "http://host/x" it is "/x"
    std::string query;   ///< part after '?', raw; see core/web/query.h
    HttpHeaders headers;
    std::string body;
    std::string peer;  ///< "127.0.0.1:51234", or "unix" on a unix socket

    std::optional<std::string_view> header(std::string_view name) const { return headers.find(name); }
};

/// What to answer. Content-Length, Connection and Date are the server's business and must not be set.
struct HttpResponse {
    int status = 200;
    HttpHeaders headers{};
    std::string body{};
    /// Close the connection without a word: stands in for a network that broke. Nothing else is looked at
    /// then.
    bool cut = false;
    /// Wait so long before the answer (or the cut); the I/O thread does not block meanwhile.
    std::chrono::milliseconds delay{};
};

/// A text/plain or JSON answer in one line.
HttpResponse text_response(int status, std::string text);
HttpResponse json_response(int status, std::string json);

}  // namespace web
}  // namespace maillon
