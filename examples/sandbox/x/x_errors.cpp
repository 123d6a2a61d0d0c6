#include "x_errors.h"

namespace sandbox::x_errors {

maillon::HttpResponse problem(int status, const std::string& title, const std::string& detail) {
    auto response = json_answer(
        status,
        json::object{{"title", title}, {"detail", detail}, {"type", "about:blank"}, {"status", status}});
    response.headers.set("Content-Type", "application/problem+json; charset=utf-8");
    return response;
}

maillon::HttpResponse bad_parameter(const std::string& name, const std::string& value,
                                    const std::string& message) {
    json::object entry{{"parameters", json::object{{name, json::array{value}}}}, {"message", message}};
    return json_answer(400, json::object{{"errors", json::array{std::move(entry)}},
                                         {"title", "Invalid Request"},
                                         {"detail", "One or more parameters to your request was invalid."},
                                         {"type", "https://api.twitter.com/2/problems/invalid-request"}});
}

json::object not_found(const std::string& kind, const std::string& parameter, const std::string& value) {
    return {{"value", value},
            {"detail", "Could not find " + kind + " with " + parameter + ": [" + value + "]."},
            {"title", "Not Found Error"},
            {"resource_type", kind},
            {"parameter", parameter},
            {"resource_id", value},
            {"type", "https://api.twitter.com/2/problems/resource-not-found"}};
}

}  // namespace sandbox::x_errors
