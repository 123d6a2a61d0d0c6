#pragma once

#include "control_service.h"
#include "core/base/clock.h"
#include "core/web/http_server.h"
#include "options.h"
#include "publisher.h"
#include "world.h"

#include <string>
#include <vector>

namespace sandbox {

/// The running sandbox: three services and a control port on one I/O thread.
class Sandbox {
public:
    Sandbox(const Options& options, std::vector<Mention> mentions, const maillon::Clock& clock);
    ~Sandbox();

    /// Binds the ports and serves. A Fault names the address that could not be had.
    maillon::Result<void> start();
    /// The line that tells where everything is.
    json::object addresses() const;
    World& world() { return world_; }

private:
    maillon::Result<std::uint16_t> listen(std::uint16_t port, const std::string& name, Service& service);
    maillon::HttpHandler front(const std::string& name, Service& service);
    maillon::HttpResponse with_mishap(Mishap kind, Service& service);

    Options options_;
    World world_;
    Publisher publisher_;
    ControlService control_;
    maillon::HttpServer server_;
    json::object addresses_;
};

}  // namespace sandbox
