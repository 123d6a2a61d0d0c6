#include "feed.h"

#include "signature.h"

#include "maillon/wire.hpp"

#include <algorithm>
#include <array>

namespace maillon::facebook {
namespace {

/// Verbs as Meta writes them, and what happened.
struct Verb {
    std::string_view written, past;
};
constexpr std::array<Verb, 6> kVerbs{{{"add", "created"},
                                      {"edit", "edited"},
                                      {"edited", "edited"},
                                      {"remove", "removed"},
                                      {"hide", "hidden"},
                                      {"unhide", "unhidden"}}};

std::string past_of(const json::object& value) {
    const auto verb = wire::text(value, "verb");
    const auto found =
        std::find_if(kVerbs.begin(), kVerbs.end(), [&](const Verb& v) { return v.written == verb; });
    return found == kVerbs.end() ? std::string() : std::string(found->past);
}

std::string_view behind_last(const std::string& id) {
    const auto mark = id.rfind('_');
    return std::string_view(id).substr(mark == std::string::npos ? 0 : mark + 1);
}

kinds::Person person_of(const std::string& page, const json::object& from) {
    return person_on(page, wire::id(from, "id"), wire::text(from, "name"));
}

kinds::Person author_of(const std::string& page, const json::object& value) {
    if (const auto* from = wire::object(value, "from")) return person_of(page, *from);
    return person_on(page, wire::id(value, "sender_id"), wire::text(value, "sender_name"));
}

std::string link_of(const json::object& value) {
    const auto* post = wire::object(value, "post");
    const auto url = post ? wire::text(*post, "permalink_url") : std::string();
    return url.starts_with("https://") ? url : std::string();
}

std::vector<kinds::Attachment> attachments_of(const json::object& value) {
    std::vector<kinds::Attachment> out;
    const auto add = [&out](const std::string& url, const char* type) {
        if (!url.empty()) out.push_back({url, type});
    };
    add(wire::text(value, "photo"), "image/*");
    if (const auto* photos = wire::array(value, "photos"))
        for (const auto& photo : *photos) add(wire::text({{"url", photo}}, "url"), "image/*");
    add(wire::text(value, "video"), "video/*");
    return out;
}

/// When it happened: creations and removals say so themselves, later changes carry the time of the creation.
std::int64_t time_of(const Change& change, const std::string& past) {
    const auto made = unix_ms(change.value, "created_time");
    const bool its_own = past == "created" || past == "removed";
    const auto first = its_own ? made : change.entry_ms;
    return first != 0 ? first : std::max(made, change.entry_ms);
}

/// Meta's own keys against doubles: a creation and a removal happen once; an edit is told by its text; hiding
/// may be repeated, so its time counts.
std::string event_id(const std::string& id, const Change& change, const std::string& past) {
    if (past == "created") return id + ":add";
    if (past == "removed") return id + ":remove";
    if (past == "edited")
        return id + ":edited:" + std::to_string(unix_ms(change.value, "created_time")) + ":" +
               short_hash(wire::text(change.value, "message"));
    return id + ":" + past + ":" + std::to_string(change.entry_ms);
}

kinds::Message message_of(const Change& change, const std::string& past) {
    kinds::Message out;
    out.text = wire::text(change.value, "message");
    out.author = author_of(change.page, change.value);
    out.recipient = person_on(change.page, change.page);
    out.post = wire::id(change.value, "post_id");
    out.url = link_of(change.value);
    out.own = !out.author.id.empty() && out.author.id == change.page;
    out.is_edit = past == "edited";
    out.is_removed = past == "removed";
    out.attachments = attachments_of(change.value);
    out.published_ms = past == "removed" ? 0 : unix_ms(change.value, "created_time");
    out.raw = change.value;
    return out;
}

Reading finished(const kinds::Message& message, const Change& change, const std::string& thing,
                 const std::string& past) {
    return Reading::of({.id = event_id(message.id, change, past),
                        .type = thing + "." + past,
                        .key = message.thread,
                        .data = message.json(),
                        .time_ms = time_of(change, past),
                        .subject = message.id});
}

Reading comment_event(const Change& change, const std::string& past) {
    auto message = message_of(change, past);
    const auto parent = wire::id(change.value, "parent_id");
    message.id = wire::id(change.value, "comment_id");
    if (message.id.empty()) return Reading::left_out("a comment without comment_id");
    message.kind = "comment";
    message.thread = top_comment(message.id, parent, message.post);
    if (message.thread != message.id) message.in_reply_to = parent;
    return finished(message, change, "comment", past);
}

Reading post_event(const Change& change, const std::string& past) {
    auto message = message_of(change, past);
    for (const std::string_view name : {"post_id", "photo_id", "video_id", "share_id"})
        if (message.id.empty()) message.id = wire::id(change.value, name);
    if (message.id.empty()) return Reading::left_out("a post without post_id");
    message.kind = "post";
    message.thread = message.id;
    message.post.clear();
    return finished(message, change, "post", past);
}

Reading reaction_event(const Change& change, const std::string& past) {
    if (past != "created" && past != "edited" && past != "removed")
        return Reading::left_out("a reaction with a verb of comments");
    const auto comment = wire::id(change.value, "comment_id");
    const auto post = wire::id(change.value, "post_id");
    kinds::Reaction out;
    out.object = comment.empty() ? post : comment;
    if (out.object.empty()) return Reading::left_out("a reaction to nothing");
    out.verb = wire::text(change.value, "reaction_type");
    if (out.verb.empty()) out.verb = "like";
    out.thread = comment.empty() ? post : top_comment(comment, wire::id(change.value, "parent_id"), post);
    out.author = author_of(change.page, change.value);
    out.own = !out.author.id.empty() && out.author.id == change.page;
    out.is_removed = past == "removed";
    out.raw = change.value;
    out.id = out.object + ":reaction:" + (out.author.id.empty() ? "-" : out.author.id);
    const auto at = time_of(change, "created");
    return Reading::of({.id = out.id + ":" + past + ":" + std::to_string(at),
                        .type = out.is_removed ? "reaction.removed" : "reaction.added",
                        .key = out.thread,
                        .data = out.json(),
                        .time_ms = at,
                        .subject = out.object});
}

bool is_post(const std::string& item) {
    constexpr std::array<std::string_view, 6> kItems{"post", "status", "photo", "video", "share", "album"};
    return std::find(kItems.begin(), kItems.end(), item) != kItems.end();
}

/// Names of members are the service's, but they came from outside: cut for the log.
std::string named(const char* what, const std::string& name) {
    return std::string(what) + " '" + wire::shortened(name, 40) + "'";
}

}  // namespace

std::string top_comment(const std::string& comment, const std::string& parent, const std::string& post) {
    if (parent.empty()) return comment;
    // A comment's own id begins with the post's number, should the notification not name the post.
    const auto stem = comment.substr(0, comment.rfind('_') == std::string::npos ? 0 : comment.rfind('_'));
    const auto& under = post.empty() ? stem : post;
    return behind_last(parent) == behind_last(under) ? comment : parent;
}

std::int64_t unix_ms(const json::object& from, std::string_view name) {
    const auto value = wire::integer(from, name).value_or(0);
    if (value <= 0 || value > 100'000'000'000'000) return 0;
    // Seconds until the year 5138, milliseconds since 1973: the two do not meet.
    return value < 100'000'000'000 ? value * 1000 : value;
}

kinds::Person person_on(const std::string& page, std::string id, std::string name) {
    const bool is_scoped = !id.empty() && id != page;
    return {.network = "facebook",
            .id = std::move(id),
            .name = std::move(name),
            .scope = is_scoped ? page : std::string()};
}

Reading feed_event(const Change& change) {
    const auto item = wire::text(change.value, "item");
    const bool reaction = item == "reaction" || item == "like";
    if (!reaction && item != "comment" && !is_post(item)) return Reading::left_out(named("feed item", item));
    const auto past = past_of(change.value);
    if (past.empty()) return Reading::left_out(named("verb", wire::text(change.value, "verb")));
    if (reaction) return reaction_event(change, past);
    return item == "comment" ? comment_event(change, past) : post_event(change, past);
}

Reading mention_event(const Change& change, const Fetch& fetch) {
    const auto past = past_of(change.value);
    if (past != "created" && past != "edited" && past != "removed")
        return Reading::left_out(named("verb of a mention", wire::text(change.value, "verb")));
    auto message = message_of(change, past);
    const auto comment = wire::id(change.value, "comment_id");
    message.kind = comment.empty() ? "post" : "comment";
    message.id = comment.empty() ? message.post : comment;
    if (message.id.empty()) return Reading::left_out("a mention of nothing");
    message.thread = message.id;
    if (comment.empty()) message.post.clear();
    // The notification names no author.
    if (const auto more = past == "removed" ? std::nullopt : fetch(message.id)) {
        const auto* from = wire::object(*more, "from");
        if (message.author.id.empty() && from) message.author = person_of(change.page, *from);
        if (message.text.empty()) message.text = wire::text(*more, "message");
        if (message.url.empty()) message.url = wire::text(*more, "permalink_url");
        message.own = !message.author.id.empty() && message.author.id == change.page;
    }
    const auto happened = past == "created" ? std::string("received") : past;
    auto out = finished(message, change, "message", past);
    out.event->type = "message." + happened;
    out.event->id = "mention:" + out.event->id;
    return out;
}

Reading review_event(const Change& change) {
    const auto item = wire::text(change.value, "item");
    if (item != "rating") return Reading::left_out(named("ratings item", item));
    const auto past = past_of(change.value);
    if (past != "created" && past != "edited" && past != "removed")
        return Reading::left_out(named("verb of a review", wire::text(change.value, "verb")));
    auto message = message_of(change, past);
    message.id = wire::id(change.value, "open_graph_story_id");
    if (message.id.empty()) return Reading::left_out("a review without open_graph_story_id");
    message.kind = "post";
    message.thread = message.id;
    message.text = wire::text(change.value, "review_text");
    message.author = person_on(change.page, wire::id(change.value, "reviewer_id"),
                               wire::text(change.value, "reviewer_name"));
    message.own = !message.author.id.empty() && message.author.id == change.page;
    auto out = finished(message, change, "review", past);
    // An edit shows in the text or in the verdict.
    if (past == "edited")
        out.event->id = message.id + ":edited:" + std::to_string(unix_ms(change.value, "created_time")) +
                        ":" +
                        short_hash(message.text + "\n" + wire::text(change.value, "recommendation_type") +
                                   "\n" + wire::id(change.value, "rating"));
    return out;
}

}  // namespace maillon::facebook
