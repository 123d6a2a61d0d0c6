#include "x_render.h"

#include "core/base/time.h"

#include <cctype>

namespace sandbox {
namespace {

std::string time_text(std::int64_t ms) {
    std::string text = maillon::to_rfc3339(maillon::from_millis(ms));
    // X always writes milliseconds.
    if (text.find('.') == std::string::npos) text.replace(text.size() - 1, 1, ".000Z");
    return text;
}

bool is_name_sign(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::size_t count_code_points(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0U) != 0x80U ? 1 : 0;
    return count;
}

}  // namespace

XView::XView(const Call& call, bool renamed) : renamed_(renamed) {
    // The other vocabulary's name is an unknown parameter.
    if (const char* other = renamed ? "tweet.fields" : "post.fields"; call.has(other)) {
        wrong_parameter_ = other;
        wrong_value_ = call.parameter(other);
    }
    read(call, renamed ? "post.fields" : "tweet.fields",
         {"id",
          "text",
          "author_id",
          "created_at",
          "conversation_id",
          "in_reply_to_user_id",
          "referenced_tweets",
          "referenced_posts",
          "entities",
          "attachments",
          "lang",
          "note_tweet",
          "note_post",
          "edit_controls",
          "edit_history_tweet_ids",
          "edit_history_post_ids",
          "public_metrics",
          "source",
          "possibly_sensitive",
          "reply_settings",
          "geo",
          "context_annotations",
          "withheld"},
         fields_);
    read(
        call, "expansions",
        {"author_id", "referenced_tweets.id", "referenced_tweets.id.author_id", "referenced_posts",
         "referenced_posts.id", "in_reply_to_user_id", "attachments.media_keys", "entities.mentions.username",
         "geo.place_id", "edit_history_tweet_ids", "edit_history_post_ids", "attachments.poll_ids"},
        expansions_);
    read(call, "user.fields",
         {"id", "name", "username", "location", "created_at", "verified", "verified_type", "description",
          "url", "protected", "public_metrics", "profile_image_url", "entities", "pinned_tweet_id",
          "withheld"},
         user_fields_);
}

void XView::read(const Call& call, const std::string& parameter, std::initializer_list<const char*> known,
                 std::set<std::string>& into) {
    for (std::string& word : split_list(call.parameter(parameter))) {
        bool is_known = false;
        for (const char* name : known) is_known = is_known || word == name;
        if (!is_known && wrong_parameter_.empty()) {
            wrong_parameter_ = parameter;
            wrong_value_ = word;
        }
        into.insert(std::move(word));
    }
}

json::object XView::post(const XPost& post) const {
    const std::string id = std::to_string(post.id);
    json::object out{{"id", id}, {"text", post.text}};
    out[renamed_ ? "edit_history_post_ids" : "edit_history_tweet_ids"] = json::array{id};
    if (asks("author_id") || expansions_.count("author_id") > 0) out["author_id"] = post.author_id;
    if (asks("created_at")) out["created_at"] = time_text(post.created_ms);
    if (asks("conversation_id")) out["conversation_id"] = std::to_string(post.conversation);
    if (asks("lang")) out["lang"] = "en";
    if (asks("public_metrics")) {
        out["public_metrics"] = {{"retweet_count", 0}, {"reply_count", 0},    {"like_count", 0},
                                 {"quote_count", 0},   {"bookmark_count", 0}, {"impression_count", 0}};
    }
    if (post.in_reply_to != 0) {
        const bool wants = renamed_
                               ? asks("referenced_posts") || expansions_.count("referenced_posts") > 0
                               : asks("referenced_tweets") || expansions_.count("referenced_tweets.id") > 0;
        if (wants) {
            out[renamed_ ? "referenced_posts" : "referenced_tweets"] =
                json::array{json::object{{"type", "replied_to"}, {"id", std::to_string(post.in_reply_to)}}};
        }
        const bool wants_user = asks("in_reply_to_user_id") || expansions_.count("in_reply_to_user_id") > 0;
        if (wants_user) out["in_reply_to_user_id"] = post.in_reply_to_user;
    }
    if (asks("entities")) add_entities(out, post);
    return out;
}

void XView::add_entities(json::object& out, const XPost& post) const {
    json::array mentions;
    const std::string& text = post.text;
    for (std::size_t at = text.find('@'); at != std::string::npos; at = text.find('@', at + 1)) {
        std::size_t end = at + 1;
        while (end < text.size() && end - at <= 15 && is_name_sign(text[end])) ++end;
        if (end == at + 1 || (at > 0 && is_name_sign(text[at - 1]))) continue;
        const std::size_t start = count_code_points(std::string_view(text).substr(0, at));
        mentions.push_back(
            {{"start", start}, {"end", start + end - at}, {"username", text.substr(at + 1, end - at - 1)}});
    }
    if (!mentions.empty()) out["entities"] = {{"mentions", std::move(mentions)}};
}

json::object XView::user(const XUser& user) const {
    json::object out{{"id", user.id}, {"name", user.name}, {"username", user.username}};
    const auto wants = [&](const char* field) { return user_fields_.count(field) > 0; };
    if (wants("location") && !user.location.empty()) out["location"] = user.location;
    if (wants("created_at")) out["created_at"] = "2014-03-01T10:00:00.000Z";
    if (wants("verified")) out["verified"] = false;
    if (wants("description")) out["description"] = "";
    if (wants("protected")) out["protected"] = false;
    if (wants("public_metrics")) {
        out["public_metrics"] = {
            {"followers_count", 120}, {"following_count", 80}, {"tweet_count", 900}, {"listed_count", 1}};
    }
    return out;
}

json::object XView::list(const std::vector<const XPost*>& found, const XPosts& posts) const {
    json::object out;
    if (found.empty()) return out;
    json::array data;
    data.reserve(found.size());
    for (const XPost* one : found) data.push_back(post(*one));
    out["data"] = std::move(data);
    json::object more = includes(found, posts);
    if (!more.empty()) out["includes"] = std::move(more);
    return out;
}

json::object XView::includes(const std::vector<const XPost*>& found, const XPosts& posts) const {
    json::array users;
    json::array referenced;
    std::set<std::string> seen_users;
    std::set<std::uint64_t> seen_posts;
    const auto add_user = [&](const std::string& id) {
        const XUser* who = posts.user(id);
        if (who != nullptr && seen_users.insert(id).second) users.push_back(user(*who));
    };
    const bool wants_posts = expansions_.count("referenced_tweets.id") +
                                 expansions_.count("referenced_posts") +
                                 expansions_.count("referenced_posts.id") >
                             0;
    for (const XPost* one : found) {
        if (expansions_.count("author_id") > 0) add_user(one->author_id);
        if (expansions_.count("in_reply_to_user_id") > 0) add_user(one->in_reply_to_user);
        if (!wants_posts || one->in_reply_to == 0 || !seen_posts.insert(one->in_reply_to).second) continue;
        const XPost* target = posts.find(one->in_reply_to);
        if (target == nullptr) continue;
        referenced.push_back(post(*target));
        if (expansions_.count("referenced_tweets.id.author_id") > 0) add_user(target->author_id);
    }
    json::object out;
    if (!users.empty()) out["users"] = std::move(users);
    if (!referenced.empty()) out[renamed_ ? "posts" : "tweets"] = std::move(referenced);
    return out;
}

}  // namespace sandbox
