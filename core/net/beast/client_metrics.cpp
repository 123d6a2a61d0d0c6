#include "core/net/beast/client_metrics.h"

#include <algorithm>

namespace maillon::net {
namespace {

double seconds(std::chrono::milliseconds span) {
    return std::chrono::duration<double>(span).count();
}

}  // namespace

ClientMetrics::ClientMetrics(Metrics& metrics)
    : connected(metrics.counter("maillon_http_client_connections_total", "Connections made.")),
      reused(
          metrics.counter("maillon_http_client_reuses_total", "Requests that went over a kept connection.")),
      resent(metrics.counter("maillon_http_client_resends_total",
                             "Requests sent again because a kept connection was dead.")),
      open(metrics.gauge("maillon_http_client_connections_open",
                         "Connections that are open now, idle ones included.")),
      metrics_(metrics) {}

void ClientMetrics::answered(const std::string& host, int status, std::chrono::milliseconds took) {
    const auto& handles = of(host);
    handles.seconds.observe(seconds(took));
    handles.by_class[static_cast<std::size_t>(std::clamp(status / 100, 1, 5) - 1)].add();
}

void ClientMetrics::failed(const std::string& host, FaultKind kind, std::chrono::milliseconds took) {
    of(host).seconds.observe(seconds(took));
    requests(host, name_of(kind)).add();
}

Counter ClientMetrics::requests(const std::string& host, std::string_view outcome) {
    return metrics_.counter("maillon_http_client_requests_total",
                            "Requests by host and status class or kind of fault.",
                            {{"host", host}, {"outcome", std::string(outcome)}});
}

const ClientMetrics::Host& ClientMetrics::of(const std::string& host) {
    {
        const std::shared_lock lock(mutex_);
        if (const auto known = hosts_.find(host); known != hosts_.end()) return *known->second;
    }
    const std::unique_lock lock(mutex_);
    const std::string label = hosts_.size() < kMostHosts ? host : "other";
    auto& handles = hosts_[label];
    if (handles) return *handles;
    handles = std::make_unique<Host>();
    handles->seconds =
        metrics_.histogram("maillon_http_client_request_seconds", "Time from the call to its end, by host.",
                           seconds_buckets(), {{"host", label}});
    for (std::size_t i = 0; i < handles->by_class.size(); ++i) {
        handles->by_class[i] = requests(label, std::string(1, static_cast<char>('1' + i)) + "xx");
    }
    return *handles;
}

}  // namespace maillon::net
