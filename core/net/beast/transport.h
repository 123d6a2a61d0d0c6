#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace maillon::net {

/// What became of one attempt to read or write. Nothing here blocks.
struct Io {
    enum class State : std::uint8_t {
        done,        ///< `bytes` moved, at least one
        want_read,   ///< nothing moved: try again when the descriptor is readable
        want_write,  ///< nothing moved: try again when it is writable
        closed,      ///< the peer has ended the stream in good order
        failed,      ///< the connection is broken: `Transport::error`
    };
    State state;
    std::size_t bytes = 0;
};

/// A connected, non-blocking stream of bytes, plain or TLS. One thread at a time. Type-erased so that what is
/// built on top is compiled once.
class Transport {
public:
    virtual ~Transport() = default;

    virtual int fd() const = 0;
    virtual Io read(std::span<char> into) = 0;
    virtual Io write(std::string_view bytes) = 0;
    /// True when bytes are at hand that poll(2) does not know of.
    virtual bool has_pending() const = 0;
    /// Between two requests: true when the connection is open and the peer has said nothing unasked.
    virtual bool is_quiet() = 0;
    /// Bytes that the kernel has taken since the connection was made.
    virtual std::uint64_t bytes_out() const = 0;
    /// Why the last operation failed, in words.
    virtual std::string error() const = 0;
};

}  // namespace maillon::net
