#include "core/hub/standby.h"

#include "core/config/environment.h"

namespace maillon::hub {
namespace {

/// As long as a takeover waits at most once the store is free.
constexpr std::chrono::milliseconds kPause{500};

}  // namespace

Result<std::string> store_url(const config::Hub& hub, const config::Secrets& secrets) {
    if (hub.store_url.empty()) return "sqlite:" + hub.store.string();
    const auto name = config::secret_reference(hub.store_url);
    if (name.empty()) return hub.store_url;
    return secrets.get(name);
}

Standby::~Standby() {
    if (server_) server_->stop(std::chrono::milliseconds{200});
}

bool Standby::wait(const std::string& why) {
    if (!store_) begin();
    store_->failing("stand-by: " + why);
    if (why != told_) parts_.log.info("hub.standby", {{"reason", why}, {"port", port_}});
    told_ = why;
    return parts_.pause(kPause);
}

/// An address that cannot be had keeps nobody from waiting.
void Standby::begin() {
    store_.emplace(parts_.health.component("store"));
    server_ = std::make_unique<web::HttpServer>();
    auto bound = server_->listen_tcp(parts_.listen.host + ':' + std::to_string(parts_.listen.port),
                                     [this](const web::HttpRequest& request,
                                            const web::Responder& responder) { answer(request, responder); });
    if (!bound) {
        server_.reset();
        return parts_.log.warning("hub.standby_silent", {{"reason", bound.error().what}});
    }
    port_ = *bound;
    server_->start();
}

void Standby::answer(const web::HttpRequest& request, const web::Responder& responder) const {
    if (request.path == "/healthz" || request.path == "/readyz") {
        const auto report = request.path == "/healthz" ? parts_.health.alive() : parts_.health.ready();
        responder.answer(web::json_response(report.good ? 200 : 503, report.json + '\n'));
        return;
    }
    auto response = web::text_response(503, "stand-by: another hub is active\n");
    response.headers.set("Retry-After", "5");
    responder.answer(std::move(response));
}

}  // namespace maillon::hub
