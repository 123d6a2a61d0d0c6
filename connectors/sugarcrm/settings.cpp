#include "settings.h"

#include <algorithm>

namespace maillon::sugarcrm {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string text_of(const json::object& config, std::string_view name) {
    const auto* value = config.if_contains(name);
    return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::int64_t integer_of(const json::object& config, std::string_view name, std::int64_t fallback) {
    const auto* value = config.if_contains(name);
    return value && value->is_int64() ? value->as_int64() : fallback;
}

bool is_api_version(std::string_view api) {
    return api.size() >= 2 && api[0] == 'v' && is_digit(api[1]) &&
           std::all_of(api.begin() + 1, api.end(), [](char c) { return is_digit(c) || c == '_'; });
}

}  // namespace

bool is_identifier(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
    });
}

Schema settings_schema() {
    Schema schema;
    schema.url("url", "Address of the CRM, such as https://crm.example.com")
        .text("api", "Version of the REST API", "v11_20")
        .text("user", "User whom the hub signs in as")
        .secret("password", "That user's password")
        .text("client_id", "OAuth consumer key", "sugar")
        .secret("client_secret", "Secret of the OAuth consumer key, where it has one")
        .optional()
        .text("platform", "Platform name, registered in the CRM's administration", "maillon")
        .text("key_field", "Field that keeps the hub's key on records it creates; empty: none", "sync_key")
        .boolean("bulk", "Send the calls of one batch in one request", true)
        .integer("page_size", "Records asked for at a time", 200)
        .between(10, 10'000)
        .integer("overlap", "Seconds by which reading changes reaches back", 60)
        .between(0, 86'400);
    return schema;
}

Settings read_settings(const json::object& config) {
    Settings out;
    auto url = text_of(config, "url");
    while (url.ends_with('/')) url.pop_back();
    if (url.empty()) throw Failure(Code::config, "/url is empty");
    out.api = text_of(config, "api");
    if (!is_api_version(out.api)) throw Failure(Code::config, "/api must look like v11_20");
    out.base = url + "/rest/" + out.api;
    out.user = text_of(config, "user");
    out.password = text_of(config, "password");
    if (out.user.empty()) throw Failure(Code::config, "/user is empty");
    if (out.password.empty()) throw Failure(Code::config, "/password is empty");
    out.client_id = text_of(config, "client_id");
    out.client_secret = text_of(config, "client_secret");
    out.platform = text_of(config, "platform");
    out.key_field = text_of(config, "key_field");
    if (!out.key_field.empty() && !is_identifier(out.key_field))
        throw Failure(Code::config, "/key_field is not the name of a field");
    const auto* bulk = config.if_contains("bulk");
    out.bulk = !bulk || !bulk->is_bool() || bulk->as_bool();
    out.page_size = static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(integer_of(config, "page_size", 200), 10, 10'000));
    out.overlap_ms = std::clamp<std::int64_t>(integer_of(config, "overlap", 60), 0, 86'400) * 1000;
    return out;
}

}  // namespace maillon::sugarcrm
