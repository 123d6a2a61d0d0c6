#include "client.h"

#include "signature.h"
#include "usage.h"

#include "maillon/wire.hpp"

#include <algorithm>

namespace maillon::facebook {
namespace {

constexpr std::uint64_t kMinute = 60'000;
constexpr std::uint64_t kHour = 60 * kMinute;
constexpr std::uint64_t kDay = 24 * kHour;

/// What a throttling code closes: everything of the app, or one use case.
std::string scope_of(const Ask& ask, const GraphError& error) {
    if (error.code == 80006) return "messenger";
    if (error.code == 80001 || error.code == 32) return "pages";
    if (error.code >= 80000) return ask.use_case;
    return error.code == 613 ? ask.use_case : "app";
}

/// First pause and longest one; it doubles in between.
std::pair<std::uint64_t, std::uint64_t> pauses_of(const GraphError& error) {
    if (error.code == 341 || error.code == 368) return {4 * kHour, kDay};
    if (error.code == 613) return {kMinute, kHour};
    return {5 * kMinute, kHour};
}

}  // namespace

Client::Client(Host host, Settings settings) : host_(host), settings_(std::move(settings)) {
    while (settings_.url.ends_with('/')) settings_.url.pop_back();
}

Request Client::request_of(const Ask& ask) const {
    const auto token = host_.secret(settings_.token);
    const std::string proof = hmac_hex(host_.secret(settings_.app_secret), token);
    // The token travels in a header: addresses end up in logs.
    Request out{ask.method,
                settings_.url + "/" + settings_.version + ask.path + "?appsecret_proof=" + proof,
                {{"Authorization", "Bearer " + token}}};
    if (!ask.json.empty()) {
        out.headers.emplace_back("Content-Type", "application/json");
        out.body = ask.json;
    } else if (ask.method == "POST") {
        out.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
        out.body = wire::form(ask.fields);
    } else if (!ask.fields.empty()) {
        out.url += "&" + wire::form(ask.fields);
    }
    return out;
}

json::value Client::call(const Ask& ask, Deadline deadline) {
    throw_if_closed(ask.use_case);
    Response response;
    try {
        response = host_.send(request_of(ask), deadline);
    } catch (const Failure& failure) {
        if (failure.code() != Code::in_doubt || ask.effect == Effect::once) throw;
        throw Failure(Code::retry, failure.what());
    }
    note_usage(response);
    auto value = parsed_json(response.body);
    const bool usable = value && (value->is_object() || value->is_bool());
    if (!response.ok() || !usable || error_of(response).present) throw refused(ask, response);
    const std::scoped_lock lock(mutex_);
    throttled_.erase(ask.use_case);
    throttled_.erase("app");
    return std::move(*value);
}

void Client::throw_if_closed(const std::string& use_case) {
    const auto now = host_.now_ms();
    const std::scoped_lock lock(mutex_);
    std::int64_t until = 0;
    for (const auto& scope : {use_case, std::string("app")}) {
        const auto found = closed_until_ms_.find(scope);
        if (found != closed_until_ms_.end()) until = std::max(until, found->second);
    }
    if (until > now)
        throw Failure(Code::rate_limited, "Meta asked for fewer calls (" + use_case + ")",
                      static_cast<std::uint64_t>(until - now));
}

void Client::note_usage(const Response& response) {
    const auto now = host_.now_ms();
    for (const auto& usage : usage_of(response)) {
        const auto wait = static_cast<std::uint64_t>(usage.minutes) * kMinute;
        host_.budget("facebook:" + usage.scope, usage.percent, 100,
                     wait == 0 ? 0 : now + static_cast<std::int64_t>(wait));
        if (usage.percent < 100 && usage.minutes == 0) continue;
        const std::scoped_lock lock(mutex_);
        close(usage.scope == "page" ? "pages" : usage.scope, wait == 0 ? 5 * kMinute : std::min(wait, kDay));
    }
}

Refusal Client::refused(const Ask& ask, const Response& response) {
    auto error = error_of(response);
    const auto failure = failure_of(response, ask.effect);
    if (failure.code() != Code::rate_limited) return {failure, std::move(error)};
    const auto asked = std::max(response.retry_after_ms(), failure.retry_after_ms());
    const auto wait = close_after(ask, error, asked);
    if (error.code == 341 || error.code == 368)
        host_.error("Facebook blocks this app for now: see its policy notices", {{"detail", failure.what()}});
    return {Failure(Code::rate_limited, failure.what(), wait), std::move(error)};
}

/// Closes what the error applies to: until the time the usage headers gave, else as long as the answer asked
/// for, else a pause that doubles. Returns how long that is.
std::uint64_t Client::close_after(const Ask& ask, const GraphError& error, std::uint64_t asked_ms) {
    const auto scope = scope_of(ask, error);
    const auto now = host_.now_ms();
    const auto [first, longest] = pauses_of(error);
    const std::scoped_lock lock(mutex_);
    const auto times = std::min(throttled_[scope]++, 10u);
    if (closed_until_ms_[scope] <= now)
        close(scope, asked_ms != 0 ? std::min(asked_ms, kDay) : std::min(first << times, longest));
    return static_cast<std::uint64_t>(std::max<std::int64_t>(closed_until_ms_[scope] - now, 1));
}

void Client::close(const std::string& scope, std::uint64_t ms) {
    auto& until = closed_until_ms_[scope];
    until = std::max(until, host_.now_ms() + static_cast<std::int64_t>(ms));
}

}  // namespace maillon::facebook
