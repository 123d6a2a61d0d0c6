#include "core/hub/admin_approvals.h"

#include "core/base/time.h"
#include "core/hub/admin_views.h"

#include <algorithm>
#include <iterator>

namespace maillon::hub {
namespace {

namespace json = boost::json;

json::value arguments_of(const store::ApprovalRow& row) {
    const auto parsed = Json::parse(row.args);
    return parsed ? parsed->to_boost() : json::value(row.args);
}

}  // namespace

json::object view_of(const store::ApprovalRow& row) {
    json::object out{{"id", row.id.value()},
                     {"asked", to_rfc3339(row.created)},
                     {"route", row.route},
                     {"step", row.step},
                     {"role", row.role},
                     {"call", row.instance + '.' + row.operation},
                     {"arguments", arguments_of(row)},
                     {"run", row.run.value()},
                     {"event", row.event.value()},
                     {"state", db::kWords<store::ApprovalState>[static_cast<std::size_t>(row.state)]},
                     {"due", row.due ? json::value(to_rfc3339(*row.due)) : json::value()}};
    if (row.decided) {
        out["decided"] = to_rfc3339(*row.decided);
        out["by"] = row.decided_by;
        out["reason"] = row.reason;
    }
    return out;
}

Result<json::object> AdminApprovals::list(const std::string& role, const std::string& route,
                                          const std::string& state, std::size_t limit) {
    store::ApprovalFilter filter{role, route, store::ApprovalState::open, limit};
    if (state == "all") {
        filter.state.reset();
    } else if (!state.empty()) {
        const auto& states = db::kWords<store::ApprovalState>;
        const auto found = std::ranges::find(states, state);
        if (found == std::end(states)) return rejected("state: open, released, refused, lapsed or all");
        filter.state = static_cast<store::ApprovalState>(found - std::begin(states));
    }
    const auto rows =
        parts_.database.read([&](db::Reader& reader) { return store::Approvals::list(reader, filter); });
    if (!rows) return rows.error();
    json::array out;
    for (const auto& row : *rows) out.push_back(view_of(row));
    return json::object{{"approvals", std::move(out)}};
}

Result<json::object> AdminApprovals::show(ApprovalId id) {
    const auto row =
        parts_.database.read([&](db::Reader& reader) { return store::Approvals::by_id(reader, id); });
    if (!row) return row.error();
    if (!*row) return Fault{FaultKind::unsupported, "there is no approval " + std::to_string(id.value()), {}};
    auto out = view_of(**row);
    const auto event = parts_.journal.by_seq((*row)->event);
    if (!event) return event.error();
    if (*event) out["cause"] = view_of(**event, true);
    return out;
}

Result<json::object> AdminApprovals::decide(ApprovalId id, const route::Decision& decision) {
    if (!decision.is_released && decision.reason.empty())
        return rejected("say why: a call is refused with a reason");
    const auto done = hub::decide(parts_, id, decision);
    if (!done) return done.error();
    return json::object{{decision.is_released ? "released" : "refused", id.value()}};
}

}  // namespace maillon::hub
