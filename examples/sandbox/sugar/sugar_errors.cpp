#include "sugar_errors.h"

namespace sandbox::sugar_errors {

maillon::HttpResponse error(int status, const std::string& code, const std::string& message) {
    return json_answer(status, json::object{{"error", code}, {"error_message", message}});
}
maillon::HttpResponse need_login() {
    return error(401, "need_login", "You need to be logged in to perform this action.");
}
maillon::HttpResponse invalid_grant() {
    return error(401, "invalid_grant", "Your authentication token is invalid.");
}
maillon::HttpResponse not_authorized() {
    return error(
        403, "not_authorized",
        "You are not authorized to perform this action. Contact your administrator if you need access.");
}
maillon::HttpResponse no_such_record(const std::string& id, const std::string& module) {
    return error(404, "not_found", "Could not find record: " + id + " in module: " + module);
}
maillon::HttpResponse no_such_path() {
    return error(404, "not_found",
                 "Your requested resource was not found. Could not find a handler for the path specified in "
                 "the request.");
}
maillon::HttpResponse no_such_method() {
    return error(
        404, "no_method",
        "Your request was not supported. Could not find the HTTP method of your request for this path.");
}
maillon::HttpResponse invalid_parameter(const std::string& message) {
    return error(422, "invalid_parameter", message);
}

}  // namespace sandbox::sugar_errors
