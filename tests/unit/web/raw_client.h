#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace maillon::test {

/// What came back, read by hand so that the server is not checked with its own parser.
struct RawResponse {
    int status = 0;                              ///< 0: the connection ended before a whole answer
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;
};

/// A blocking TCP connection to 127.0.0.1 that sends exactly the bytes it is given. Reads give up after 20
/// seconds.
class RawClient {
public:
    explicit RawClient(std::uint16_t port);
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    /// False when the peer has closed.
    bool send(std::string_view bytes);
    /// Each byte in a packet of its own.
    void send_bytewise(std::string_view bytes);
    RawResponse read_response(bool has_body = true);
    /// Everything until the peer closes; also right after a reset.
    std::string read_to_end();
    /// Waits until the peer closes, and tells whether it did so without sending a byte.
    bool is_closed_silently() { return read_to_end().empty(); }
    void close_sending();
    /// Whether bytes, or the end, come within `patience`.
    bool is_readable(std::chrono::milliseconds patience) const;

private:
    bool fill();
    int fd_ = -1;
    std::string pending_;
};

RawResponse get(std::uint16_t port, std::string_view target);

}  // namespace maillon::test
