#pragma once

#include "core/base/fault.h"
#include "core/observe/metrics.h"

#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>

namespace maillon::net {

/// What the client counts; the README lists the names. Thread-safe.
class ClientMetrics {
public:
    explicit ClientMetrics(Metrics& metrics);

    Counter connected;
    Counter reused;
    Counter resent;
    Gauge open;

    void answered(const std::string& host, int status, std::chrono::milliseconds took);
    void failed(const std::string& host, FaultKind kind, std::chrono::milliseconds took);

private:
    /// Handles of one host, so that a request costs a look-up and no rendering of labels.
    struct Host {
        Histogram seconds;
        std::array<Counter, 5> by_class;  ///< 1xx … 5xx
    };
    static constexpr std::size_t kMostHosts = 1000;

    Counter requests(const std::string& host, std::string_view outcome);
    const Host& of(const std::string& host);

    Metrics& metrics_;
    std::shared_mutex mutex_;
    std::map<std::string, std::unique_ptr<Host>> hosts_;
};

}  // namespace maillon::net
