#include "call.h"

namespace sandbox {

Call::Call(maillon::HttpRequest taken)
    : request(std::move(taken)),
      path(maillon::path_segments(request.path)),
      query(maillon::parse_query(request.query)) {}

bool Call::goes_to(std::initializer_list<std::string_view> pattern) const {
    if (pattern.size() != path.size()) return false;
    auto segment = path.begin();
    for (const std::string_view wanted : pattern) {
        if (wanted != "*" && wanted != *segment) return false;
        ++segment;
    }
    return true;
}

std::string Call::parameter(std::string_view name) const {
    return std::string(maillon::find_parameter(query, name).value_or(std::string_view()));
}

std::string Call::bearer() const {
    const std::string_view value = request.header("Authorization").value_or(std::string_view());
    constexpr std::string_view kBearer = "Bearer ";
    return value.starts_with(kBearer) ? std::string(value.substr(kBearer.size())) : std::string();
}

void Call::read_body_parameters() {
    if (request.body.empty()) return;
    const std::string_view type = request.header("Content-Type").value_or(std::string_view());
    if (type.find("json") == std::string_view::npos) {
        for (auto& pair : maillon::parse_query(request.body)) query.push_back(std::move(pair));
        return;
    }
    const auto body = parse_object(request.body);
    if (!body) return;
    for (const auto& [key, value] : *body) {
        const bool is_nested = value.is_object() || value.is_array();
        query.emplace_back(std::string(key), is_nested ? json::serialize(value) : text_of(value));
    }
}

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        std::string_view word = text.substr(0, text.find(','));
        text.remove_prefix(std::min(word.size() + 1, text.size()));
        while (!word.empty() && word.front() == ' ') word.remove_prefix(1);
        while (!word.empty() && word.back() == ' ') word.remove_suffix(1);
        if (!word.empty()) words.emplace_back(word);
    }
    return words;
}

maillon::HttpResponse json_answer(int status, const json::value& value) {
    return maillon::json_response(status, json::serialize(value));
}

}  // namespace sandbox
