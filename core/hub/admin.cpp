#include "core/hub/admin.h"

#include "core/base/time.h"
#include "core/hub/admin_query.h"
#include "core/hub/admin_views.h"
#include "core/hub/checked_books.h"
#include "core/hub/ledger_view.h"
#include "core/hub/older_plan.h"
#include "core/hub/status_view.h"
#include "core/hub/version.h"
#include "core/route/why.h"
#include "core/store/approvals.h"
#include "core/store/runs.h"
#include "core/store/state.h"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace maillon::hub {
namespace {

namespace json = boost::json;

int status_of(FaultKind kind) {
    if (kind == FaultKind::unsupported) return 404;
    if (kind == FaultKind::conflict) return 409;
    return kind == FaultKind::rejected ? 400 : 503;
}

Result<json::object> ledger_of(db::Reader& reader) {
    const auto wrong = store::Books::check(reader);
    if (!wrong) return wrong.error();
    return ledger_view(reader, *wrong);
}

}  // namespace

Admin::Answer Admin::handle(std::string_view method, std::string_view target, std::string_view body) {
    if (!target.starts_with("/v1/")) return {404, {{"error", "no such path; see /v1/status"}}};
    const AdminQuery query(target);
    Result<json::object> out = not_found("no such path");
    if (method == "GET")
        out = get(query);
    else if (method == "POST")
        out = post(query, body);
    if (out) return {200, std::move(*out)};
    return {status_of(out.error().kind), {{"error", out.error().what}}};
}

Result<json::object> Admin::get(const AdminQuery& query) {
    if (query.is(1, "status")) return status();
    if (query.is(1, "ledger")) return parts_.database.read(ledger_of);
    if (query.is(1, "events")) return events(query);
    if (query.is(1, "dead-letters")) return letters_.list(query);
    if (query.is(2, "dead-letters")) {
        const auto id = number(query.path[1]);
        if (!id) return rejected("'" + query.path[1] + "' is not the number of a dead letter");
        return letters_.show(DeadLetterId{*id});
    }
    if (query.is(1, "recorded")) return recorded_.page(query);
    if (query.is(1, "configuration")) return recorded_.configuration();
    if (query.is(1, "replays")) return replays_.list(query.limit());
    if (query.is(2, "replays")) {
        const auto id = number(query.path[1]);
        if (!id) return rejected("'" + query.path[1] + "' is not the number of a replay");
        return replays_.show(store::ReplayId{*id});
    }
    if (query.is(2, "searches")) {
        const auto id = number(query.path[1]);
        if (!id) return rejected("'" + query.path[1] + "' is not the number of a search");
        return persons_.search(*id);
    }
    if (query.is(1, "erasures")) return persons_.erasures(query.limit());
    if (query.is(2, "erasures")) {
        const auto id = number(query.path[1]);
        if (!id) return rejected("'" + query.path[1] + "' is not the number of an erasure");
        return persons_.erasure(store::ErasureId{*id});
    }
    if (query.is(1, "approvals"))
        return approvals_.list(query.value("role"), query.value("route"), query.value("state"),
                               query.limit());
    if (query.is(2, "approvals")) {
        const auto id = number(query.path[1]);
        if (!id) return rejected("'" + query.path[1] + "' is not the number of an approval");
        return approvals_.show(ApprovalId{*id});
    }
    if (query.is(1, "directories")) return directories_.list({});
    if (query.is(2, "directories")) return directories_.list(query.path[1]);
    if (query.is(1, "reviews")) return people_.reviews(query);
    if (query.is(2, "reviews")) {
        const auto id = number(query.path[1]);
        if (!id) return rejected("'" + query.path[1] + "' is not the number of a question");
        return people_.review(store::ReviewId{*id});
    }
    if (query.is(1, "links")) return people_.links(query);
    if (query.is(2, "match") && query.path[1] == "classes") return people_.classes();
    if (query.is(2, "match") && query.path[1] == "explain") return people_.explain(query);
    if (query.is(1, "in-doubt"))
        return doubts_.list({query.value("route"), query.value("connector"), query.limit()});
    if (query.is(2, "in-doubt")) {
        const auto id = number(query.path[1]);
        if (!id) return rejected("'" + query.path[1] + "' is not the number of a call");
        return doubts_.show(CallId{*id});
    }
    if (query.is(2, "events")) {
        auto found = event(query.path[1]);
        if (!found) return found.error();
        return view_of(*found, true);
    }
    if (query.is(2, "why")) {
        auto found = event(query.path[1]);
        if (!found) return found.error();
        const auto older = [&](const std::string& text) { return older_plan(parts_.prepared, text); };
        const auto delay_of = [&](RunId run, const store::CallRow* call) {
            return parts_.deliver ? parts_.deliver->delay_of(run, call) : std::nullopt;
        };
        return parts_.database.read([&](db::Reader& reader) {
            return route::why(*found, query.value("route"),
                              {parts_.prepared.plan, older, reader, parts_.clock.now(),
                               parts_.prepared.config.hub.keep.traces, delay_of});
        });
    }
    return not_found("no such path");
}

Result<json::object> Admin::post(const AdminQuery& query, std::string_view body) {
    json::object arguments;
    if (!body.empty()) {
        json::error_code error;
        auto value = json::parse(json::string_view(body.data(), body.size()), error);
        if (error || !value.is_object()) return rejected("the body is not a JSON object");
        arguments = std::move(value.as_object());
    }
    const auto text = [&](std::string_view name) { return text_in(arguments, name); };
    // A running hub answers this before it comes here: it is done by the thread that owns the hub.
    if (query.is(1, "reload"))
        return rejected("no hub is running: it takes on its configuration when it is started");
    if (query.is(3, "connectors") && query.path[2] == "pause") return holds_.pause(query.path[1], arguments);
    if (query.is(3, "connectors") && query.path[2] == "resume") return holds_.resume(query.path[1]);
    if (query.is(3, "connectors") && query.path[2] == "credentials-mended")
        return holds_.credentials_mended(query.path[1]);
    if (query.is(2, "outbound") && query.path[1] == "pause") return holds_.pause("outbound", arguments);
    if (query.is(2, "outbound") && query.path[1] == "resume") return holds_.resume("outbound");
    if (query.is(2, "persons")) return persons_.act(query.path[1], arguments);
    if (query.is(3, "searches") && query.path[2] == "cancel") {
        const auto id = number(query.path[1]);
        if (!id) return rejected("'" + query.path[1] + "' is not the number of a search");
        return persons_.cancel(*id);
    }
    if (query.is(3, "approvals"))
        return decide(query, {query.path[2] == "release", text("by"), text("reason")});
    if (query.is(3, "in-doubt")) {
        const auto id = number(query.path[1]);
        if (!id) return rejected("'" + query.path[1] + "' is not the number of a call");
        return doubts_.decide(CallId{*id}, query.path[2], arguments);
    }
    if (query.is(3, "directories") && query.path[2] == "refresh") return directories_.refresh(query.path[1]);
    if (query.is(3, "reviews")) {
        const auto id = number(query.path[1]);
        if (!id) return rejected("'" + query.path[1] + "' is not the number of a question");
        return people_.answer(store::ReviewId{*id}, query.path[2], arguments);
    }
    if (query.is(2, "links")) return people_.relink(query.path[1], arguments);
    if (query.is(2, "match") && query.path[1] == "resume") return people_.resume(arguments);
    if (query.is(3, "dead-letters")) {
        const auto id = number(query.path[1]);
        if (!id) return rejected("'" + query.path[1] + "' is not the number of a dead letter");
        return letters_.act(DeadLetterId{*id}, query.path[2], arguments);
    }
    if (query.is(1, "replays")) return replays_.begin(arguments);
    if (query.is(3, "replays") && query.path[2] == "stop") {
        const auto id = number(query.path[1]);
        if (!id) return rejected("'" + query.path[1] + "' is not the number of a replay");
        return replays_.stop(store::ReplayId{*id}, arguments);
    }
    return not_found("no such path");
}

Result<json::object> Admin::decide(const AdminQuery& query, const route::Decision& decision) {
    if (!decision.is_released && query.path[2] != "refuse") return not_found("no such path");
    const auto id = number(query.path[1]);
    if (!id) return rejected("'" + query.path[1] + "' is not the number of an approval");
    return approvals_.decide(ApprovalId{*id}, decision);
}

Result<json::object> Admin::status() {
    json::object out{{"running", parts_.engine != nullptr},
                     {"now", to_rfc3339(parts_.clock.now())},
                     {"version", kVersion},
                     {"config", parts_.prepared.config.hash}};
    json::array sources, sinks;
    if (parts_.lanes) {
        for (const auto& [name, lane] : *parts_.lanes) sources.push_back(view_of(lane->state()));
    }
    if (parts_.deliver) {
        for (const auto& state : parts_.deliver->states()) sinks.push_back(view_of(state));
    }
    // One snapshot: who waits for all to be done adds these figures up.
    auto read = parts_.database.read([&](db::Reader& reader) -> Result<> {
        auto books = books_in_short(reader);
        if (!books) return books.error();
        out["books"] = std::move(*books);
        const auto last = parts_.journal.last_seq(reader);
        if (!last) return last.error();
        out["events"] = last->value();
        auto routed = store::Positions::get(reader, store::Positions::kRouted);
        if (!routed) return routed.error();
        out["unrouted"] = last->value() - routed->value_or(EventSeq{}).value();
        auto letters = store::DeadLetters::count_open(reader);
        if (!letters) return letters.error();
        out["dead_letters"] = *letters;
        auto approvals = store::Approvals::count_open(reader);
        if (!approvals) return approvals.error();
        out["approvals"] = *approvals;
        auto people = AdminPeople::summary(reader);
        if (!people) return people.error();
        out["reviews"] = std::move(*people);
        auto doubts = store::Doubts::count(reader);
        if (!doubts) return doubts.error();
        out["in_doubt"] = *doubts;
        auto holds = store::Holds::list(reader);
        if (!holds) return holds.error();
        json::array paused;
        for (const auto& hold : *holds) {
            paused.push_back(json::object{{"name", spoken(hold)},
                                          {"since", to_rfc3339(hold.since)},
                                          {"reason", hold.reason},
                                          {"by", hold.held_by}});
        }
        out["paused"] = std::move(paused);
        for (auto& sink : sinks) {
            auto open = open_calls(reader, sink.at("instance").as_string());
            if (!open) return open.error();
            sink.as_object()["open"] = *open;
        }
        auto backlog = backlog_view(reader);
        if (!backlog) return backlog.error();
        for (auto& [name, value] : *backlog) out[name] = std::move(value);
        return {};
    });
    if (!read) return read.error();
    if (parts_.engine) {
        const auto engine = parts_.engine->state();
        out["started"] = to_rfc3339(parts_.started);
        out["runs_in_memory"] = engine.runs;
        out["waiting_for_claims"] = engine.waiting_claims;
        out["trouble"] = engine.trouble;
    }
    auto bytes = parts_.database.bytes();
    if (!bytes) return bytes.error();
    const auto& place = parts_.database.place();
    auto disk = parts_.database.read([&](db::Reader& reader) {
        return disk_view(reader, place, *bytes, parts_.prepared.config.hub.keep.events, parts_.clock.now());
    });
    if (!disk) return disk.error();
    (*disk)["file"] = place;
    (*disk)["bytes"] = *bytes;
    (*disk)["queued"] = parts_.database.queued();
    out["store"] = std::move(*disk);
    if (parts_.health) out["health"] = json::parse(parts_.health->ready().json);
    out["sources"] = std::move(sources);
    out["sinks"] = std::move(sinks);
    out["budgets"] = budgets();
    return out;
}

json::array Admin::budgets() const {
    json::array out;
    if (!parts_.budgets) return out;
    for (const auto& one : parts_.budgets->states()) {
        const auto rounded = [](double amount) -> json::value {
            const auto cents = std::round(amount * 100);
            if (std::fmod(cents, 100) == 0) return static_cast<std::int64_t>(cents / 100);
            return cents / 100;
        };
        out.push_back(json::object{{"name", one.name},
                                   {"used", rounded(one.used)},
                                   {"limit", rounded(one.limit)},
                                   {one.is_money ? "ends" : "free_at", to_rfc3339(one.until)}});
    }
    return out;
}

Result<json::object> Admin::books_in_short(db::Reader& reader) {
    if (!parts_.books) return ledger_of(reader);
    const auto found = parts_.books->look(reader);
    if (!found) return found.error();
    auto out = ledger_view(reader, found->wrong);
    if (out) (*out)["checked"] = to_rfc3339(found->at);
    return out;
}

}  // namespace maillon::hub
