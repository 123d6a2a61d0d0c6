// A GET over a kept connection on loopback, client and server in one process: what the client costs per call.

#include "core/net/beast_client.h"

#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace maillon;
using namespace std::chrono_literals;

/// Answers every read with one fixed answer: a request of the benchmark always comes in one piece.
class Server {
public:
    Server() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
            ::listen(listener_, 64) != 0 ||
            ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
            std::abort();
        }
        url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
        acceptor_ = std::jthread([this] { accept_all(); });
    }
    ~Server() { ::shutdown(listener_, SHUT_RDWR); }

    const std::string& url() const { return url_; }

private:
    void accept_all() {
        for (int fd = 0; (fd = ::accept(listener_, nullptr, nullptr)) >= 0;) {
            const int on = 1;
            ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            connections_.emplace_back([fd] { serve(fd); });
        }
        ::close(listener_);
    }
    static void serve(int fd) {
        constexpr std::string_view answer =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nServer: bench\r\nContent-Length: 29\r\n\r\n"
            "{\"id\":\"1234567890\",\"ok\":true}";
        std::array<char, 4096> bytes{};
        while (::recv(fd, bytes.data(), bytes.size(), 0) > 0) {
            if (::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) break;
        }
        ::close(fd);
    }

    int listener_;
    std::string url_;
    std::vector<std::jthread> connections_;
    std::jthread acceptor_;
};

/// The client goes first, so that the server's threads see their connections end.
struct Pair {
    Server server;
    SystemClock clock;
    Metrics metrics;
    std::unique_ptr<BeastClient> client = BeastClient::make({}, clock, metrics).value();
};

Pair& pair() {
    static Pair one;
    return one;
}

void keep_alive_get(benchmark::State& state) {
    auto& [server, clock, metrics, client] = pair();
    const Cancel cancel;
    const ClientRequest request{.url = server.url(),
                                .headers = {{"Authorization", "Bearer 0123456789abcdef"}}};
    for (auto _ : state) {
        auto reply = client->send(request, clock.steady() + 10s, cancel);
        if (!reply || reply->status != 200) state.SkipWithError("no answer");
        benchmark::DoNotOptimize(reply);
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(keep_alive_get)->UseRealTime()->Threads(1)->Threads(2)->Threads(8);

/// The floor: the same bytes over a bare blocking socket.
void bare_socket_round_trip(benchmark::State& state) {
    auto& server = pair().server;
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto colon = server.url().rfind(':');
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(server.url().substr(colon + 1))));
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::abort();
    const std::string request =
        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer 0123456789abcdef\r\n\r\n";
    std::array<char, 4096> bytes{};
    for (auto _ : state) {
        if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) state.SkipWithError("send");
        if (::recv(fd, bytes.data(), bytes.size(), 0) <= 0) state.SkipWithError("recv");
    }
    ::close(fd);
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(bare_socket_round_trip)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
