#include "x_errors.h"
#include "x_service.h"

#include <maillon/post_text.h>

#include <charconv>

namespace sandbox {
namespace {

using x_errors::bad_parameter;
using x_errors::problem;

std::uint64_t id_from(const std::string& text) {
    std::uint64_t id = 0;
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), id);
    return bad == std::errc{} && end == text.data() + text.size() ? id : 0;
}

/// What X allows an ordinary account.
constexpr std::size_t kLongestPost = 280;

/// The part of a reply that counts: without the @names at its beginning.
std::string_view without_leading_mentions(std::string_view text) {
    while (text.starts_with('@')) {
        const auto space = text.find(' ');
        if (space == std::string_view::npos) return {};
        text.remove_prefix(space + 1);
    }
    return text;
}

}  // namespace

XService::Answer XService::create(const Call& call) {
    const auto body = parse_object(call.request.body);
    if (!body) return bad_parameter("body", "", "The request body is no JSON object");
    const std::string text = text_of(*body, "text");
    if (text.empty()) return bad_parameter("text", "", "The `text` field is required");
    const json::value* reply = body->if_contains("reply");
    const XPost* target = nullptr;
    if (reply != nullptr && reply->is_object()) {
        const std::string id = text_of(reply->get_object(), "in_reply_to_tweet_id");
        target = posts_.find(id_from(id));
        if (target == nullptr)
            return problem(403, "Forbidden",
                           "You attempted to reply to a Tweet that is deleted or not visible to you.");
    }
    const std::string_view counted =
        target == nullptr ? std::string_view(text) : without_leading_mentions(text);
    if (maillon::post_text::weighted_length(counted) > kLongestPost)
        return bad_parameter("text", text, "Your Tweet text is too long.");
    if (Answer refusal = refuse_create(text, target); refusal.status != 200) return refusal;

    XPost post;
    post.id = ids_.next();
    post.text = escape_entities(text);
    post.author_id = account_.id;
    post.created_ms = maillon::millis(clock_.now());
    post.conversation = target == nullptr ? post.id : target->conversation;
    if (target != nullptr) {
        post.in_reply_to = target->id;
        post.in_reply_to_user = target->author_id;
    }
    said_[text] = post.created_ms;
    const XPost& made = posts_.add(std::move(post));
    const std::string id = std::to_string(made.id);
    json::object data{{"id", id}, {"text", made.text}};
    data[renamed_ ? "edit_history_post_ids" : "edit_history_tweet_ids"] = json::array{id};
    return json_answer(201, json::object{{"data", std::move(data)}});
}

/// 200 when the post may be made.
XService::Answer XService::refuse_create(const std::string& text, const XPost* target) const {
    if (require_summoned_ && target != nullptr && !target->is_mention && target->author_id != account_.id) {
        return problem(403, "Forbidden", "You are not permitted to perform this action.");
    }
    const auto said = said_.find(text);
    const std::int64_t window_ms = duplicate_window_s_ * 1000;
    if (said != said_.end() && maillon::millis(clock_.now()) - said->second < window_ms) {
        return problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.");
    }
    return {};
}

XService::Answer XService::remove(const Call& call) {
    const XPost* post = posts_.find(id_from(call.path[2]));
    if (post != nullptr && post->author_id != account_.id) {
        return problem(403, "Forbidden", "You are not authorized to delete this Tweet.");
    }
    const bool deleted = post != nullptr && posts_.remove(post->id);
    return json_answer(200, json::object{{"data", json::object{{"deleted", deleted}}}});
}

/// Only answers in conversations that the account has begun can be hidden.
XService::Answer XService::hide(const Call& call) {
    const auto body = parse_object(call.request.body);
    const json::value* wish = body ? body->if_contains("hidden") : nullptr;
    if (wish == nullptr || !wish->is_bool())
        return bad_parameter("hidden", "", "The `hidden` field is required");
    const XPost* post = posts_.find(id_from(call.path[2]));
    const XPost* start = post == nullptr ? nullptr : posts_.find(post->conversation);
    if (start == nullptr || start->author_id != account_.id || post->in_reply_to == 0) {
        return problem(403, "Forbidden", "You are not permitted to perform this action.");
    }
    posts_.hide(post->id, wish->get_bool());
    return json_answer(200, json::object{{"data", json::object{{"hidden", wish->get_bool()}}}});
}

}  // namespace sandbox
