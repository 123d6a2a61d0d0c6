#include "webhook.h"

#include "maillon/wire.hpp"

namespace maillon::facebook {

Webhook::Webhook(Host host, Self self, Echoes& echoes, Fetch fetch)
    : host_(host), self_(std::move(self)), echoes_(echoes), fetch_(std::move(fetch)) {}

std::vector<NewEvent> Webhook::read(const json::value& body) {
    std::vector<NewEvent> out;
    if (const auto* one = body.if_object()) {
        read_notification(*one, out);
    } else if (const auto* several = body.if_array()) {
        for (const auto& item : *several) {
            if (const auto* notification = item.if_object())
                read_notification(*notification, out);
            else
                tell_once("a notification that is no object");
        }
    } else {
        tell_once("a notification that is no object");
    }
    return out;
}

void Webhook::read_notification(const json::object& notification, std::vector<NewEvent>& out) {
    const auto object = wire::text(notification, "object");
    if (object != "page") return tell_once("object '" + wire::shortened(object, 40) + "'");
    const auto* entries = wire::array(notification, "entry");
    if (!entries) return tell_once("a notification without entries");
    for (const auto& item : *entries) {
        if (const auto* entry = item.if_object())
            read_entry(*entry, out);
        else
            tell_once("an entry that is no object");
    }
}

void Webhook::read_entry(const json::object& entry, std::vector<NewEvent>& out) {
    const auto page = wire::id(entry, "id");
    if (page != self_.page) return tell_once("an entry of page '" + wire::shortened(page, 40) + "'");
    const auto entry_ms = unix_ms(entry, "time");
    if (const auto* changes = wire::array(entry, "changes")) {
        for (const auto& item : *changes) {
            if (const auto* change = item.if_object())
                read_change(*change, entry_ms, out);
            else
                tell_once("a change that is no object");
        }
    }
    if (const auto* items = wire::array(entry, "messaging")) {
        for (const auto& item : *items) {
            if (const auto* message = item.if_object())
                take(dm_event(*message, self_, entry_ms, echoes_), out);
            else
                tell_once("a message that is no object");
        }
    }
    if (wire::at(entry, "standby")) tell_once("standby: another app holds the conversation");
}

void Webhook::read_change(const json::object& change, std::int64_t entry_ms, std::vector<NewEvent>& out) {
    const auto field = wire::text(change, "field");
    const auto* value = wire::object(change, "value");
    if (!value || (field != "feed" && field != "mention" && field != "ratings"))
        return tell_once("field '" + wire::shortened(field, 40) + (value ? "'" : "' without a value"));
    const Change read{*value, self_.page, entry_ms};
    if (field == "mention") return take(mention_event(read, fetch_), out);
    take(field == "feed" ? feed_event(read) : review_event(read), out);
}

void Webhook::take(Reading reading, std::vector<NewEvent>& out) {
    if (!reading.skipped.empty()) tell_once(reading.skipped);
    if (!reading.event) return;
    if (reading.event->time_ms == 0) reading.event->time_ms = host_.now_ms();
    out.push_back(std::move(*reading.event));
}

void Webhook::tell_once(const std::string& what) {
    host_.count("facebook_left_out");
    constexpr std::size_t kMost = 200;  // of different things: what comes from outside may be endless
    if (told_.size() < kMost && told_.insert(what).second)
        host_.warn("part of a notification was left out; further ones of this kind are only counted",
                   {{"what", what}});
}

}  // namespace maillon::facebook
