#include "core/hub/status_view.h"

#include "core/base/time.h"
#include "core/db/store_file.h"
#include "core/store/restores.h"
#include "core/store/state.h"

#include <filesystem>

namespace maillon::hub {
namespace {

namespace json = boost::json;

/// The newest event of a connector is looked for among so many; further back it is not news.
constexpr std::int64_t kLately = 5'000;
/// A rate over less than this says nothing.
constexpr std::chrono::hours kShortestRate{6};
constexpr double kMillisPerDay = 86'400'000;

json::value time_or_null(const std::optional<TimePoint>& time) {
    return time ? json::value(to_rfc3339(*time)) : json::value();
}

/// More are counted as so many: a status is to be there at once.
constexpr std::int64_t kMostOpen = 10'000;

}  // namespace

Result<std::int64_t> open_calls(db::Session& session, std::string_view instance) {
    const auto count = session.row<std::int64_t>(
        "SELECT count(*) FROM (SELECT id FROM calls WHERE unsettled = 1 AND instance = :instance"
        " AND state <> 'in_doubt' LIMIT :most) AS open",
        {instance, kMostOpen});
    if (!count) return count.error();
    return count->value_or(0);
}

Result<json::object> backlog_view(db::Session& session) {
    auto unrouted = session.row<TimePoint>(
        "SELECT received FROM events WHERE seq >"
        " coalesce((SELECT seq FROM positions WHERE name = :routed), 0) ORDER BY seq LIMIT 1",
        {store::Positions::kRouted});
    if (!unrouted) return unrouted.error();
    auto run = session.row<TimePoint>(
        "SELECT created FROM runs WHERE unsettled = 1 AND state <> 'waiting' ORDER BY id LIMIT 1");
    if (!run) return run.error();
    auto newest = session.rows<std::tuple<std::string, TimePoint, TimePoint>>(
        "SELECT connector, max(time), max(received) FROM (SELECT connector, time, received FROM events"
        " ORDER BY seq DESC LIMIT :lately) AS latest GROUP BY connector",
        {kLately});
    if (!newest) return newest.error();
    auto restored = store::Restores::latest(session);
    if (!restored) return restored.error();
    json::object connectors;
    for (const auto& [name, time, received] : *newest)
        connectors[name] = json::object{{"event", to_rfc3339(time)}, {"received", to_rfc3339(received)}};
    json::object out{{"oldest_unrouted", time_or_null(*unrouted)},
                     {"oldest_run", time_or_null(*run)},
                     {"newest", std::move(connectors)},
                     {"restored", nullptr}};
    if (*restored)
        out["restored"] = json::object{{"at", to_rfc3339((*restored)->restored)},
                                       {"taken", to_rfc3339((*restored)->taken)}};
    return out;
}

Result<json::object> disk_view(db::Session& session, const std::string& place, std::int64_t bytes,
                               std::chrono::milliseconds keep, TimePoint now) {
    json::object out;
    const auto file = db::StoreFile::look(place);
    std::error_code error;
    if (!file.is_store()) return out;  // on a server
    out["log_bytes"] = file.log_bytes;
    const auto parent = std::filesystem::path(place).parent_path();
    const auto space = std::filesystem::space(parent.empty() ? "." : parent, error);
    if (error) return out;
    out["free_bytes"] = static_cast<std::int64_t>(space.available);
    auto oldest = session.row<TimePoint>("SELECT received FROM events ORDER BY seq LIMIT 1");
    if (!oldest) return oldest.error();
    if (!*oldest || now - **oldest < kShortestRate) return out;
    const auto age = static_cast<double>((now - **oldest).count());
    const auto a_day = static_cast<double>(bytes) / age * kMillisPerDay;
    const auto days = static_cast<double>(space.available) / std::max(a_day, 1.0);
    const auto until_room_is_made = (static_cast<double>(keep.count()) - age) / kMillisPerDay;
    out["bytes_a_day"] = static_cast<std::int64_t>(a_day);
    if (days < until_room_is_made) out["days_left"] = static_cast<std::int64_t>(days);
    return out;
}

}  // namespace maillon::hub
