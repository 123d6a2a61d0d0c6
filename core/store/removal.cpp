#include "core/store/removal.h"

#include "core/base/digest.h"
#include "core/store/books.h"
#include "core/store/books_count.h"
#include "core/store/runs.h"
#include "core/store/sql.h"
#include "core/store/state.h"

namespace maillon::store {
namespace {

constexpr std::string_view kBody = R"({"erased":true})";
constexpr std::string_view kWhy = "the person was erased";

/// Adds what a statement changed.
Result<void> count(std::int64_t& to, const Result<std::int64_t>& changed) {
    if (!changed) return changed.error();
    to += *changed;
    return {};
}

/// Its member as text; empty when it has none.
std::string text_at(const Json& body, std::string_view key) {
    const auto member = body.at(key);
    const auto text = member ? member->string() : std::nullopt;
    return text ? std::string(*text) : std::string();
}

Result<void> end_runs(db::Unit& unit, EventSeq event, TimePoint now, Removed& removed) {
    auto open = unit.rows<std::tuple<RunId, std::string, RunState>>(
        "SELECT id, route, state FROM runs WHERE event = :event AND unsettled = 1", {event});
    if (!open) return open.error();
    for (const auto& [id, route, state] : *open) {
        RunBook change{.dropped = 1};
        --member(change, state);
        auto done =
            kept(unit.exec("UPDATE runs SET state = 'dropped', unsettled = 0, wake_at = NULL,"
                           " updated = :now WHERE id = :id",
                           {now, id}));
        if (done) done = Books::add(unit, route, change);
        if (done) done = kept(unit.exec("DELETE FROM run_watches WHERE run = :run", {id}));
        if (done) done = kept(unit.exec("DELETE FROM review_waits WHERE run = :run", {id}));
        if (done)
            done = count(removed.claims,
                         unit.exec("DELETE FROM claims WHERE run = :run AND state = 'held'", {id}));
        if (!done) return done;
        ++removed.runs_ended;
    }
    return {};
}

Result<void> empty_calls(db::Unit& unit, EventSeq event, TimePoint now, Removed& removed) {
    auto done = kept(
        unit.exec("UPDATE calls SET state = 'failed', unsettled = 0, finished = :now, fault = 'cancelled'"
                  " WHERE unsettled = 1 AND run IN (SELECT id FROM runs WHERE event = :event)",
                  {now, event}));
    if (!done) return done;
    return count(removed.calls,
                 unit.exec("UPDATE calls SET args = '{}', result = '', remote_id = '', remote_revision = '',"
                           " detail = '', target_key = '', idempotency_key = 'erased:' || id"
                           " WHERE run IN (SELECT id FROM runs WHERE event = :event)",
                           {event}));
}

Result<void> empty_runs(db::Unit& unit, EventSeq event, TimePoint now, Removed& removed) {
    auto done = end_runs(unit, event, now, removed);
    if (done)
        done = kept(unit.exec("DELETE FROM run_items WHERE run IN (SELECT id FROM runs WHERE event = :event)",
                              {event}));
    if (done)
        done = count(removed.steps, unit.exec("UPDATE steps SET inputs = '', result = '', detail = ''"
                                              " WHERE run IN (SELECT id FROM runs WHERE event = :event)",
                                              {event}));
    if (done) done = empty_calls(unit, event, now, removed);
    if (done)
        done =
            kept(unit.exec("UPDATE approvals SET state = 'lapsed', decided = :now, decided_by = 'hub',"
                           " due = NULL WHERE run IN (SELECT id FROM runs WHERE event = :event)"
                           " AND state = 'open'",
                           {now, event}));
    if (done)
        done = count(removed.approvals, unit.exec("UPDATE approvals SET args = '{}', reason = :why"
                                                  " WHERE run IN (SELECT id FROM runs WHERE event = :event)",
                                                  {kWhy, event}));
    if (done)
        done = count(removed.runs,
                     unit.exec("UPDATE runs SET key = 'erased:' || event, frame = '{}', reason = :why"
                               " WHERE event = :event",
                               {kWhy, event}));
    return done;
}

Result<void> empty_letters(db::Unit& unit, EventSeq event, TimePoint now, Removed& removed) {
    auto done = count(removed.edits,
                      unit.exec("DELETE FROM dead_letter_edits WHERE letter IN (SELECT id FROM"
                                " dead_letters WHERE run IN (SELECT id FROM runs WHERE event = :event))",
                                {event}));
    if (done)
        done =
            kept(unit.exec("UPDATE dead_letters SET state = 'dropped', closed = :now, who = 'hub',"
                           " replay = 0 WHERE run IN (SELECT id FROM runs WHERE event = :event)"
                           " AND state = 'open'",
                           {now, event}));
    if (done)
        done = count(removed.letters,
                     unit.exec("UPDATE dead_letters SET reason = :why, note = '', key = 'erased:' || event,"
                               " frame = '' WHERE run IN (SELECT id FROM runs WHERE event = :event)",
                               {kWhy, event}));
    return done;
}

Result<void> forget_conversations(db::Unit& unit, const Event& event, Removed& removed) {
    for (const auto* sql : {"DELETE FROM conversation_refs WHERE conversation IN"
                            " (SELECT id FROM conversations WHERE opened_by = :event)",
                            "DELETE FROM run_watches WHERE conversation IN"
                            " (SELECT id FROM conversations WHERE opened_by = :event)"})
        if (auto done = kept(unit.exec(sql, {event.seq})); !done) return done;
    auto done = count(removed.conversations,
                      unit.exec("DELETE FROM conversations WHERE opened_by = :event", {event.seq}));
    const auto message = text_at(event.body, "id");
    if (!done || message.empty()) return done;
    return kept(
        unit.exec("UPDATE conversations SET last_message_id = first_message_id"
                  " WHERE instance = :instance AND last_message_id = :message",
                  {event.meta.connector, message}));
}

}  // namespace

Removed& Removed::operator+=(const Removed& more) {
    events += more.events;
    runs += more.runs;
    runs_ended += more.runs_ended;
    steps += more.steps;
    calls += more.calls;
    approvals += more.approvals;
    letters += more.letters;
    edits += more.edits;
    conversations += more.conversations;
    claims += more.claims;
    return *this;
}

bool Removal::is_done(const Event& event) {
    return event.meta.id.starts_with("erased:") && event.body.dump() == kBody;
}

// Emitted events are called after the step that emitted them: "<connector>:<id>/<route>/<step>".
Result<std::vector<EventSeq>> Removal::children(db::Session& session, const Event& event) {
    const auto stem = event.meta.connector + ':' + event.meta.id;
    return session.rows<EventSeq>(
        "SELECT seq FROM events WHERE id > :from AND id < :to AND source = '/hub' ORDER BY seq",
        {stem + '/', stem + '0'});
}

Result<Removed> Removal::look(db::Session& session, const Event& event) {
    Removed out{.events = 1};
    const std::pair<std::int64_t*, const char*> counts[] = {
        {&out.runs, "SELECT count(*) FROM runs WHERE event = :event"},
        {&out.runs_ended, "SELECT count(*) FROM runs WHERE event = :event AND unsettled = 1"},
        {&out.steps, "SELECT count(*) FROM steps WHERE run IN (SELECT id FROM runs WHERE event = :event)"},
        {&out.calls, "SELECT count(*) FROM calls WHERE run IN (SELECT id FROM runs WHERE event = :event)"},
        {&out.approvals,
         "SELECT count(*) FROM approvals WHERE run IN"
         " (SELECT id FROM runs WHERE event = :event)"},
        {&out.letters,
         "SELECT count(*) FROM dead_letters WHERE run IN"
         " (SELECT id FROM runs WHERE event = :event)"},
        {&out.edits,
         "SELECT count(*) FROM dead_letter_edits WHERE letter IN (SELECT id FROM dead_letters"
         " WHERE run IN (SELECT id FROM runs WHERE event = :event))"},
        {&out.conversations, "SELECT count(*) FROM conversations WHERE opened_by = :event"}};
    for (const auto& [to, sql] : counts) {
        auto number = session.row<std::int64_t>(sql, {event.seq});
        if (!number) return number.error();
        *to = number->value_or(0);
    }
    return out;
}

Result<bool> Removal::may_move(db::Session& session, EventSeq event) {
    auto routed = Positions::get(session, Positions::kRouted);
    if (!routed) return routed.error();
    if (event > routed->value_or(EventSeq{})) return true;
    auto found =
        session.row<RunId>("SELECT id FROM runs WHERE event = :event AND unsettled = 1 LIMIT 1", {event});
    if (!found) return found.error();
    return found->has_value();
}

Result<Removed> Removal::event(db::Unit& unit, const Event& event, TimePoint now) {
    Removed removed;
    auto done = empty_letters(unit, event.seq, now, removed);
    if (done) done = empty_runs(unit, event.seq, now, removed);
    if (done) done = forget_conversations(unit, event, removed);
    // The id must be one that no service gives: by it doubles are known.
    if (done)
        done = count(removed.events,
                     unit.exec("UPDATE events SET id = :id, subject = '', key = 'erased:' || seq,"
                               " origin = '', traceparent = '', body = :body WHERE seq = :seq",
                               {"erased:" + random_hex(16), kBody, event.seq}));
    if (!done) return done.error();
    return removed;
}

}  // namespace maillon::store
