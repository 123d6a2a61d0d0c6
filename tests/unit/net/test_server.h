#pragma once

#include "tests/unit/net/test_ca.h"

#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace maillon::net_tests {

/// The server's side of one connection. Blocking; used by the connection's own thread.
class Peer {
public:
    struct Request {
        std::string head;  ///< request line and headers, with the empty line
        std::string body;
        std::string line() const { return head.substr(0, head.find("\r\n")); }
        bool has(std::string_view header_line) const {
            return head.find("\r\n" + std::string(header_line) + "\r\n") != std::string::npos;
        }
    };

    Peer(int fd, int number) : fd_(fd), number_(number) {}
    ~Peer();

    /// 0 for the server's first connection.
    int number() const { return number_; }

    /// False when the client breaks off.
    bool start_tls(const Identity& identity, int max_version = 0);
    std::string sni() const { return sni_; }

    /// Nothing when the client has closed.
    std::optional<Request> read_request();
    /// Head only; the body stays unread.
    std::optional<std::string> read_head();
    void write(std::string_view bytes);
    /// A whole answer with Content-Length.
    void reply(std::string_view body, std::string_view status = "200 OK", std::string_view more_headers = "");
    /// Reads until the client closes.
    void wait_for_close();
    /// Ends the stream; with TLS without its good-bye.
    void close();

private:
    friend class TestServer;
    bool read_more();

    int fd_;
    int number_;
    std::string pending_;
    Owned<SSL_CTX> context_;
    Owned<SSL> ssl_;
    std::string sni_;
};

/// A server on 127.0.0.1 and a port of the system's choice; each connection runs the script in a thread of
/// its own.
class TestServer {
public:
    using Script = std::function<void(Peer&)>;

    explicit TestServer(Script script);
    /// Breaks every connection and waits for the threads.
    ~TestServer();

    std::uint16_t port() const { return port_; }
    std::string url(std::string_view path = "/", std::string_view host = "127.0.0.1") const;
    /// How many connections were accepted.
    int connections() const;
    /// From now on connecting is refused. From any thread.
    void stop_listening();

private:
    void accept_all();
    void serve(std::list<Peer>::iterator peer);

    Script script_;
    int listener_;
    int stop_fd_;
    std::uint16_t port_ = 0;
    std::mutex listening_;
    mutable std::mutex mutex_;
    std::list<Peer> peers_;
    std::vector<std::jthread> threads_;
    std::jthread acceptor_;
};

/// A script that answers every request until the client closes.
TestServer::Script answer_all(std::function<void(Peer&, const Peer::Request&)> answer);

}  // namespace maillon::net_tests
