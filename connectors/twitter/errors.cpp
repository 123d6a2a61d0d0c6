#include "errors.h"

#include "maillon/wire.hpp"

#include <algorithm>
#include <chrono>

namespace maillon::twitter {
namespace {

constexpr std::uint64_t kMinute = 60'000;
constexpr std::uint64_t kDay = 24 * 60 * kMinute;

std::string one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return wire::shortened(text, 300);
}

/// `errors` of a refused request, in both shapes: {message, parameters{name: […]}} and v1's {code, message}.
void read_errors(const json::array& errors, Problem& problem) {
    std::string messages;
    for (const auto& item : errors) {
        const auto* error = item.if_object();
        if (!error) continue;
        auto text = wire::text(*error, "message");
        if (text.empty()) text = wire::text(*error, "detail");
        if (!text.empty()) messages += (messages.empty() ? "" : "; ") + text;
        if (const auto* parameters = wire::object(*error, "parameters"))
            for (const auto& [name, values] : *parameters) problem.parameters.emplace_back(name);
        const auto named = wire::text(*error, "parameter");
        if (!named.empty()) problem.parameters.push_back(named);
    }
    if (!messages.empty()) problem.detail = messages;
}

/// Until the next day, or the next month but a day at most: a cap that was raised is noticed the day after.
std::uint64_t until_next_period(const std::string& period, std::int64_t now_ms) {
    using namespace std::chrono;
    const sys_time<milliseconds> now{milliseconds{now_ms}};
    const auto today = floor<days>(now);
    const year_month_day date{today};
    const auto end =
        period == "Monthly" ? sys_days{(date.year() / date.month() + months{1}) / 1} : today + days{1};
    const auto left = duration_cast<milliseconds>(end - now).count();
    return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::max<std::int64_t>(left, 0)),
                                     60 * kMinute, kDay);
}

std::uint64_t throttled_ms(const Response& response, std::int64_t now_ms) {
    const std::string reset(response.header("x-rate-limit-reset"));
    if (wire::is_digits(reset) && reset.size() <= 12) {
        const auto left = std::stoll(reset) * 1000 - now_ms;
        // One second more: X rounds down.
        if (left > -60'000)
            return std::min<std::uint64_t>(static_cast<std::uint64_t>(std::max<std::int64_t>(left, 0)) + 1000,
                                           kDay);
    }
    const auto asked = response.retry_after_ms();
    return asked != 0 ? std::min(asked, kDay) : kMinute;
}

bool is_of_the_app(const Problem& problem) {
    return problem.kind == "client-forbidden" || problem.kind == "unsupported-authentication" ||
           problem.kind == "oauth1-permissions";
}

Code code_of_server_error(std::uint32_t status, Effect effect) {
    // 503 says that the request was not taken up; every other 5xx may come after the post was made.
    return effect != Effect::once || status == 503 ? Code::retry : Code::in_doubt;
}

std::string said(const Response& response, const Problem& problem) {
    std::string out = "X answered " + std::to_string(response.status);
    if (!problem.title.empty()) out += " " + problem.title;
    if (!problem.detail.empty() && problem.detail != problem.title) out += ": " + problem.detail;
    return out;
}

}  // namespace

bool Problem::names(std::string_view parameter) const {
    return std::find(parameters.begin(), parameters.end(), parameter) != parameters.end() ||
           detail.find(parameter) != std::string::npos;
}

Problem problem_of(const Response& response) {
    Problem out;
    const auto value = parsed_json(response.body);
    const auto* body = value ? value->if_object() : nullptr;
    if (!body) return out;
    const auto type = wire::text(*body, "type");
    out.kind = type.substr(type.rfind('/') == std::string::npos ? 0 : type.rfind('/') + 1);
    out.title = one_line(wire::text(*body, "title"));
    out.period = wire::text(*body, "period");
    out.detail = wire::text(*body, "detail");
    if (out.detail.empty()) out.detail = wire::text(*body, "error_description");
    if (const auto* errors = wire::array(*body, "errors")) read_errors(*errors, out);
    out.detail = one_line(out.detail);
    return out;
}

bool is_usage_cap(const Response& response, const Problem& problem) {
    const bool refused = response.status == 429 || response.status == 402 || response.status == 403;
    return response.status == 402 ||
           (refused && (problem.kind == "usage-capped" || problem.title == "UsageCapExceeded" ||
                        problem.kind == "credits" || problem.title == "CreditsDepleted"));
}

bool is_duplicate(const Response& response) {
    const auto problem = problem_of(response);
    return response.status == 403 && (problem.detail.find("uplicate") != std::string::npos ||
                                      problem.title.find("uplicate") != std::string::npos);
}

Failure failure_of(const Response& response, Effect effect, std::int64_t now_ms) {
    const auto problem = problem_of(response);
    const auto what = said(response, problem);
    const auto status = response.status;
    if (is_usage_cap(response, problem))
        return {Code::rate_limited,
                what + "; the paid volume is used up: raise it or wait for the next period",
                until_next_period(problem.period, now_ms)};
    if (status == 429) return {Code::rate_limited, what, throttled_ms(response, now_ms)};
    if (status == 401) return {Code::auth, what + "; renew the token"};
    if (status == 403 && (effect == Effect::reads || is_of_the_app(problem)))
        return {Code::config, what + "; look at the app's access level and the token's scopes"};
    if (status == 403)
        return {Code::rejected, what +
                                    " (a duplicate, a reply to somebody who did not name the account, or a "
                                    "suspended account)"};
    if (status >= 300 && status < 400)
        // What is to be written waits until a person has mended the address.
        return {effect == Effect::reads ? Code::config : Code::retry,
                what + ": the address redirects; set /url to where it leads"};
    if (status == 408) return {effect == Effect::once ? Code::in_doubt : Code::retry, what};
    if (status >= 500) return {code_of_server_error(status, effect), what, response.retry_after_ms()};
    if (effect == Effect::reads) return {Code::config, what};
    return {Code::rejected, what};
}

}  // namespace maillon::twitter
