#pragma once

#include "core/base/clock.h"
#include "core/net/beast/transport.h"
#include "core/observe/metrics.h"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace maillon::net {

/// An open connection and what belongs to it. Counted as open as long as it lives.
class Connection {
public:
    Connection(std::unique_ptr<Transport> transport, Gauge open)
        : transport_(std::move(transport)), open_(open) {
        open_.add(1);
    }
    ~Connection() { open_.add(-1); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Transport& transport() { return *transport_; }
    /// Room to read into; its content means nothing between requests.
    std::vector<char>& buffer() { return buffer_; }

private:
    std::unique_ptr<Transport> transport_;
    Gauge open_;
    std::vector<char> buffer_ = std::vector<char>(16 * 1024);
};

/// Connections that wait for their next request. Thread-safe; a connection is here or with one caller, never
/// both.
class Pool {
public:
    explicit Pool(std::size_t per_key) : per_key_(per_key) {}

    /// The one that was used last, so that the others can grow old and go. Nothing when none is fit: those
    /// past their time, closed by the peer or with something unasked to say are closed on the way.
    std::unique_ptr<Connection> take(const std::string& key, SteadyPoint now);
    /// `until`: when it is too old to be used again.
    void give(const std::string& key, std::unique_ptr<Connection> connection, SteadyPoint now,
              SteadyPoint until);
    void close_idle(SteadyPoint now);

private:
    struct Idle {
        std::unique_ptr<Connection> connection;
        SteadyPoint until;
    };
    using Closing = std::vector<std::unique_ptr<Connection>>;

    static constexpr std::chrono::milliseconds kSweep{5'000};
    Closing take_old(SteadyPoint now);

    const std::size_t per_key_;
    std::mutex mutex_;
    std::map<std::string, std::vector<Idle>> idle_;
    SteadyPoint next_sweep_{};
};

}  // namespace maillon::net
