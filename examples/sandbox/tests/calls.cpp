#include "calls.h"

namespace sandbox::test {

json::array Reply::list(std::string_view member) const {
    const json::value* value = body.if_contains(view(member));
    return value != nullptr && value->is_array() ? value->get_array() : json::array();
}

Reply call(Service& service, std::string_view method, std::string_view target, const std::string& body,
           std::string_view credential, std::string_view type) {
    maillon::HttpRequest request;
    request.method = method;
    request.target = target;
    request.path = target.substr(0, target.find('?'));
    if (const auto mark = target.find('?'); mark != std::string_view::npos)
        request.query = target.substr(mark + 1);
    request.headers.add("Host", "sandbox.test");
    request.headers.add("Content-Type", std::string(type));
    if (const auto colon = credential.find(": "); colon != std::string_view::npos) {
        request.headers.add(std::string(credential.substr(0, colon)),
                            std::string(credential.substr(colon + 2)));
    }
    request.body = body;
    Call parsed(std::move(request));
    const auto answer = service.handle(parsed, maillon::Responder(nullptr));
    if (!answer) return {};
    return {answer->status, answer->headers, parse_object(answer->body).value_or(json::object())};
}

}  // namespace sandbox::test
