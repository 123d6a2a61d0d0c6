#include "post.h"

#include "text.h"

#include "maillon/wire.hpp"

#include <charconv>

namespace maillon::twitter {
namespace {

using Names = std::initializer_list<std::string_view>;

/// The array under the first name that is there: X renames its members between versions of its specification.
const json::array* any_array(const json::object& from, Names names) {
    for (const auto name : names)
        if (const auto* found = wire::array(from, name)) return found;
    return nullptr;
}

std::string referenced(const json::object& post, std::string_view how) {
    const auto* all = any_array(post, {"referenced_tweets", "referenced_posts"});
    if (!all) return {};
    for (const auto& item : *all) {
        const auto* reference = item.if_object();
        if (reference && wire::text(*reference, "type") == how) return wire::id(*reference, "id");
    }
    return {};
}

std::vector<std::string> history(const json::object& post) {
    std::vector<std::string> out;
    const auto* all = any_array(post, {"edit_history_tweet_ids", "edit_history_post_ids"});
    if (!all) return out;
    for (const auto& item : *all) {
        const auto id = wire::id({{"id", item}}, "id");
        if (is_id(id)) out.push_back(id);
    }
    return out;
}

/// X's codes for "no language" say nothing in BCP 47.
std::string language(const json::object& post) {
    const auto code = wire::text(post, "lang");
    const bool none = code == "und" || code == "zxx" || (code.size() == 3 && code[0] == 'q');
    return none ? std::string() : code;
}

std::map<std::string, const json::object*> by(const json::array* items, std::string_view key) {
    std::map<std::string, const json::object*> out;
    if (!items) return out;
    for (const auto& item : *items) {
        const auto* found = item.if_object();
        const auto id = found ? wire::id(*found, key) : std::string();
        if (!id.empty()) out.emplace(id, found);
    }
    return out;
}

/// The film itself in its best MP4; pictures have their address directly.
std::string media_url(const json::object& media) {
    if (auto url = wire::text(media, "url"); !url.empty()) return url;
    std::string best;
    std::int64_t rate = -1;
    if (const auto* variants = wire::array(media, "variants")) {
        for (const auto& item : *variants) {
            const auto* variant = item.if_object();
            if (!variant || wire::text(*variant, "content_type") != "video/mp4") continue;
            const auto its = wire::integer(*variant, "bit_rate").value_or(0);
            if (its > rate && !wire::text(*variant, "url").empty()) {
                rate = its;
                best = wire::text(*variant, "url");
            }
        }
    }
    return best.empty() ? wire::text(media, "preview_image_url") : best;
}

kinds::Message message_of(const json::object& post, const Includes& includes, const Account& own) {
    kinds::Message out;
    const auto author = wire::id(post, "author_id");
    out.id = first_id(post);
    out.kind = "post";
    out.thread = wire::id(post, "conversation_id");
    if (out.thread.empty()) out.thread = out.id;
    out.text = text_of(post);
    out.author = includes.author(author);
    out.recipient = {.network = "x", .id = own.id, .handle = own.handle};
    out.in_reply_to = answered_id(post);
    out.url = "https://x.com/" + (out.author.handle.empty() ? "i" : out.author.handle) + "/status/" +
              wire::id(post, "id");
    out.language = language(post);
    out.published_ms = time_of(post);
    out.own = !own.id.empty() && author == own.id;
    out.is_repost = !referenced(post, "retweeted").empty();
    out.attachments = includes.attachments(post);
    out.raw = post;
    return out;
}

NewEvent event_of(const kinds::Message& message, std::string id, std::string type, std::int64_t now_ms) {
    return {.id = std::move(id),
            .type = std::move(type),
            .key = message.thread,
            .data = message.json(),
            .time_ms = message.published_ms != 0 ? message.published_ms : now_ms,
            .subject = message.id};
}

}  // namespace

bool is_id(std::string_view text) {
    return wire::is_digits(text) && text.size() <= 19;
}

bool id_less(std::string_view a, std::string_view b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
}

std::optional<std::int64_t> time_of_id(std::string_view id) {
    constexpr std::int64_t kEpoch = 1'288'834'974'657;
    std::uint64_t value = 0;
    const auto [stop, error] = std::from_chars(id.data(), id.data() + id.size(), value);
    if (error != std::errc{} || stop != id.data() + id.size() || value < (1ull << 40)) return std::nullopt;
    return static_cast<std::int64_t>(value >> 22) + kEpoch;
}

std::string first_id(const json::object& post) {
    const auto ids = history(post);
    return ids.empty() ? wire::id(post, "id") : ids.front();
}

std::string text_of(const json::object& post) {
    for (const std::string_view name : {"note_tweet", "note_post"}) {
        const auto* note = wire::object(post, name);
        if (note && !wire::text(*note, "text").empty()) return decoded(wire::text(*note, "text"));
    }
    return decoded(wire::text(post, "text"));
}

std::string answered_id(const json::object& post) {
    return referenced(post, "replied_to");
}

std::int64_t time_of(const json::object& post) {
    if (const auto said = wire::rfc3339_ms(wire::text(post, "created_at"))) return *said;
    return time_of_id(wire::id(post, "id")).value_or(0);
}

Includes::Includes(const json::object& answer) {
    const auto* includes = wire::object(answer, "includes");
    if (!includes) return;
    users_ = by(wire::array(*includes, "users"), "id");
    media_ = by(wire::array(*includes, "media"), "media_key");
}

kinds::Person Includes::author(const std::string& id) const {
    kinds::Person out{.network = "x", .id = id};
    const auto found = users_.find(id);
    if (found == users_.end()) return out;
    const auto& user = *found->second;
    out.handle = wire::text(user, "username");
    out.name = wire::text(user, "name");
    out.location = wire::text(user, "location");
    if (!out.handle.empty()) out.url = "https://x.com/" + out.handle;
    return out;
}

std::vector<kinds::Attachment> Includes::attachments(const json::object& post) const {
    std::vector<kinds::Attachment> out;
    const auto* attached = wire::object(post, "attachments");
    const auto* keys = attached ? wire::array(*attached, "media_keys") : nullptr;
    if (!keys) return out;
    for (const auto& item : *keys) {
        const auto found = media_.find(wire::id({{"key", item}}, "key"));
        if (found == media_.end()) continue;
        const auto url = media_url(*found->second);
        const bool still = wire::text(*found->second, "type") == "photo";
        if (!url.empty()) out.push_back({url, still ? "image/*" : "video/*"});
    }
    return out;
}

std::vector<NewEvent> events_of(const json::object& post, const Includes& includes, const Account& own,
                                std::string_view since, std::int64_t now_ms) {
    const auto id = wire::id(post, "id");
    if (!is_id(id)) return {};
    auto message = message_of(post, includes, own);
    const bool edited = message.id != id;
    std::vector<NewEvent> out;
    if (!edited || id_less(since, message.id))
        out.push_back(event_of(message, message.id + ":created", "message.received", now_ms));
    if (edited) {
        message.is_edit = true;
        out.push_back(event_of(message, id + ":edited", "message.edited", now_ms));
    }
    return out;
}

}  // namespace maillon::twitter
