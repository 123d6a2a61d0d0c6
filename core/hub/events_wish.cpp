#include "core/hub/events_wish.h"

#include "core/base/time.h"
#include "core/store/removal.h"

#include <boost/json/value_from.hpp>

#include <tuple>

namespace maillon::hub {

namespace json = boost::json;

bool EventsWish::takes(const Event& event) const {
    if (store::Removal::is_done(event)) return false;
    if (since && event.meta.received < *since) return false;
    if (until && event.meta.received >= *until) return false;
    // What is replayed emits anew what it emitted then.
    const bool was_emitted = event.meta.connector == "hub" && event.meta.hops > 0;
    return !event.meta.replay && !(was_emitted && routes.empty());
}

json::object EventsWish::to_json() const {
    json::object out;
    if (!routes.empty()) out["routes"] = json::value_from(routes);
    json::array all;
    for (const auto seq : events) all.emplace_back(seq.value());
    if (!all.empty()) out["events"] = std::move(all);
    if (since) out["since"] = to_rfc3339(*since);
    if (until) out["until"] = to_rfc3339(*until);
    return out;
}

Result<EventsWish> EventsWish::from_json(const json::object& from) {
    EventsWish out;
    const auto list = [&](std::string_view name) {
        const auto* found = from.if_contains(name);
        return found && found->is_array() ? found->get_array() : json::array();
    };
    for (const auto& route : list("routes")) {
        if (route.is_string()) out.routes.emplace(route.get_string());
    }
    for (const auto& seq : list("events")) {
        if (seq.is_int64()) out.events.emplace_back(seq.get_int64());
    }
    for (const auto& [name, moment] : {std::pair("since", &out.since), std::pair("until", &out.until)}) {
        const auto* text = from.if_contains(name);
        if (!text || !text->is_string()) continue;
        const auto at = parse_rfc3339(std::string(text->get_string()));
        if (!at) return at.error();
        *moment = *at;
    }
    return out;
}

Result<EventSeq> first_since(Journal& journal, TimePoint since) {
    const auto last = journal.last_seq();
    if (!last) return last.error();
    std::int64_t low = 1, high = last->value() + 1;
    while (low < high) {
        const auto middle = low + (high - low) / 2;
        const auto next = journal.read(EventSeq{middle - 1}, 1);
        if (!next) return next.error();
        if (next->empty() || next->front().meta.received >= since)
            high = middle;
        else
            low = next->front().seq.value() + 1;
    }
    return EventSeq{low};
}

}  // namespace maillon::hub
