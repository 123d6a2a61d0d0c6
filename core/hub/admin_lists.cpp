#include "core/base/time.h"
#include "core/hub/admin.h"
#include "core/hub/admin_query.h"
#include "core/hub/admin_views.h"

namespace maillon::hub {

namespace json = boost::json;

Result<json::object> Admin::events(const AdminQuery& query) {
    EventFilter filter{query.value("connector"), query.value("type"), query.value("key"), {}, query.limit()};
    const auto wanted = between(query.value("since"), {}, parts_.clock.now());
    if (!wanted) return wanted.error();
    filter.since = wanted->since;
    auto found = parts_.journal.list(filter);
    if (!found) return found.error();
    json::array out;
    for (const auto& one : *found) out.push_back(view_of(one, false));
    return json::object{{"events", std::move(out)}};
}

Result<Event> Admin::event(const std::string& name) {
    auto found = event_named(parts_.journal, name);
    if (!found) return found.error();
    if (*found) return std::move(**found);
    const auto kept = " (hub.keep.events is " + to_span(parts_.prepared.config.hub.keep.events) + ')';
    auto last = parts_.journal.last_seq();
    if (!last) return last.error();
    if (const auto seq = number(name); seq && *seq > 0 && *seq <= last->value())
        return not_found("event " + name + " is past its retention" + kept +
                         ": nothing is known of it any more");
    return not_found("there is no event '" + name + "': it never came, or it is past its retention" + kept +
                     "; see: maillon events list");
}

}  // namespace maillon::hub
