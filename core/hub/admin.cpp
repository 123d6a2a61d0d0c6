#include "core/hub/admin.h"

#include "core/base/time.h"
#include "core/hub/admin_query.h"
#include "core/hub/admin_views.h"
#include "core/hub/ledger_view.h"
#include "core/hub/older_plan.h"
#include "core/route/why.h"
#include "core/store/approvals.h"
#include "core/store/runs.h"
#include "core/store/state.h"

#include <boost/json/parse.hpp>

#include <filesystem>

namespace maillon::hub {
namespace {

namespace json = boost::json;

/// A Fault unless there is a dead letter of that number which nobody has closed yet.
Result<> open_letter(db::Session& session, DeadLetterId id) {
    auto row = store::DeadLetters::by_id(session, id);
    if (!row) return row.error();
    if (!*row) return not_found("there is no dead letter " + std::to_string(id.value()));
    if ((*row)->state == store::LetterState::open) return {};
    return Fault{FaultKind::conflict, "dead letter " + std::to_string(id.value()) + " is no longer open", {}};
}

int status_of(FaultKind kind) {
    if (kind == FaultKind::unsupported) return 404;
    if (kind == FaultKind::conflict) return 409;
    return kind == FaultKind::rejected ? 400 : 503;
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
    if (query.is(1, "ledger")) return ledger();
    if (query.is(1, "events")) return events(query);
    if (query.is(1, "dead-letters")) return dead_letters(query);
    if (query.is(2, "dead-letters")) return dead_letter(query.path[1]);
    if (query.is(1, "approvals"))
        return approvals_.list(query.value("role"), query.value("route"), query.value("state"),
                               query.limit());
    if (query.is(2, "approvals")) {
        const auto id = number(query.path[1]);
        if (!id) return rejected("'" + query.path[1] + "' is not the number of an approval");
        return approvals_.show(ApprovalId{*id});
    }
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
        return parts_.database.read([&](db::Reader& reader) {
            return route::why(*found, query.value("route"),
                              {parts_.prepared.plan, older, reader, parts_.clock.now(),
                               parts_.prepared.config.hub.keep.traces});
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
    const auto text = [&](std::string_view name) {
        const auto* found = arguments.if_contains(name);
        return found && found->is_string() ? std::string(found->get_string()) : std::string();
    };
    if (query.is(3, "connectors") && query.path[2] == "pause") return holds_.pause(query.path[1], arguments);
    if (query.is(3, "connectors") && query.path[2] == "resume") return holds_.resume(query.path[1]);
    if (query.is(2, "outbound") && query.path[1] == "pause") return holds_.pause("outbound", arguments);
    if (query.is(2, "outbound") && query.path[1] == "resume") return holds_.resume("outbound");
    if (query.is(3, "approvals"))
        return decide(query, {query.path[2] == "release", text("by"), text("reason")});
    if (query.is(3, "in-doubt")) {
        const auto id = number(query.path[1]);
        if (!id) return rejected("'" + query.path[1] + "' is not the number of a call");
        return doubts_.decide(CallId{*id}, query.path[2], arguments);
    }
    if (!query.is(3, "dead-letters")) return not_found("no such path");
    const auto id = number(query.path[1]);
    if (!id) return rejected("'" + query.path[1] + "' is not the number of a dead letter");
    const DeadLetterId letter{*id};
    if (query.path[2] == "replay") {
        if (!parts_.engine) return rejected("a replay needs the running hub; start it first");
        auto open = parts_.database.read([&](db::Reader& reader) { return open_letter(reader, letter); });
        if (!open) return open.error();
        auto run = parts_.engine->replay(letter, text("note"));
        if (!run) return run.error();
        return json::object{{"replayed", *id}, {"run", run->value()}};
    }
    if (query.path[2] != "drop") return not_found("no such path");
    const auto reason = text("reason");
    if (reason.empty()) return rejected("say why: a dead letter is dropped with a reason");
    auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
        if (auto open = open_letter(unit, letter); !open) return open;
        return store::DeadLetters::close(unit, letter, store::LetterState::dropped, reason);
    });
    if (!done) return done.error();
    return json::object{{"dropped", *id}};
}

Result<json::object> Admin::decide(const AdminQuery& query, const route::Decision& decision) {
    if (!decision.is_released && query.path[2] != "refuse") return not_found("no such path");
    const auto id = number(query.path[1]);
    if (!id) return rejected("'" + query.path[1] + "' is not the number of an approval");
    return approvals_.decide(ApprovalId{*id}, decision);
}

Result<json::object> Admin::status() {
    auto books = ledger();
    if (!books) return books.error();
    json::object out{{"running", parts_.engine != nullptr},
                     {"now", to_rfc3339(parts_.clock.now())},
                     {"version", "0.1.0"},
                     {"config", parts_.prepared.config.hash}};
    json::array sources, sinks;
    if (parts_.lanes) {
        for (const auto& [name, lane] : *parts_.lanes) sources.push_back(view_of(lane->state()));
    }
    if (parts_.deliver) {
        for (const auto& state : parts_.deliver->states()) sinks.push_back(view_of(state));
    }
    auto last = parts_.journal.last_seq();
    if (!last) return last.error();
    auto read = parts_.database.read([&](db::Reader& reader) -> Result<> {
        auto routed = store::Positions::get(reader, store::Positions::kRouted);
        if (!routed) return routed.error();
        out["unrouted"] = last->value() - routed->value_or(EventSeq{}).value();
        auto letters = store::DeadLetters::count_open(reader);
        if (!letters) return letters.error();
        out["dead_letters"] = *letters;
        auto approvals = store::Approvals::count_open(reader);
        if (!approvals) return approvals.error();
        out["approvals"] = *approvals;
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
        return {};
    });
    if (!read) return read.error();
    out["events"] = last->value();
    if (parts_.engine) {
        const auto engine = parts_.engine->state();
        out["started"] = to_rfc3339(parts_.started);
        out["runs_in_memory"] = engine.runs;
        out["waiting_for_claims"] = engine.waiting_claims;
        out["trouble"] = engine.trouble;
    }
    auto bytes = parts_.database.bytes();
    if (!bytes) return bytes.error();
    out["store"] = json::object{
        {"file", parts_.database.place()}, {"bytes", *bytes}, {"queued", parts_.database.queued()}};
    out["sources"] = std::move(sources);
    out["sinks"] = std::move(sinks);
    out["books"] = std::move(*books);
    return out;
}

Result<json::object> Admin::ledger() {
    return parts_.database.read([](db::Reader& reader) -> Result<json::object> {
        auto wrong = store::Books::check(reader);
        if (!wrong) return wrong.error();
        return ledger_view(reader, *wrong);
    });
}

}  // namespace maillon::hub
