#pragma once

#include "core/net/http_client.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace maillon::net {

/// Reads one HTTP/1 answer from bytes that come in any pieces. Beast's parser behind a face that is compiled
/// once.
class ReplyParser {
public:
    using OnBody = std::function<HttpFlow(std::string_view)>;

    struct Limits {
        std::size_t header_bytes;
        std::optional<std::size_t> body_bytes;  ///< nothing = endless
    };
    enum class State : std::uint8_t {
        hungry,     ///< wants more bytes
        done,       ///< the answer is whole
        stopped,    ///< `on_body` said so
        broken,     ///< not HTTP, or cut
        too_large,  ///< beyond the limits
    };

    /// `answers_head`: the request was HEAD, or CONNECT, so no body follows. `on_body` is called within
    /// `feed`.
    ReplyParser(Limits limits, bool answers_head, OnBody on_body);
    ~ReplyParser();

    /// Takes what it can use and removes it from the front of `bytes`.
    State feed(std::string_view& bytes);
    /// The peer has ended the stream: an answer may end so, or be cut.
    State feed_end();

    bool has_head() const;
    /// Once, after `has_head`.
    HttpHead take_head();
    /// After `done`: whether another request may follow on this connection.
    bool keeps_alive() const;
    /// Why the state is `broken` or `too_large`.
    const std::string& error() const;

private:
    class Beast;
    std::unique_ptr<Beast> beast_;
};

}  // namespace maillon::net
