#include "graph_service.h"

#include "core/base/digest.h"
#include "core/base/time.h"
#include "graph_errors.h"

#include <algorithm>

namespace sandbox {

using namespace graph_errors;

GraphService::GraphService(PageAccount account, std::mutex& lock, Couriers& couriers,
                           const maillon::Clock& clock, std::uint64_t seed)
    : account_(std::move(account)),
      lock_(lock),
      couriers_(couriers),
      clock_(clock),
      chance_(seed),
      webhooks_(lock, couriers, clock, account_.app_secret) {}

std::optional<maillon::HttpResponse> GraphService::handle(Call& call, const maillon::Responder& responder) {
    version_ = "/";
    if (!call.path.empty() && call.path[0].size() > 1 && call.path[0][0] == 'v' &&
        std::isdigit(static_cast<unsigned char>(call.path[0][1])) != 0) {
        version_ = "/" + call.path[0] + "/";
        call.path.erase(call.path.begin());
    }
    call.read_body_parameters();
    auto answer = refuse(call);
    if (!answer) answer = dispatch(call, responder);
    if (answer) {
        answer->headers.add("facebook-api-version",
                            version_ == "/" ? "v25.0" : version_.substr(1, version_.size() - 2));
        answer->headers.add("X-App-Usage", throttle_code_ != 0
                                               ? R"({"call_count":100,"total_time":25,"total_cputime":25})"
                                               : R"({"call_count":1,"total_time":1,"total_cputime":1})");
    }
    return answer;
}

maillon::HttpResponse GraphService::mishap(Mishap kind, int retry_after_s) {
    if (kind == Mishap::server_error)
        return error(500, 1, "An unknown error has occurred.", 0, "OAuthException", true);
    // Meta itself sends no Retry-After and means minutes; a fault on demand is to be over when its sender
    // says.
    Answer answer = throttled(4);
    answer.headers.add("Retry-After", std::to_string(retry_after_s));
    return answer;
}

std::string GraphService::configure(const json::object& settings) {
    for (const auto& [key, value] : settings) {
        if (key == "require_proof" && value.is_bool())
            require_proof_ = value.get_bool();
        else if (key == "echo" && value.is_bool())
            echo_ = value.get_bool();
        else if (key == "throttle_code")
            throttle_code_ = static_cast<int>(int_of(settings, "throttle_code", 0));
        else if (key == "batch")
            webhooks_.batch =
                static_cast<std::size_t>(std::clamp<std::int64_t>(int_of(settings, "batch", 10), 1, 1000));
        else if (key == "connections")
            webhooks_.connections =
                static_cast<std::size_t>(std::clamp<std::int64_t>(int_of(settings, "connections", 4), 1, 8));
        else
            return "graph." + std::string(key) + " is unknown or of the wrong kind";
    }
    return {};
}

json::object GraphService::settings() const {
    return {{"require_proof", require_proof_},
            {"echo", echo_},
            {"throttle_code", throttle_code_},
            {"batch", webhooks_.batch},
            {"connections", webhooks_.connections}};
}

std::string GraphService::new_comment_id(const std::string& post_id) {
    return post_id.substr(post_id.rfind('_') + 1) + "_" + chance_.digits(15);
}

const PageComment& GraphService::publish(std::string id, const std::string& post_id,
                                         const std::string& parent, Visitor author, std::string message,
                                         std::string original) {
    PageComment comment;
    comment.id = std::move(id);
    comment.post_id = post_id;
    comment.parent = parent;
    comment.author = std::move(author);
    comment.message = std::move(message);
    comment.created_ms = maillon::millis(clock_.now());
    comment.original = std::move(original);
    const PageComment& kept = page_.add(std::move(comment));
    tell(kept, "add", true);
    return kept;
}

std::optional<maillon::HttpResponse> GraphService::refuse(const Call& call) const {
    const std::string token = call.has("access_token") ? call.parameter("access_token") : call.bearer();
    if (token.empty()) return error(400, 104, "An access token is required to request this resource.");
    const bool is_app = token == account_.app_id + "|" + account_.app_secret;
    if (!is_app && token != account_.page_token)
        return error(401, 190, "Invalid OAuth access token - Cannot parse access token", 467);
    const std::string proof = call.parameter("appsecret_proof");
    if (proof.empty() && require_proof_) {
        return error(400, 100, "API calls from the server require an appsecret_proof argument", 0,
                     "GraphMethodException");
    }
    if (!proof.empty() && proof != maillon::hmac_sha256_hex(account_.app_secret, token)) {
        return error(400, 100, "Invalid appsecret_proof provided in the API argument", 0,
                     "GraphMethodException");
    }
    if (throttle_code_ != 0) return throttled(throttle_code_);
    const bool needs_app = call.goes_to({account_.app_id, "subscriptions"});
    if (needs_app && !is_app)
        return error(403, 15, "(#15) This method must be called with an app access_token.");
    if (!needs_app && is_app)
        return error(400, 210, "(#210) A page access token is required to request this resource.");
    return std::nullopt;
}

std::optional<maillon::HttpResponse> GraphService::dispatch(const Call& call,
                                                            const maillon::Responder& responder) {
    if (call.path.empty() || call.path.size() > 2)
        return error(400, 2500, "Unknown path components: " + call.request.path);
    const std::string& id = call.path[0] == "me" ? account_.page_id : call.path[0];
    if (call.path.size() == 1) return node(call, id);
    if (id == account_.app_id && call.path[1] == "subscriptions") return subscriptions(call, responder);
    return edge(call, id, call.path[1]);
}

GraphService::Answer GraphService::edge(const Call& call, const std::string& id, const std::string& name) {
    if (id == account_.page_id) {
        if (name == "subscribed_apps") return subscribed_apps(call);
        if (name == "feed" || name == "published_posts" || name == "posts") return feed(call);
        if (name == "messages" && call.is("POST")) return message(call);
    }
    if (name != "comments") return error(400, 2500, "Unknown path components: /" + name);
    if (page_.post(id) == nullptr && page_.find(id) == nullptr) return not_there(id);
    return call.is("POST") ? comment(call, id) : comments(call, id);
}

GraphService::Answer GraphService::node(const Call& call, const std::string& id) {
    if (id == account_.page_id && call.is("GET")) {
        return json_answer(200, json::object{{"id", account_.page_id}, {"name", account_.page_name}});
    }
    PageComment* found = page_.find(id);
    if (call.is("GET")) {
        if (found != nullptr)
            return json_answer(200, render(*found, graph_fields(call.parameter("fields"),
                                                                {"id", "message", "from", "created_time"})));
        const StoryPost* post = page_.post(id);
        return post == nullptr
                   ? not_there(id)
                   : json_answer(200, render(*post, graph_fields(call.parameter("fields"),
                                                                 {"id", "message", "created_time"})));
    }
    if (found == nullptr) return not_there(id);
    if (call.is("POST")) return change(call, *found);
    return call.is("DELETE") ? remove(*found) : error(400, 100, "Unsupported request");
}

std::vector<std::string> graph_fields(std::string_view text, std::initializer_list<const char*> otherwise) {
    std::vector<std::string> names;
    std::string name;
    int depth = 0;
    bool is_behind = false;  // after the name: modifiers and inner fields
    for (const char c : text) {
        depth += c == '{' || c == '(' ? 1 : c == '}' || c == ')' ? -1 : 0;
        if (c == ',' && depth == 0) {
            names.push_back(std::exchange(name, {}));
            is_behind = false;
        } else {
            is_behind = is_behind || depth > 0 || c == '.';
            if (!is_behind && c != ' ' && c != ')' && c != '}') name.push_back(c);
        }
    }
    if (!name.empty()) names.push_back(name);
    if (names.empty()) names.assign(otherwise.begin(), otherwise.end());
    return names;
}

std::string graph_time(std::int64_t ms) {
    return maillon::to_rfc3339(maillon::from_millis(ms / 1000 * 1000)).substr(0, 19) + "+0000";
}

}  // namespace sandbox
