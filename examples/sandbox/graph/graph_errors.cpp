#include "graph_errors.h"

namespace sandbox::graph_errors {

maillon::HttpResponse error(int status, int code, const std::string& message, int subcode, const char* type,
                            bool transient) {
    json::object error{{"message", message}, {"type", type}, {"code", code}};
    if (subcode != 0) error["error_subcode"] = subcode;
    if (transient) error["is_transient"] = true;
    error["fbtrace_id"] = "AmFGcW_3hwDB7qFbl_QdebZ";
    auto response = json_answer(status, json::object{{"error", std::move(error)}});
    if (status == 400 || status == 401) {
        response.headers.add("WWW-Authenticate", "OAuth \"Facebook Platform\" \"invalid_request\"");
    }
    return response;
}

maillon::HttpResponse not_there(const std::string& id) {
    return error(400, 100,
                 "Unsupported get request. Object with ID '" + id +
                     "' does not exist, cannot be loaded due to missing permissions, or does not support "
                     "this operation.",
                 33, "GraphMethodException");
}

maillon::HttpResponse bad_parameter(const std::string& message) {
    return error(400, 100, "(#100) " + message);
}

maillon::HttpResponse throttled(int code) {
    switch (code) {
        case 4: return error(403, 4, "(#4) Application request limit reached", 0, "OAuthException", true);
        case 17: return error(400, 17, "(#17) User request limit reached", 0, "OAuthException", true);
        case 32: return error(403, 32, "(#32) Page request limit reached");
        case 613: return error(400, 613, "(#613) Calls to this api have exceeded the rate limit.");
        case 80006:
            return error(
                400, 80006,
                "(#80006) There have been too many messages sent from this Page. Wait a bit and try again.");
        default:
            return error(
                400, 80001,
                "(#80001) There have been too many calls to this Page account. Wait a bit and try again.");
    }
}

}  // namespace sandbox::graph_errors
