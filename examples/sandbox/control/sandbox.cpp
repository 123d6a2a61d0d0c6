#include "sandbox.h"

namespace sandbox {
namespace {

maillon::HttpLimits limits() {
    maillon::HttpLimits limits;
    limits.max_body = 64U << 20U;  // the services have limits of their own and answer in their own way
    limits.max_connections = 4096;
    return limits;
}

}  // namespace

Sandbox::Sandbox(const Options& options, std::vector<Mention> mentions, const maillon::Clock& clock)
    : options_(options),
      world_(options, std::move(mentions), clock),
      publisher_(world_),
      control_(world_, publisher_),
      server_(limits()) {}

Sandbox::~Sandbox() {
    server_.stop(std::chrono::milliseconds(200));
}

maillon::Result<void> Sandbox::start() {
    const std::initializer_list<std::tuple<const char*, std::uint16_t, Service*>> all = {
        {"x", options_.x_port, &world_.x},
        {"graph", options_.graph_port, &world_.graph},
        {"sugar", options_.sugar_port, &world_.sugar},
        {"control", options_.control_port, &control_}};
    for (const auto& [name, port, service] : all) {
        const auto bound = listen(port, name, *service);
        if (!bound) return bound.error();
        addresses_[name] = "http://" + options_.bind + ":" + std::to_string(*bound);
    }
    server_.start();
    if (options_.start) {
        const std::lock_guard lock(world_.lock);
        publisher_.start();
    }
    return {};
}

json::object Sandbox::addresses() const {
    json::object out = addresses_;
    out["x_account"] = options_.x.username;
    out["x_account_id"] = options_.x.id;
    out["x_token"] = options_.x.token;
    out["app_id"] = options_.page.app_id;
    out["app_secret"] = options_.page.app_secret;
    out["page_id"] = options_.page.page_id;
    out["page_token"] = options_.page.page_token;
    out["sugar_user"] = options_.sugar.user;
    out["sugar_password"] = options_.sugar.password;
    out["mentions_total"] = world_.mentions.size();
    out["comments_total"] = world_.comments.comments.size();
    return out;
}

maillon::Result<std::uint16_t> Sandbox::listen(std::uint16_t port, const std::string& name,
                                               Service& service) {
    return server_.listen_tcp(options_.bind + ":" + std::to_string(port), front(name, service));
}

maillon::HttpHandler Sandbox::front(const std::string& name, Service& service) {
    return [this, name, &service](maillon::HttpRequest request, const maillon::Responder& responder) {
        Call call(std::move(request));
        const std::unique_lock lock(world_.lock);
        ++world_.requests[name];
        const Mishap kind = world_.faults.draw(name);
        const std::chrono::milliseconds slow(world_.faults.slow_ms(name));
        std::optional<maillon::HttpResponse> answer;
        if (kind == Mishap::none || kind == Mishap::cut_after) answer = service.handle(call, responder);
        if (kind != Mishap::none) answer = with_mishap(kind, service);
        if (!answer) return;  // the service answers later
        answer->delay = slow;
        responder.answer(std::move(*answer));
    };
}

maillon::HttpResponse Sandbox::with_mishap(Mishap kind, Service& service) {
    if (kind == Mishap::server_error || kind == Mishap::throttled)
        return service.mishap(kind, world_.faults.retry_after_s());
    maillon::HttpResponse silence;
    silence.cut = true;
    return silence;
}

}  // namespace sandbox
