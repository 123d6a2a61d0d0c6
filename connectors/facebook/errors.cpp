#include "errors.h"

#include "maillon/wire.hpp"

#include <algorithm>

namespace maillon::facebook {
namespace {

constexpr std::uint64_t kMinute = 60'000;

template <class... Codes>
bool any_of(std::int64_t code, Codes... codes) {
    return ((code == codes) || ...);
}

std::string one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return wire::shortened(text, 300);
}

bool is_token_refused(const GraphError& error) {
    return any_of(error.code, 102, 190) || (error.code == 0 && error.type == "OAuthException");
}

/// Outside the 24 hours in which a page may answer a person.
bool is_outside_window(const GraphError& error) {
    return error.code == 10 && any_of(error.subcode, 2018278, 2534022);
}

bool is_other_app_in_control(const GraphError& error) {
    return error.code == 200 && any_of(error.subcode, 2018300, 2018321);
}

bool is_permission(const GraphError& error) {
    const bool proof = error.code == 100 && error.message.find("appsecret_proof") != std::string::npos;
    return any_of(error.code, 3, 10) || (error.code >= 200 && error.code <= 299) || proof;
}

std::string said(const Response& response, const GraphError& error) {
    std::string out = "Graph answered " + std::to_string(response.status);
    if (error.code != 0) out += ", error " + std::to_string(error.code);
    if (error.subcode != 0) out += "/" + std::to_string(error.subcode);
    if (!error.message.empty()) out += ": " + error.message;
    return out;
}

Failure passing(const std::string& what, Effect effect) {
    return {effect == Effect::once ? Code::in_doubt : Code::retry, what};
}

Failure without_error(const Response& response, Effect effect, const std::string& what) {
    if (response.ok()) return passing(what + " with something else than the JSON that was asked for", effect);
    if (response.status >= 300 && response.status < 400)
        // What is to be written waits until a person has mended the address.
        return {effect == Effect::reads ? Code::config : Code::retry,
                what + ": the address redirects; set /url to where it leads"};
    if (response.status >= 500 || response.status == 408) return passing(what, effect);
    if (response.status == 429)
        return {Code::rate_limited, what, std::max(response.retry_after_ms(), kMinute)};
    if (response.status == 401) return {Code::auth, what};
    // A proxy's page, or a moved API: not taken up by Graph, so nothing happened.
    return {Code::retry, what};
}

}  // namespace

GraphError error_of(const Response& response) {
    GraphError out;
    const auto value = parsed_json(response.body);
    const auto* body = value ? value->if_object() : nullptr;
    if (!body) return out;
    const auto* error = wire::object(*body, "error");
    if (!error && wire::at(*body, "error_code")) {
        out.present = true;
        out.code = wire::integer(*body, "error_code").value_or(0);
        out.type = wire::text(*body, "error_type");
        out.message = one_line(wire::text(*body, "error_message"));
        return out;
    }
    if (!error) return out;
    out.present = true;
    out.code = wire::integer(*error, "code").value_or(0);
    out.subcode = wire::integer(*error, "error_subcode").value_or(0);
    out.type = wire::text(*error, "type");
    out.message = one_line(wire::text(*error, "message"));
    out.transient = wire::flag(*error, "is_transient");
    return out;
}

bool is_throttle(const GraphError& error) {
    return any_of(error.code, 4, 17, 32, 613, 341, 368) || (error.code >= 80000 && error.code <= 80999);
}

Failure failure_of(const Response& response, Effect effect) {
    const auto error = error_of(response);
    auto what = said(response, error);
    if (!error.present) return without_error(response, effect, what);
    if (is_throttle(error)) {
        if (error.code == 32) what += " (is `token` the page's own token?)";
        return {Code::rate_limited, what};
    }
    if (is_token_refused(error)) return {Code::auth, what};
    if (is_other_app_in_control(error)) return {Code::retry, what, 5 * kMinute};
    if (is_permission(error) && !is_outside_window(error)) return {Code::config, what};
    // A fault of the server's own says nothing final about the item.
    if (response.status >= 500) return passing(what, effect);
    if (is_outside_window(error)) return {Code::rejected, what};
    if (error.is_gone()) return {Code::rejected, "gone, or out of reach: " + what};
    if (any_of(error.code, -1, 1, 2, 1200) || error.transient) return passing(what, effect);
    return {Code::rejected, what};
}

}  // namespace maillon::facebook
