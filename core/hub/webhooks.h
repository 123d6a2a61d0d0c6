#pragma once

#include "core/hub/source_lane.h"
#include "core/observe/health.h"
#include "core/observe/metrics.h"
#include "core/web/http_server.h"

#include <map>
#include <memory>
#include <string>

namespace maillon::hub {

/// The hub's public face: `/hooks/<instance>[/…]` to the connector's source lane, `/healthz`, `/readyz`,
/// `/metrics`. Handles on the I/O thread; whatever takes longer happens in the lanes.
class Webhooks {
public:
    struct Parts {
        const std::map<std::string, std::unique_ptr<SourceLane>>& lanes;
        Health& health;
        Metrics& metrics;
        std::function<void()> before_metrics;  ///< brings gauges up to date
    };
    explicit Webhooks(Parts parts) : parts_(std::move(parts)) {}

    void handle(web::HttpRequest request, web::Responder responder);

private:
    void hook(web::HttpRequest request, web::Responder responder);
    Parts parts_;
};

}  // namespace maillon::hub
