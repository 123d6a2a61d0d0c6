#include "dm.h"

#include "signature.h"

#include "maillon/wire.hpp"

#include <algorithm>

namespace maillon::facebook {
namespace {

constexpr std::string_view kMark = "maillon:";

/// What all kinds of items have: who writes to whom, and when.
struct Envelope {
    std::string page, sender, recipient, person;  // person: whichever of the two is not the page
    bool own;
    std::int64_t at_ms;
};

std::string party(const json::object& item, std::string_view name) {
    const auto* found = wire::object(item, name);
    if (!found) return {};
    const auto id = wire::id(*found, "id");
    return id.empty() ? wire::id(*found, "user_ref") : id;
}

Envelope envelope_of(const json::object& item, const Self& self, std::int64_t entry_ms) {
    Envelope out{self.page, party(item, "sender"),     party(item, "recipient"), {},
                 false,     unix_ms(item, "timestamp")};
    out.own = out.sender == self.page;
    out.person = out.own ? out.recipient : out.sender;
    if (out.at_ms == 0) out.at_ms = entry_ms;
    return out;
}

const char* media_type(const std::string& type) {
    if (type == "image") return "image/*";
    if (type == "audio") return "audio/*";
    if (type == "video") return "video/*";
    return type == "file" ? "application/octet-stream" : "text/html";
}

std::vector<kinds::Attachment> attachments_of(const json::object& message) {
    std::vector<kinds::Attachment> out;
    const auto* all = wire::array(message, "attachments");
    if (!all) return out;
    for (const auto& item : *all) {
        const auto* attachment = item.if_object();
        const auto* payload = attachment ? wire::object(*attachment, "payload") : nullptr;
        const auto url = payload ? wire::text(*payload, "url") : std::string();
        if (!url.empty()) out.push_back({url, media_type(wire::text(*attachment, "type"))});
    }
    return out;
}

kinds::Message message_of(const json::object& item, const Envelope& envelope, std::string mid) {
    kinds::Message out;
    out.id = std::move(mid);
    out.kind = "dm";
    out.thread = envelope.person;
    out.author = person_on(envelope.page, envelope.sender);
    out.recipient = person_on(envelope.page, envelope.recipient);
    out.own = envelope.own;
    out.published_ms = envelope.at_ms;
    out.raw = item;
    return out;
}

NewEvent event_of(const kinds::Message& message, const Envelope& envelope, const std::string& verb,
                  const char* type) {
    return {.id = message.id + ":" + verb,
            .type = type,
            .key = message.thread,
            .data = message.json(),
            .time_ms = envelope.at_ms,
            .subject = message.id};
}

Reading text_event(const json::object& item, const json::object& body, const Envelope& envelope,
                   const Self& self, Echoes& echoes) {
    const auto mid = wire::text(body, "mid");
    if (mid.empty()) return Reading::left_out("a message without mid");
    auto message = message_of(item, envelope, mid);
    message.own = message.own || wire::flag(body, "is_echo");
    message.is_removed = wire::flag(body, "is_deleted");
    if (message.is_removed) return Reading::of(event_of(message, envelope, "unsend", "message.removed"));
    message.text = wire::text(body, "text");
    message.attachments = attachments_of(body);
    if (const auto* answered = wire::object(body, "reply_to"))
        message.in_reply_to = wire::text(*answered, "mid");
    auto event = event_of(message, envelope, "message", "message.received");
    const auto mark = wire::text(body, "metadata");
    const bool marked = message.own && mark.starts_with(kMark);
    if (marked) echoes.note(mark, mid);
    if (marked || (message.own && !self.app.empty() && wire::id(body, "app_id") == self.app))
        event.origin = self.instance;
    return Reading::of(std::move(event));
}

Reading postback_event(const json::object& item, const json::object& body, const Envelope& envelope) {
    auto mid = wire::text(body, "mid");
    // Before 2019's version a postback had no id of its own.
    if (mid.empty()) mid = envelope.sender + ":" + std::to_string(envelope.at_ms);
    auto message = message_of(item, envelope, std::move(mid));
    message.text = wire::text(body, "title");
    return Reading::of(event_of(message, envelope, "postback", "message.received"));
}

Reading edit_event(const json::object& item, const json::object& body, const Envelope& envelope) {
    const auto mid = wire::text(body, "mid");
    if (mid.empty()) return Reading::left_out("an edit without mid");
    auto message = message_of(item, envelope, mid);
    message.text = wire::text(body, "text");
    message.is_edit = true;
    return Reading::of(event_of(message, envelope, "edit:" + wire::id(body, "num_edit"), "message.edited"));
}

Reading reaction_event(const json::object& item, const json::object& body, const Envelope& envelope) {
    kinds::Reaction out;
    out.object = wire::text(body, "mid");
    if (out.object.empty()) return Reading::left_out("a reaction without mid");
    const auto action = wire::text(body, "action");
    if (action != "react" && action != "unreact") return Reading::left_out("an unknown action of a reaction");
    out.verb = wire::text(body, "reaction");
    if (out.verb.empty()) out.verb = "other";
    out.thread = envelope.person;
    out.author = person_on(envelope.page, envelope.sender);
    out.own = envelope.own;
    out.is_removed = action == "unreact";
    out.raw = item;
    out.id = out.object + ":reaction:" + envelope.sender;
    return Reading::of({.id = out.id + ":" + action + ":" + std::to_string(envelope.at_ms),
                        .type = out.is_removed ? "reaction.removed" : "reaction.added",
                        .key = out.thread,
                        .data = out.json(),
                        .time_ms = envelope.at_ms,
                        .subject = out.object});
}

/// Names what an item carries beside its envelope.
std::string unknown_member(const json::object& item) {
    for (const auto& [name, value] : item)
        if (name != "sender" && name != "recipient" && name != "timestamp")
            return "messaging '" + wire::shortened(std::string_view(name.data(), name.size()), 40) + "'";
    return "an empty messaging item";
}

}  // namespace

std::string mark_of(std::string_view idempotency_key) {
    return std::string(kMark) + short_hash(idempotency_key);
}

void Echoes::note(std::string mark, std::string mid) {
    constexpr std::size_t kMost = 1000;
    const std::scoped_lock lock(mutex_);
    newest_.emplace_front(std::move(mark), std::move(mid));
    if (newest_.size() > kMost) newest_.pop_back();
}

std::optional<std::string> Echoes::find(std::string_view mark) const {
    const std::scoped_lock lock(mutex_);
    const auto found =
        std::find_if(newest_.begin(), newest_.end(), [&](const auto& one) { return one.first == mark; });
    return found == newest_.end() ? std::nullopt : std::optional(found->second);
}

Reading dm_event(const json::object& item, const Self& self, std::int64_t entry_ms, Echoes& echoes) {
    if (wire::at(item, "delivery") || wire::at(item, "read")) return {};
    const auto envelope = envelope_of(item, self, entry_ms);
    const auto* message = wire::object(item, "message");
    const auto* postback = wire::object(item, "postback");
    const auto* edit = wire::object(item, "message_edit");
    const auto* reaction = wire::object(item, "reaction");
    if (!message && !postback && !edit && !reaction) return Reading::left_out(unknown_member(item));
    if (envelope.person.empty()) return Reading::left_out("a message of nobody");
    if (message) return text_event(item, *message, envelope, self, echoes);
    if (postback) return postback_event(item, *postback, envelope);
    return edit ? edit_event(item, *edit, envelope) : reaction_event(item, *reaction, envelope);
}

}  // namespace maillon::facebook
