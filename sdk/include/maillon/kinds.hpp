#pragma once
// Builders for the canonical kinds: the bodies that events carry whatever service they come from. Names after
// ActivityStreams 2.0 and JSContact; times RFC 3339 in UTC, languages BCP 47, phones E.164. The service's own
// payload stays under `raw`.
#include "maillon/sdk/values.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace maillon {
inline namespace sdk1 {
namespace kinds {

/// "2026-09-14T08:12:44Z", with milliseconds only where there are any.
inline std::string rfc3339(std::int64_t unix_ms) {
    const std::chrono::sys_time<std::chrono::milliseconds> t{std::chrono::milliseconds{unix_ms}};
    const auto day = std::chrono::floor<std::chrono::days>(t);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{t - day};
    std::array<char, 40> out{};
    const int n =
        std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                      static_cast<int>(clock.seconds().count()));
    std::string text(out.data(), static_cast<std::size_t>(n));
    const auto ms = static_cast<int>(clock.subseconds().count());
    if (ms != 0) {
        std::snprintf(out.data(), out.size(), ".%03d", ms);
        text += out.data();
    }
    return text + 'Z';
}

namespace detail {
inline void put(json::object& out, std::string_view name, const std::string& value) {
    if (!value.empty()) out[name] = value;
}
inline json::object text() {
    return {{"type", "string"}};
}
}  // namespace detail

/// Someone who writes or is written to. `network`, `scope` and `id` name the account; a directory finds it
/// under `id_<network>`, and by its handle under `handle_<network>`.
struct Person {
    std::string network{};  ///< "x", "facebook"
    std::string id{};       ///< the network's immutable id, within `scope`
    std::string handle{};   ///< without @; may change
    std::string name{};     ///< as displayed
    std::string url{};
    std::string location{};
    std::string email{};
    std::string phone{};
    /// The page, app or portfolio that the network gave this id for; empty where ids are the same for
    /// everybody. The same id in another scope is somebody else. Never contains a colon.
    std::string scope{};

    json::object json() const {
        json::object out;
        detail::put(out, "network", network);
        detail::put(out, "scope", scope);
        detail::put(out, "id", id);
        detail::put(out, "handle", handle);
        detail::put(out, "name", name);
        detail::put(out, "url", url);
        detail::put(out, "location", location);
        detail::put(out, "email", email);
        detail::put(out, "phone", phone);
        return out;
    }
    static json::object schema() {
        json::object properties;
        for (const auto name :
             {"network", "scope", "id", "handle", "name", "url", "location", "email", "phone"})
            properties[name] = detail::text();
        return {{"type", "object"}, {"properties", properties}, {"required", json::array{"network"}}};
    }
};

struct Attachment {
    std::string url{};
    std::string media_type{};  ///< "image/*" where the service says no more

    json::object json() const { return {{"url", url}, {"media_type", media_type}}; }
    static json::object schema() {
        return {{"type", "object"},
                {"properties", {{"url", detail::text()}, {"media_type", detail::text()}}},
                {"required", {"url", "media_type"}}};
    }
};

/// A post, a comment or a direct message.
struct Message {
    std::string id{};      ///< native id: what `reply` and `hide` want
    std::string kind{};    ///< post | comment | dm
    std::string thread{};  ///< the conversation
    std::string text{};    ///< plain, entities decoded
    Person author{};
    Person recipient{};  ///< our account, where the service tells
    std::string in_reply_to{};
    std::string post{};  ///< the post a comment stands under
    std::string url{};
    std::string language{};  ///< as the service says, BCP 47
    std::int64_t published_ms = 0;
    bool own = false;  ///< written by our own account: never answer it
    bool is_repost = false;
    bool is_edit = false;
    bool is_removed = false;  ///< the author or the service took it away; text may be empty
    std::vector<Attachment> attachments{};
    json::value raw{};

    json::object json() const {
        json::object out{{"id", id},
                         {"kind", kind},
                         {"thread", thread},
                         {"text", text},
                         {"author", author.json()},
                         {"own", own},
                         {"is_repost", is_repost},
                         {"is_edit", is_edit},
                         {"is_removed", is_removed}};
        if (!recipient.network.empty()) out["recipient"] = recipient.json();
        detail::put(out, "in_reply_to", in_reply_to);
        detail::put(out, "post", post);
        detail::put(out, "url", url);
        detail::put(out, "language", language);
        if (published_ms != 0) out["published"] = rfc3339(published_ms);
        json::array files;
        for (const auto& file : attachments) files.push_back(file.json());
        if (!files.empty()) out["attachments"] = std::move(files);
        if (!raw.is_null()) out["raw"] = raw;
        return out;
    }
    static json::object schema() {
        const json::object flag{{"type", "boolean"}};
        return {{"type", "object"},
                {"properties",
                 {{"id", detail::text()},
                  {"kind", {{"type", "string"}, {"enum", {"post", "comment", "dm"}}}},
                  {"thread", detail::text()},
                  {"text", detail::text()},
                  {"author", Person::schema()},
                  {"recipient", Person::schema()},
                  {"own", flag},
                  {"is_repost", flag},
                  {"is_edit", flag},
                  {"is_removed", flag},
                  {"in_reply_to", detail::text()},
                  {"post", detail::text()},
                  {"url", detail::text()},
                  {"language", detail::text()},
                  {"published", {{"type", "string"}, {"format", "date-time"}}},
                  {"attachments", {{"type", "array"}, {"items", Attachment::schema()}}},
                  {"raw", json::object{}}}},
                {"required",
                 {"id", "kind", "thread", "text", "author", "own", "is_repost", "is_edit", "is_removed"}}};
    }
};

/// A like, a love, a share: an ActivityStreams activity on an object.
struct Reaction {
    std::string id{};
    std::string verb{};    ///< like, love, haha, wow, sad, angry, share
    std::string object{};  ///< native id of the post or comment
    std::string thread{};
    Person author{};
    bool own = false;
    bool is_removed = false;
    json::value raw{};

    json::object json() const {
        json::object out{{"id", id},
                         {"verb", verb},
                         {"object", object},
                         {"thread", thread},
                         {"author", author.json()},
                         {"own", own},
                         {"is_removed", is_removed}};
        if (!raw.is_null()) out["raw"] = raw;
        return out;
    }
    static json::object schema() {
        return {{"type", "object"},
                {"properties",
                 {{"id", detail::text()},
                  {"verb", detail::text()},
                  {"object", detail::text()},
                  {"thread", detail::text()},
                  {"author", Person::schema()},
                  {"own", {{"type", "boolean"}}},
                  {"is_removed", {{"type", "boolean"}}},
                  {"raw", json::object{}}}},
                {"required", {"id", "verb", "object", "author", "own", "is_removed"}}};
    }
};

/// A CRM record that changed.
struct Record {
    std::string id{};
    std::string module{};
    json::object record{};
    std::vector<std::string> changed{};

    json::object json() const {
        json::array names;
        for (const auto& name : changed) names.emplace_back(json::string(name));
        return {{"id", id}, {"module", module}, {"record", record}, {"changed", std::move(names)}};
    }
    static json::object schema() {
        return {{"type", "object"},
                {"properties",
                 {{"id", detail::text()},
                  {"module", detail::text()},
                  {"record", {{"type", "object"}}},
                  {"changed", {{"type", "array"}, {"items", detail::text()}}}}},
                {"required", {"id", "module", "record", "changed"}}};
    }
};

}  // namespace kinds
}  // namespace sdk1
}  // namespace maillon
