#include "core/net/beast/socket.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace maillon::net {

Socket::~Socket() {
    if (fd_ >= 0) ::close(fd_);
}

Io Socket::read(std::span<char> into) {
    for (;;) {
        const auto got = ::recv(fd_, into.data(), into.size(), 0);
        if (got > 0) return {Io::State::done, static_cast<std::size_t>(got)};
        if (got == 0) return {Io::State::closed};
        if (errno == EINTR) continue;
        if (errno == EAGAIN) return {Io::State::want_read};
        error_ = errno;
        return {Io::State::failed};
    }
}

Io Socket::write(std::string_view bytes) {
    for (;;) {
        const auto put = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (put >= 0) {
            bytes_out_ += static_cast<std::uint64_t>(put);
            return {Io::State::done, static_cast<std::size_t>(put)};
        }
        if (errno == EINTR) continue;
        if (errno == EAGAIN) return {Io::State::want_write};
        error_ = errno;
        return {Io::State::failed};
    }
}

bool Socket::is_quiet() {
    char byte{};
    const auto got = ::recv(fd_, &byte, 1, MSG_PEEK);
    return got < 0 && errno == EAGAIN;
}

std::string Socket::error() const {
    return std::system_category().message(error_);
}

int Socket::connect_error() const {
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
    return error;
}

}  // namespace maillon::net
