#pragma once

#include "core/net/beast/transport.h"

#include <utility>

namespace maillon::net {

/// A TCP socket, and the plain Transport. Owns its descriptor, which is non-blocking.
class Socket final : public Transport {
public:
    explicit Socket(int fd) : fd_(fd) {}
    Socket(Socket&& other) noexcept
        : fd_(std::exchange(other.fd_, -1)), bytes_out_(other.bytes_out_), error_(other.error_) {}
    Socket& operator=(Socket&&) = delete;
    ~Socket() override;

    int fd() const override { return fd_; }
    Io read(std::span<char> into) override;
    Io write(std::string_view bytes) override;
    bool has_pending() const override { return false; }
    bool is_quiet() override;
    std::uint64_t bytes_out() const override { return bytes_out_; }
    std::string error() const override;

    /// The pending error of a connect that poll(2) reported done; 0 = connected.
    int connect_error() const;

private:
    int fd_;
    std::uint64_t bytes_out_ = 0;
    int error_ = 0;
};

}  // namespace maillon::net
