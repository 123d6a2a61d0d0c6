#include "client.h"

#include "maillon/wire.hpp"

#include <charconv>

namespace maillon::twitter {
namespace {

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || stop != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

}  // namespace

Client::Client(Host host, std::string url, std::string token)
    : host_(host), url_(std::move(url)), token_(std::move(token)) {
    while (url_.ends_with('/')) url_.pop_back();
}

Response Client::send(const Ask& ask, Deadline deadline) {
    throw_if_closed(ask);
    Request request{
        ask.method, url_ + ask.path, {{"Authorization", "Bearer " + host_.secret(token_)}}, ask.body};
    if (!ask.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    try {
        auto response = host_.send(request, deadline);
        report_budget(ask, response);
        return response;
    } catch (const Failure& failure) {
        if (failure.code() != Code::in_doubt || ask.effect == Effect::once) throw;
        throw Failure(Code::retry, failure.what());
    }
}

json::object Client::call(const Ask& ask, Deadline deadline) {
    const auto response = send(ask, deadline);
    if (!response.ok()) throw refused(ask, response);
    auto value = parsed_json(response.body);
    if (value && value->is_object()) return std::move(value->as_object());
    throw Failure(ask.effect == Effect::once ? Code::in_doubt : Code::retry,
                  "X answered " + std::to_string(response.status) + " to " + ask.endpoint +
                      " with something that is not a JSON object");
}

Failure Client::refused(const Ask& ask, const Response& response) {
    const auto now = host_.now_ms();
    auto failure = failure_of(response, ask.effect, now);
    if (failure.code() != Code::rate_limited) return failure;
    if (is_usage_cap(response, problem_of(response)))
        host_.error("X: the paid volume is used up",
                    {{"endpoint", ask.endpoint}, {"detail", failure.what()}});
    const std::scoped_lock lock(mutex_);
    closed_until_ms_[ask.endpoint] = now + static_cast<std::int64_t>(failure.retry_after_ms());
    return failure;
}

void Client::throw_if_closed(const Ask& ask) {
    const auto now = host_.now_ms();
    const std::scoped_lock lock(mutex_);
    const auto found = closed_until_ms_.find(ask.endpoint);
    if (found == closed_until_ms_.end()) return;
    if (found->second > now)
        throw Failure(Code::rate_limited, "X asked not to call " + ask.endpoint + " yet",
                      static_cast<std::uint64_t>(found->second - now));
    closed_until_ms_.erase(found);
}

void Client::report_budget(const Ask& ask, const Response& response) const {
    const auto limit = number(response.header("x-rate-limit-limit"));
    const auto remaining = number(response.header("x-rate-limit-remaining"));
    if (!limit || !remaining || *limit < *remaining) return;
    const auto reset = number(response.header("x-rate-limit-reset")).value_or(0);
    const bool sane = reset < 1'000'000'000'000;
    host_.budget("x:" + ask.endpoint, static_cast<double>(*limit - *remaining), static_cast<double>(*limit),
                 sane ? reset * 1000 : 0);
}

}  // namespace maillon::twitter
