#include "session.h"

#include "answer.h"

#include <algorithm>

namespace maillon::sugarcrm {
namespace {

constexpr std::uint64_t kRenewBefore = 60'000;
constexpr std::int64_t kUsualLife = 3600;
/// A token of fewer bytes keeps nobody out, and its letters occur in any sentence.
constexpr std::size_t kShortestBlotted = 4;

bool is_refusal(std::uint32_t status) {
    return status == 400 || status == 401 || status == 403;
}

std::string text_in(const json::object& body, std::string_view name) {
    const auto* value = body.if_contains(name);
    return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

void blot_out(std::string& text, const std::string& secret) {
    if (secret.size() < kShortestBlotted) return;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3))
        text.replace(at, secret.size(), "***");
}

}  // namespace

Session::Session(Host host, const Settings& settings) : host_(host), settings_(settings) {}

Session::Token Session::token(Deadline deadline) {
    const std::scoped_lock lock(mutex_);
    if (access_.empty() || host_.monotonic_ms() >= good_until_ms_) renew(deadline);
    return {access_, generation_};
}

Session::Token Session::renewed(const Token& refused, Deadline deadline) {
    const std::scoped_lock lock(mutex_);
    if (generation_ == refused.generation) access_.clear();
    if (access_.empty()) renew(deadline);
    return {access_, generation_};
}

void Session::reset() {
    const std::scoped_lock lock(mutex_);
    access_.clear();
    refresh_.clear();
    is_refused_ = false;
}

std::string Session::scrubbed(std::string text) const {
    const std::scoped_lock lock(mutex_);
    blot_out(text, access_);
    blot_out(text, refresh_);
    return text;
}

void Session::renew(Deadline deadline) {
    if (!refresh_.empty() && refresh(deadline)) return;
    log_in(deadline);
}

/// False when the refresh token is spent; the password is the way then.
bool Session::refresh(Deadline deadline) {
    const auto response = ask({{"grant_type", "refresh_token"}, {"refresh_token", refresh_}}, deadline);
    if (is_refusal(response.status)) {
        refresh_.clear();
        return false;
    }
    accept(response);
    host_.count("sugarcrm_logins", 1, {{"grant", "refresh_token"}});
    return true;
}

void Session::log_in(Deadline deadline) {
    if (is_refused_)
        throw Failure(Code::auth,
                      "signing in was refused before; correct /user or /password, then connect again");
    const auto response = ask({{"grant_type", "password"},
                               {"username", settings_.user},
                               {"password", host_.secret(settings_.password)}},
                              deadline);
    if (is_refusal(response.status)) {
        is_refused_ = true;
        throw Failure(Code::auth, "signing in as the configured user was refused (HTTP " +
                                      std::to_string(response.status) +
                                      "); see /user, /password, /client_id and /platform");
    }
    accept(response);
    host_.count("sugarcrm_logins", 1, {{"grant", "password"}});
}

Response Session::ask(const json::object& grant, Deadline deadline) const {
    json::object body = grant;
    body["client_id"] = settings_.client_id;
    body["client_secret"] = settings_.client_secret.empty() ? "" : host_.secret(settings_.client_secret);
    body["platform"] = settings_.platform;
    const Request request{"POST",
                          settings_.base + "/oauth2/token",
                          {{"Content-Type", "application/json"}, {"Accept", "application/json"}},
                          json::serialize(body)};
    try {
        return host_.send(request, deadline);
    } catch (const Failure& failure) {
        // Asking for a token twice does no harm.
        const auto code = failure.code() == Code::in_doubt ? Code::retry : failure.code();
        throw Failure(code, std::string("signing in: ") + failure.what(), failure.retry_after_ms());
    }
}

void Session::accept(const Response& response) {
    if (!response.ok()) give_up(response);
    const auto answer = read_answer(response);
    const auto* body = answer.body.if_object();
    auto access = body ? text_in(*body, "access_token") : std::string();
    if (access.empty()) throw Failure(Code::retry, "signing in: the answer holds no access token");
    access_ = std::move(access);
    refresh_ = text_in(*body, "refresh_token");
    const auto* life = body->if_contains("expires_in");
    const auto seconds = life && life->is_int64() && life->as_int64() > 0 ? life->as_int64() : kUsualLife;
    const auto whole = static_cast<std::uint64_t>(std::min<std::int64_t>(seconds, 86'400 * 365)) * 1000;
    good_until_ms_ = host_.monotonic_ms() + whole - std::min(kRenewBefore, whole / 2);
    ++generation_;
}

/// The server's own words stay out: they may repeat what was sent.
void Session::give_up(const Response& response) const {
    auto reply =
        judge(Answer{response.status, {}, true, response.retry_after_ms()}, Effect::none, "signing in");
    if (reply.code == Code::rejected) {
        reply.code = Code::config;
        reply.detail += "; see /url and /api of the configuration";
    }
    if (reply.code == Code::ok || reply.code == Code::conflict) reply.code = Code::retry;
    throw Failure(reply.code, reply.detail, reply.retry_after_ms);
}

}  // namespace maillon::sugarcrm
