#include "core/base/time.h"
#include "core/hub/admin.h"
#include "core/hub/admin_query.h"
#include "core/hub/admin_views.h"

namespace maillon::hub {

namespace json = boost::json;

Result<json::object> Admin::events(const AdminQuery& query) {
    EventFilter filter{query.value("connector"), query.value("type"), query.value("key"), {}, query.limit()};
    if (const auto since = query.value("since"); !since.empty()) {
        const auto span = parse_span(since);
        const auto moment = parse_rfc3339(since);
        if (!span && !moment)
            return rejected("since: '" + since + "' is neither a span (2h) nor an RFC 3339 time");
        filter.since = span ? parts_.clock.now() - *span : *moment;
    }
    auto found = parts_.journal.list(filter);
    if (!found) return found.error();
    json::array out;
    for (const auto& one : *found) out.push_back(view_of(one, false));
    return json::object{{"events", std::move(out)}};
}

Result<Event> Admin::event(const std::string& name) {
    if (const auto seq = number(name); seq && *seq > 0 && name.size() < 16) {
        auto found = parts_.journal.by_seq(EventSeq{*seq});
        if (!found) return found.error();
        if (*found) return std::move(**found);
    }
    auto found = parts_.journal.find_id(name, 2);
    if (!found) return found.error();
    if (found->empty()) {
        const auto kept = " (hub.keep.events is " + to_span(parts_.prepared.config.hub.keep.events) + ')';
        auto last = parts_.journal.last_seq();
        if (!last) return last.error();
        if (const auto seq = number(name); seq && *seq > 0 && *seq <= last->value())
            return not_found("event " + name + " is past its retention" + kept +
                             ": nothing is known of it any more");
        return not_found("there is no event '" + name + "': it never came, or it is past its retention" +
                         kept + "; see: maillon events list");
    }
    if (found->size() > 1)
        return Fault{
            FaultKind::conflict, "several events are called '" + name + "'; name one by its position", {}};
    return std::move(found->front());
}

Result<json::object> Admin::dead_letters(const AdminQuery& query) {
    store::DeadLetterFilter filter;
    filter.route = query.value("route");
    filter.instance = query.value("connector");
    filter.limit = query.limit();
    const auto state = query.value("state");
    if (state == "all")
        filter.state.reset();
    else if (state == "replayed")
        filter.state = store::LetterState::replayed;
    else if (state == "dropped")
        filter.state = store::LetterState::dropped;
    else if (!state.empty() && state != "open")
        return rejected("state: open, replayed, dropped or all");
    auto rows =
        parts_.database.read([&](db::Reader& reader) { return store::DeadLetters::list(reader, filter); });
    if (!rows) return rows.error();
    json::array out;
    for (const auto& row : *rows) out.push_back(view_of(row));
    return json::object{{"dead_letters", std::move(out)}};
}

Result<json::object> Admin::dead_letter(const std::string& name) {
    const auto id = number(name);
    if (!id) return rejected("'" + name + "' is not the number of a dead letter");
    auto row = parts_.database.read(
        [&](db::Reader& reader) { return store::DeadLetters::by_id(reader, DeadLetterId{*id}); });
    if (!row) return row.error();
    if (!*row) return not_found("there is no dead letter " + name);
    auto out = view_of(**row);
    auto found = parts_.journal.by_seq((*row)->event);
    if (!found) return found.error();
    if (*found) out["cause"] = view_of(**found, true);
    return out;
}

}  // namespace maillon::hub
