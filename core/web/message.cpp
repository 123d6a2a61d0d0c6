#include "core/web/message.h"

#include <algorithm>

namespace maillon {
inline namespace web {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

HttpResponse response_of(int status, const char* type, std::string body) {
    HttpResponse response;
    response.status = status;
    response.headers.add("Content-Type", type);
    response.body = std::move(body);
    return response;
}

}  // namespace

std::optional<std::string_view> HttpHeaders::find(std::string_view name) const {
    for (const auto& [key, value] : fields) {
        if (same_name(key, name)) return value;
    }
    return std::nullopt;
}

void HttpHeaders::set(std::string_view name, std::string value) {
    std::erase_if(fields, [&](const auto& field) { return same_name(field.first, name); });
    add(std::string(name), std::move(value));
}

HttpResponse text_response(int status, std::string text) {
    return response_of(status, "text/plain; charset=utf-8", std::move(text));
}

HttpResponse json_response(int status, std::string json) {
    return response_of(status, "application/json; charset=utf-8", std::move(json));
}

}  // namespace web
}  // namespace maillon
