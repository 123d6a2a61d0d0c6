#include "core/hub/admin_views.h"

#include "core/base/time.h"

namespace maillon::hub {
namespace {

namespace json = boost::json;

json::value time_or_null(const std::optional<TimePoint>& t) {
    return t ? json::value(to_rfc3339(*t)) : json::value();
}

}  // namespace

json::object view_of(const Event& event, bool with_body) {
    json::object out{{"seq", event.seq.value()}, {"meta", event.meta.to_json()}};
    if (with_body) out["event"] = event.body.to_boost();
    return out;
}

json::object view_of(const store::DeadLetterRow& row) {
    return {{"id", row.id.value()},
            {"at", to_rfc3339(row.at)},
            {"route", row.route},
            {"step", row.step},
            {"connector", row.instance},
            {"kind", name_of(row.kind)},
            {"reason", row.reason},
            {"attempts", row.attempts},
            {"event", row.event.value()},
            {"run", row.run.value()},
            {"state", db::kWords<store::LetterState>[static_cast<std::size_t>(row.state)]},
            {"note", row.note},
            {"key", row.key},
            {"config", row.config_hash},
            {"previous", row.previous.value()},
            {"replay", row.replay.value()},
            {"closed", time_or_null(row.closed)},
            {"by", row.who}};
}

json::object view_of(const store::EventBook& b) {
    return {{"received", b.received},
            {"doubles", b.doubles},
            {"unmatched", b.unmatched},
            {"routed", b.routed},
            {"refused", b.refused}};
}

json::object view_of(const store::RunBook& b) {
    return {{"started", b.started},    {"finished", b.finished},
            {"dropped", b.dropped},    {"dead_lettered", b.dead_lettered},
            {"in_doubt", b.in_doubt},  {"waiting", b.waiting},
            {"in_flight", b.in_flight}};
}

json::object view_of(const SourceState& state) {
    json::array directories;
    for (const auto& d : state.directories) {
        directories.push_back(
            json::object{{"name", d.name}, {"complete", d.complete}, {"records", d.records}});
    }
    return {{"connector", state.instance},
            {"state", state.state},
            {"reason", state.reason},
            {"last_success", time_or_null(state.last_success)},
            {"requests_waiting", state.web_waiting},
            {"doing", state.doing},
            {"since", time_or_null(state.since)},
            {"directories", std::move(directories)}};
}

json::object view_of(const deliver::LaneState& state) {
    return {{"instance", state.instance},
            {"queued", state.queued},
            {"trying", state.trying},
            {"oldest", time_or_null(state.oldest)},
            {"paused", state.paused},
            {"until", time_or_null(state.still_until)},
            {"trouble", state.trouble},
            {"doing", state.doing},
            {"since", time_or_null(state.since)}};
}

}  // namespace maillon::hub
