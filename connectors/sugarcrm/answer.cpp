#include "answer.h"

#include <algorithm>

namespace maillon::sugarcrm {
namespace {

constexpr std::size_t kMessageBytes = 300;
constexpr std::uint64_t kThrottlePause = 10'000;

std::string text_of(const json::value& value) {
    if (value.is_string()) return std::string(value.as_string());
    return value.is_null() ? std::string() : json::serialize(value);
}

std::uint32_t status_of(const json::value& value) {
    if (value.is_int64() && value.as_int64() > 0 && value.as_int64() < 1000)
        return static_cast<std::uint32_t>(value.as_int64());
    return 0;
}

std::uint64_t retry_after_of(const json::object& item) {
    const auto* headers = item.if_contains("headers");
    if (!headers || !headers->is_object()) return 0;
    Response head;
    for (const auto& [name, value] : headers->as_object()) head.headers.emplace_back(name, text_of(value));
    return head.retry_after_ms();
}

json::value parsed(std::string_view text, bool& readable) {
    auto value = parsed_json(text);
    readable = value.has_value();
    return readable ? std::move(*value) : json::value();
}

Answer item_answer(const json::object& item) {
    Answer out;
    if (const auto* status = item.if_contains("status")) out.status = status_of(*status);
    out.retry_after_ms = retry_after_of(item);
    const auto* contents = item.if_contains("contents");
    if (!contents) return out;
    if (!contents->is_string()) {
        out.body = *contents;
    } else if (!contents->as_string().empty()) {
        out.body = parsed(contents->as_string(), out.readable);
    }
    return out;
}

Code unknown_effect(Effect effect) {
    return effect == Effect::once ? Code::in_doubt : Code::retry;
}

Code code_of(const Answer& answer, Effect effect) {
    const auto status = answer.status;
    if (status >= 200 && status < 300) return answer.readable ? Code::ok : unknown_effect(effect);
    if (status >= 300 && status < 400) return Code::config;
    switch (status) {
        case 401: return Code::auth;
        case 409: return Code::conflict;
        case 412: return Code::retry;
        case 429: return Code::rate_limited;
        case 433: return Code::config;
        case 503: return answer.retry_after_ms > 0 ? Code::rate_limited : Code::retry;
        case 408:
        case 424: return unknown_effect(effect);
        default: return status >= 400 && status < 500 ? Code::rejected : unknown_effect(effect);
    }
}

std::string_view advice(const Answer& answer) {
    switch (answer.status) {
        case 301: return "; see /api and /url of the configuration";
        case 302:
        case 307:
        case 308: return "; the address redirects, set /url to where it leads";
        case 403: return "; the user may not do this";
        case 404: return "; not found";
        case 409: return "; the record changed meanwhile";
        case 413: return "; the request is too large";
        case 433: return "; the CRM wants another version, see /api of the configuration";
        default: return answer.readable ? "" : "; the answer is not JSON";
    }
}

}  // namespace

std::string shortened(std::string_view text, std::size_t bytes) {
    std::size_t size = std::min(text.size(), bytes);
    while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0u) == 0x80u)
        --size;
    return std::string(text.substr(0, size));
}

std::string said(const json::value& body) {
    if (!body.is_object()) return {};
    const auto part = [&](std::string_view name) {
        const auto* value = body.as_object().if_contains(name);
        return value ? text_of(*value) : std::string();
    };
    auto text = part("error");
    const auto message = part("error_message");
    if (!message.empty()) text += text.empty() ? message : ": " + message;
    for (auto& c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    }
    return shortened(text, kMessageBytes);
}

Answer read_answer(const Response& response) {
    Answer out;
    out.status = response.status;
    out.retry_after_ms = response.retry_after_ms();
    if (!response.body.empty()) out.body = parsed(response.body, out.readable);
    return out;
}

std::optional<std::vector<Answer>> read_bulk(const Answer& answer, std::size_t expected) {
    if (!answer.body.is_array() || answer.body.as_array().size() != expected) return std::nullopt;
    std::vector<Answer> out;
    for (const auto& item : answer.body.as_array()) {
        if (!item.is_object()) return std::nullopt;
        out.push_back(item_answer(item.as_object()));
    }
    return out;
}

Reply judge(Answer answer, Effect effect, std::string_view what) {
    Reply out;
    out.code = code_of(answer, effect);
    out.status = answer.status;
    if (out.ok()) {
        out.body = std::move(answer.body);
        return out;
    }
    out.retry_after_ms = answer.retry_after_ms;
    if (out.code == Code::rate_limited && out.retry_after_ms == 0) out.retry_after_ms = kThrottlePause;
    out.detail = std::string(what) + ": HTTP " + std::to_string(answer.status);
    const auto message = said(answer.body);
    if (!message.empty()) out.detail += " " + message;
    out.detail += advice(answer);
    out.body = std::move(answer.body);
    return out;
}

Reply judge(const Failure& failure, Effect effect, std::string_view what) {
    Reply out;
    out.code = failure.code();
    // Only RETRY promises that nothing was sent; a cut or a cancelled exchange may have arrived.
    if (out.code == Code::in_doubt) out.code = unknown_effect(effect);
    if (out.code == Code::cancelled && effect == Effect::once) out.code = Code::in_doubt;
    out.retry_after_ms = failure.retry_after_ms();
    out.detail = std::string(what) + ": " + shortened(failure.what(), kMessageBytes);
    return out;
}

}  // namespace maillon::sugarcrm
