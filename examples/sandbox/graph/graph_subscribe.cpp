#include "graph_errors.h"
#include "graph_service.h"

namespace sandbox {

using namespace graph_errors;

std::optional<GraphService::Answer> GraphService::subscriptions(const Call& call,
                                                                const maillon::Responder& responder) {
    if (call.is("POST")) {
        verify_callback(call, responder);
        return std::nullopt;
    }
    if (call.is("DELETE")) {
        webhooks_.callback_url.clear();
        return json_answer(200, json::object{{"success", true}});
    }
    json::array data;
    if (!webhooks_.callback_url.empty()) {
        json::array fields;
        for (const std::string& field : webhooks_.fields)
            fields.push_back({{"name", field}, {"version", "v25.0"}});
        data.push_back({{"object", "page"},
                        {"callback_url", webhooks_.callback_url},
                        {"active", true},
                        {"fields", std::move(fields)}});
    }
    return json_answer(200, json::object{{"data", std::move(data)}});
}

/// Asks the callback for its challenge on a courier's thread; only then the subscription counts.
void GraphService::verify_callback(const Call& call, const maillon::Responder& responder) {
    const std::string url = call.parameter("callback_url");
    const std::string token = call.parameter("verify_token");
    if (call.parameter("object") != "page" || url.empty()) {
        responder.answer(bad_parameter("object must be page and callback_url is required"));
        return;
    }
    const std::string challenge = chance_.digits(10);
    const auto fields = split_list(call.parameter("fields"));
    couriers_.send([this, url, token, challenge, fields, responder](Caller& caller) {
        const std::string query = (url.find('?') == std::string::npos ? "?" : "&") +
                                  ("hub.mode=subscribe&hub.challenge=" + challenge) +
                                  "&hub.verify_token=" + maillon::percent_encode(token);
        const auto answer = caller.call("GET", url + query, {}, "");
        if (!answer || answer->status != 200 || answer->body != challenge) {
            const std::string seen =
                answer ? "HTTP Status Code = " + std::to_string(answer->status) : answer.error().what;
            responder.answer(
                error(400, 2200, "(#2200) Callback verification failed with the following errors: " + seen));
            return;
        }
        const std::lock_guard lock(lock_);
        webhooks_.callback_url = url;
        webhooks_.verify_token = token;
        webhooks_.fields = fields;
        responder.answer(json_answer(200, json::object{{"success", true}}));
    });
}

GraphService::Answer GraphService::subscribed_apps(const Call& call) {
    if (call.is("GET")) {
        json::array data;
        if (webhooks_.page_subscribed)
            data.push_back(
                {{"id", account_.app_id}, {"name", "Sandbox"}, {"subscribed_fields", json::array{"feed"}}});
        return json_answer(200, json::object{{"data", std::move(data)}});
    }
    if (call.is("POST") && call.parameter("subscribed_fields").empty())
        return bad_parameter("The parameter subscribed_fields is required.");
    webhooks_.page_subscribed = call.is("POST");
    return json_answer(200, json::object{{"success", true}});
}

}  // namespace sandbox
