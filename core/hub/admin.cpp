#include "core/hub/admin.h"

#include "core/base/time.h"
#include "core/hub/admin_views.h"
#include "core/route/why.h"
#include "core/store/approvals.h"
#include "core/store/runs.h"
#include "core/store/state.h"
#include "core/web/query.h"

#include <boost/json/parse.hpp>

#include <charconv>
#include <filesystem>

namespace maillon::hub {
namespace {

namespace json = boost::json;

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return out;
}

Fault not_found(std::string what) {
    return {FaultKind::unsupported, std::move(what), {}};
}

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

struct Admin::Query {
    std::vector<std::string> path;  ///< after /v1
    std::map<std::string, std::string> values;

    explicit Query(std::string_view target) {
        const auto mark = std::min(target.find('?'), target.size());
        std::string_view left = target.substr(0, mark);
        if (left.starts_with("/v1/")) left.remove_prefix(4);
        while (!left.empty()) {
            const auto end = std::min(left.find('/'), left.size());
            path.push_back(web::percent_decode(left.substr(0, end)));
            left.remove_prefix(std::min(end + 1, left.size()));
        }
        if (mark < target.size()) {
            for (auto& [name, value] : web::parse_query(target.substr(mark + 1)))
                values[name] = std::move(value);
        }
    }
    std::string value(const std::string& name) const {
        const auto found = values.find(name);
        return found == values.end() ? std::string() : found->second;
    }
    std::size_t limit() const {
        const auto wish = number(value("limit")).value_or(50);
        return static_cast<std::size_t>(std::clamp<std::int64_t>(wish, 1, 1000));
    }
    bool is(std::size_t parts, std::string_view first) const {
        return path.size() == parts && path.front() == first;
    }
};

Admin::Answer Admin::handle(std::string_view method, std::string_view target, std::string_view body) {
    if (!target.starts_with("/v1/")) return {404, {{"error", "no such path; see /v1/status"}}};
    const Query query(target);
    Result<json::object> out = not_found("no such path");
    if (method == "GET")
        out = get(query);
    else if (method == "POST")
        out = post(query, body);
    if (out) return {200, std::move(*out)};
    return {status_of(out.error().kind), {{"error", out.error().what}}};
}

Result<json::object> Admin::get(const Query& query) {
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
    if (query.is(2, "events")) {
        auto found = event(query.path[1]);
        if (!found) return found.error();
        return view_of(*found, true);
    }
    if (query.is(2, "why")) {
        auto found = event(query.path[1]);
        if (!found) return found.error();
        return parts_.database.read(
            [&](db::Reader& reader) { return route::why(*found, *parts_.prepared.plan, reader); });
    }
    return not_found("no such path");
}

Result<json::object> Admin::post(const Query& query, std::string_view body) {
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
    if (query.is(3, "connectors") && query.path[2] == "resume") {
        if (!parts_.deliver) return rejected("no hub is running");
        if (!parts_.prepared.instances.contains(query.path[1]))
            return not_found("there is no connector '" + query.path[1] + "'");
        parts_.deliver->resume(query.path[1]);
        return json::object{{"resumed", query.path[1]}};
    }
    if (query.is(3, "approvals"))
        return decide(query, {query.path[2] == "release", text("by"), text("reason")});
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

Result<json::object> Admin::decide(const Query& query, const route::Decision& decision) {
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
    std::error_code error;
    const auto bytes = std::filesystem::file_size(parts_.prepared.config.hub.store, error);
    out["store"] = json::object{{"file", parts_.prepared.config.hub.store.string()},
                                {"bytes", error ? 0 : bytes},
                                {"queued", parts_.database.queued()}};
    out["sources"] = std::move(sources);
    out["sinks"] = std::move(sinks);
    out["books"] = std::move(*books);
    return out;
}

Result<json::object> Admin::ledger() {
    json::object out;
    auto done = parts_.database.read([&](db::Reader& reader) -> Result<> {
        auto events = store::Books::events(reader);
        if (!events) return events.error();
        auto runs = store::Books::runs(reader);
        if (!runs) return runs.error();
        auto wrong = store::Books::check(reader);
        if (!wrong) return wrong.error();
        json::object event_books, run_books;
        for (const auto& row : *events) event_books[row.connector] = view_of(row.book);
        for (const auto& row : *runs) run_books[row.route] = view_of(row.book);
        json::array sentences;
        for (const auto& sentence : *wrong) sentences.emplace_back(json::string(sentence));
        out = {{"events", std::move(event_books)},
               {"runs", std::move(run_books)},
               {"balanced", wrong->empty()},
               {"wrong", std::move(sentences)}};
        return {};
    });
    if (!done) return done.error();
    return out;
}

Result<json::object> Admin::events(const Query& query) {
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
    if (found->empty()) return not_found("there is no event '" + name + "'; see: maillon events list");
    if (found->size() > 1)
        return Fault{
            FaultKind::conflict, "several events are called '" + name + "'; name one by its position", {}};
    return std::move(found->front());
}

Result<json::object> Admin::dead_letters(const Query& query) {
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
