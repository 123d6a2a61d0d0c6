#pragma once

#include "core/config/hub.h"
#include "core/config/secrets.h"
#include "core/observe/health.h"
#include "core/observe/log.h"
#include "core/web/http_server.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace maillon::hub {

/// The URL of the configured store, with its secret put in: not to be logged or stored.
Result<std::string> store_url(const config::Hub& hub, const config::Secrets& secrets);

/// A hub that waits while another one is active in its store. On the hub's public address it answers that it
/// is alive and not ready, and why; hooks are asked to come again. One thread owns the object.
class Standby {
public:
    struct Parts {
        const config::Hub::Listen& listen;
        Log& log;
        Health& health;
        /// Waits so long; false when the process is to end.
        std::function<bool(std::chrono::milliseconds)> pause;
    };
    explicit Standby(Parts parts) : parts_(std::move(parts)) {}
    ~Standby();

    /// To be called each time that the store turns out to be held; `why` says by whom. Waits a moment and
    /// answers whether to try again.
    bool wait(const std::string& why);

    /// The port that it answers on while it waits; 0 before.
    std::uint16_t port() const { return port_; }

private:
    void begin();
    void answer(const web::HttpRequest& request, const web::Responder& responder) const;

    Parts parts_;
    std::unique_ptr<web::HttpServer> server_;
    std::optional<Health::Component> store_;
    std::string told_;  ///< what stands in the log
    std::uint16_t port_ = 0;
};

}  // namespace maillon::hub
