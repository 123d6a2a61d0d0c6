#pragma once

#include "core/hub/source_lane.h"
#include "core/observe/health.h"
#include "core/web/http_server.h"

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace maillon::hub {

/// The hub's public face: `/hooks/<instance>[/…]` to the connector's source lane, `/healthz`, `/readyz`,
/// `/metrics`. Handles on the I/O thread; whatever takes longer happens in the lanes, and where `scrape`
/// does.
class Webhooks {
public:
    struct Parts {
        const std::map<std::string, std::unique_ptr<SourceLane>>& lanes;
        Health& health;
        std::function<void(web::Responder)> scrape;  ///< sees to an answer with the metrics; returns at once
    };
    explicit Webhooks(Parts parts) : parts_(std::move(parts)) {}

    void handle(web::HttpRequest request, web::Responder responder);

    /// Wakes the lanes that got requests: a lane that woke up for each would take the processor from those
    /// behind it. After `handle`, once for all that had come.
    void handed_out();

    /// From now on requests go to the lanes, those first that came while it was closed. Closed at first.
    void open();
    /// From now on, when this returns, requests wait (503 when too many do, or too much of them is in
    /// memory): the lanes are being replaced.
    void close();

private:
    using Asked = std::pair<web::HttpRequest, web::Responder>;
    void hook(web::HttpRequest request, web::Responder responder);
    void pass_on(Asked asked);
    void wake();
    Parts parts_;
    std::mutex mutex_;
    bool is_open_ = false;
    std::deque<Asked> waiting_;
    std::size_t waiting_bytes_ = 0;
    std::set<SourceLane*> asked_;  ///< have got requests, and were not woken
};

}  // namespace maillon::hub
