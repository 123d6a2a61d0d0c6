#include "x_service.h"

#include "core/base/text.h"
#include "x_errors.h"

namespace sandbox {

using x_errors::problem;

XService::XService(XAccount account, const maillon::Clock& clock)
    : account_(std::move(account)), clock_(clock), ids_(clock), limits_(clock) {
    posts_.add_user({account_.id, account_.username, account_.username, ""});
}

std::optional<maillon::HttpResponse> XService::handle(Call& call, const maillon::Responder&) {
    if (call.bearer() != account_.token) return problem(401, "Unauthorized", "Unauthorized");
    const auto standing = limits_.take(endpoint_of(call));
    Answer answer =
        standing.is_over ? problem(429, "Too Many Requests", "Too Many Requests") : dispatch(call);
    answer.headers.add("x-rate-limit-limit", std::to_string(standing.limit));
    answer.headers.add("x-rate-limit-remaining", std::to_string(standing.remaining));
    answer.headers.add("x-rate-limit-reset", std::to_string(standing.reset_s));
    return answer;
}

maillon::HttpResponse XService::mishap(Mishap kind, int retry_after_s) {
    if (kind == Mishap::server_error) {
        auto response = maillon::text_response(503, "<html><body>Over capacity</body></html>");
        response.headers.set("Content-Type", "text/html");
        return response;
    }
    Answer response = problem(429, "Too Many Requests", "Too Many Requests");
    response.headers.add("x-rate-limit-limit", "450");
    response.headers.add("x-rate-limit-remaining", "0");
    response.headers.add("x-rate-limit-reset",
                         std::to_string(maillon::millis(clock_.now()) / 1000 + retry_after_s));
    return response;
}

std::string XService::configure(const json::object& settings) {
    for (const auto& [key, value] : settings) {
        if (key == "vocabulary" && (text_of(value) == "2.159" || text_of(value) == "2.167"))
            renamed_ = text_of(value) == "2.167";
        else if (key == "duplicate_window_s")
            duplicate_window_s_ = int_of(settings, "duplicate_window_s", 900);
        else if (key == "require_summoned" && value.is_bool())
            require_summoned_ = value.get_bool();
        else if (key == "partial_errors" && value.is_bool())
            partial_errors_ = value.get_bool();
        else if (key == "rate_limits" && value.is_object()) {
            if (std::string wrong = limits_.configure(value.get_object()); !wrong.empty()) return wrong;
        } else {
            return "x." + std::string(key) + " is unknown or of the wrong kind";
        }
    }
    return {};
}

json::object XService::settings() const {
    return {{"vocabulary", renamed_ ? "2.167" : "2.159"},
            {"duplicate_window_s", duplicate_window_s_},
            {"require_summoned", require_summoned_},
            {"partial_errors", partial_errors_},
            {"rate_limits", limits_.settings()}};
}

const XPost& XService::publish(const XUser& author, std::string text, std::string original,
                               std::uint64_t conversation, std::uint64_t in_reply_to) {
    if (posts_.user(author.id) == nullptr) posts_.add_user(author);
    XPost post;
    post.id = ids_.next();
    post.text = std::move(text);
    post.author_id = author.id;
    post.created_ms = maillon::millis(clock_.now());
    post.conversation = conversation == 0 ? post.id : conversation;
    if (const XPost* target = posts_.find(in_reply_to); target != nullptr) {
        post.conversation = target->conversation;
        post.in_reply_to = target->id;
        post.in_reply_to_user = target->author_id;
    }
    post.original = std::move(original);
    post.is_mention = true;
    return posts_.add(std::move(post));
}

std::string XService::endpoint_of(const Call& call) const {
    std::string endpoint = call.request.method;
    for (std::size_t i = 0; i < call.path.size(); ++i) {
        const std::string& segment = call.path[i];
        const bool is_name = i > 0 && call.path[i - 1] == "username";
        const bool is_id = i == 2 && segment != "search" && segment != "me" && segment != "by";
        endpoint += i == 0 ? " /" : "/";
        endpoint += is_name ? ":username" : is_id ? ":id" : segment;
    }
    return endpoint;
}

XService::Answer XService::dispatch(const Call& call) {
    if (call.is("GET")) {
        if (call.goes_to({"2", "tweets", "search", "recent"})) return search(call);
        if (call.goes_to({"2", "tweets"})) return lookup(call, call.parameter("ids"), false);
        if (call.goes_to({"2", "tweets", "*"})) return lookup(call, call.path[2], true);
        if (call.goes_to({"2", "users", "me"}))
            return user(call, posts_.user(account_.id), "id", account_.id);
        if (call.goes_to({"2", "users", "by", "username", "*"})) {
            return user(call, posts_.user_by_name(call.path[4]), "username", call.path[4]);
        }
        if (call.goes_to({"2", "users", "*", "mentions"})) {
            static const XPosts::List kNobodyElse;
            return timeline(call, call.path[2] == account_.id ? posts_.mentions() : kNobodyElse);
        }
        if (call.goes_to({"2", "users", "*", "tweets"}))
            return timeline(call, posts_.by_author(call.path[2]));
        if (call.goes_to({"2", "users", "*"}))
            return user(call, posts_.user(call.path[2]), "id", call.path[2]);
    }
    if (call.is("POST") && call.goes_to({"2", "tweets"})) return create(call);
    if (call.is("DELETE") && call.goes_to({"2", "tweets", "*"})) return remove(call);
    if (call.is("PUT") && call.goes_to({"2", "tweets", "*", "hidden"})) return hide(call);
    return problem(404, "Not Found", "Not Found");
}

}  // namespace sandbox
