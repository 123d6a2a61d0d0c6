#include "core/hub/webhooks.h"

namespace maillon::hub {
namespace {

constexpr std::string_view kHooks = "/hooks/";
constexpr std::size_t kMostWaiting = 1'000;
constexpr std::size_t kMostBytes = 64U << 20U;

web::HttpResponse report(const Health::Report& from) {
    return web::json_response(from.good ? 200 : 503, from.json + '\n');
}

}  // namespace

void Webhooks::handle(web::HttpRequest request, web::Responder responder) {
    if (request.path.starts_with(kHooks)) {
        hook(std::move(request), responder);
        return;
    }
    const bool known = request.path == "/activez" || request.path == "/healthz" ||
                       request.path == "/readyz" || request.path == "/metrics";
    if (known && request.method != "GET" && request.method != "HEAD") {
        auto response = web::text_response(405, "GET or HEAD\n");
        response.headers.set("Allow", "GET, HEAD");
        responder.answer(std::move(response));
        return;
    }
    if (request.path == "/activez") {
        // Whatever may be wrong elsewhere, what services tell is taken in here and nowhere else.
        responder.answer(web::json_response(200, "{\"status\":\"active\"}\n"));
    } else if (request.path == "/healthz") {
        responder.answer(report(parts_.health.alive()));
    } else if (request.path == "/readyz") {
        responder.answer(report(parts_.health.ready()));
    } else if (request.path == "/metrics") {
        parts_.scrape(std::move(responder));
    } else {
        responder.answer(web::text_response(404, "not found\n"));
    }
}

void Webhooks::open() {
    const std::scoped_lock lock(mutex_);
    is_open_ = true;
    for (; !waiting_.empty(); waiting_.pop_front()) pass_on(std::move(waiting_.front()));
    waiting_bytes_ = 0;
    wake();
}

void Webhooks::close() {
    const std::scoped_lock lock(mutex_);
    is_open_ = false;
    wake();
}

void Webhooks::handed_out() {
    const std::scoped_lock lock(mutex_);
    wake();
}

void Webhooks::wake() {
    for (auto* lane : asked_) lane->attend();
    asked_.clear();
}

void Webhooks::hook(web::HttpRequest request, web::Responder responder) {
    const std::scoped_lock lock(mutex_);
    const auto size = request.body.size();
    if (is_open_) {
        pass_on({std::move(request), std::move(responder)});
    } else if (waiting_.empty() || (waiting_.size() < kMostWaiting && waiting_bytes_ + size <= kMostBytes)) {
        waiting_bytes_ += size;
        waiting_.emplace_back(std::move(request), std::move(responder));
    } else {
        auto response = web::text_response(503, "busy; try again later\n");
        response.headers.set("Retry-After", "5");
        responder.answer(std::move(response));
    }
}

void Webhooks::pass_on(Asked asked) {
    auto request = std::move(asked.first);
    auto responder = std::move(asked.second);
    const auto rest = std::string_view(request.path).substr(kHooks.size());
    const auto name = std::string(rest.substr(0, rest.find('/')));
    const auto lane = parts_.lanes.find(name);
    if (lane == parts_.lanes.end() || !lane->second->receives()) {
        responder.answer(web::text_response(404, "no connector takes requests here\n"));
        return;
    }
    plugin::WebRequest to{std::move(request.method), std::move(request.target), std::move(request.body),
                          std::move(request.headers.fields)};
    lane->second->receive(std::move(to), [responder = responder](const WebAnswer& answer) {
        web::HttpResponse response{.status = answer.status, .body = answer.body};
        response.headers.set("Content-Type", answer.content_type);
        if (answer.status == 503) response.headers.set("Retry-After", "5");
        responder.answer(std::move(response));
    });
    asked_.insert(lane->second.get());
}

}  // namespace maillon::hub
