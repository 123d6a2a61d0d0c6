#include "core/journal/sql_journal.h"

#include <algorithm>

namespace maillon {
namespace {

/// A row of `events`; the body still as text.
struct EventRecord {
    EventSeq seq{};
    Envelope meta;
    std::string body;
};

auto columns(EventRecord& r) {
    return std::tie(r.seq, r.meta.source, r.meta.id, r.meta.connector, r.meta.type, r.meta.subject,
                    r.meta.key, r.meta.time, r.meta.received, r.meta.origin, r.meta.hops, r.meta.replay,
                    r.meta.traceparent, r.body);
}

constexpr std::string_view kInsert =
    "INSERT INTO events (source, id, connector, type, subject, key, time, received, origin, hops, replay,"
    " traceparent, body) VALUES (:source, :id, :connector, :type, :subject, :key, :time, :received, :origin, "
    ":hops,"
    " :replay, :traceparent, :body) ON CONFLICT (id, source) DO NOTHING RETURNING seq";

constexpr std::string_view kSelect =
    "SELECT seq, source, id, connector, type, subject, key, time, received, origin, hops, replay, "
    "traceparent, body"
    " FROM events ";

Result<EventSeq> position_of(db::Unit& unit, const Event& event) {
    auto seq = unit.row<EventSeq>("SELECT seq FROM events WHERE id = :id AND source = :source",
                                  {event.meta.id, event.meta.source});
    if (!seq) return seq.error();
    if (!*seq) return internal("an event is neither new nor in the journal");
    return **seq;
}

Result<Appended> append_one(db::Unit& unit, const Event& event) {
    const auto& meta = event.meta;
    const auto body = event.body.dump();
    auto seq = unit.row<EventSeq>(
        kInsert, {meta.source, meta.id, meta.connector, meta.type, meta.subject, meta.key, meta.time,
                  meta.received, meta.origin, meta.hops, meta.replay, meta.traceparent, body});
    if (!seq) return seq.error();
    if (*seq) return Appended{**seq, true};
    auto first = position_of(unit, event);
    if (!first) return first.error();
    return Appended{*first, false};
}

Result<std::vector<Event>> to_events(Result<std::vector<EventRecord>> records) {
    if (!records) return records.error();
    std::vector<Event> events;
    events.reserve(records->size());
    for (auto& record : *records) {
        auto body = Json::parse(record.body);
        if (!body) return body.error().in("reading event " + std::to_string(record.seq.value()));
        events.push_back({record.seq, std::move(record.meta), std::move(*body)});
    }
    return events;
}

Result<std::vector<Event>> select(db::Database& database, std::string_view where, db::Params params) {
    const auto sql = std::string(kSelect).append(where);
    return to_events(
        database.read([&](db::Reader& reader) { return reader.rows<EventRecord>(sql, params); }));
}

Result<std::optional<Event>> first_of(Result<std::vector<Event>> events) {
    if (!events) return events.error();
    if (events->empty()) return std::optional<Event>{};
    return std::optional<Event>{std::move(events->front())};
}

}  // namespace

Result<std::vector<Appended>> SqlJournal::append(db::Unit& unit, std::span<const Event> events) {
    std::vector<Appended> answers;
    answers.reserve(events.size());
    for (const auto& event : events) {
        auto answer = append_one(unit, event);
        if (!answer) return answer.error();
        answers.push_back(*answer);
    }
    return answers;
}

// The last position is written down here, so that last_seq() knows it when its event is gone.
Result<std::int64_t> SqlJournal::forget(db::Unit& unit, TimePoint before, EventSeq up_to, std::size_t limit) {
    auto noted = unit.exec(
        "INSERT INTO journal_position (only_row, last_seq) SELECT 1, max(seq) FROM events HAVING max(seq) IS "
        "NOT NULL"
        " ON CONFLICT (only_row) DO UPDATE SET last_seq = excluded.last_seq");
    if (!noted) return noted.error();
    return unit.exec(
        "DELETE FROM events WHERE received < :before AND seq IN"
        " (SELECT seq FROM events WHERE seq <= :up_to ORDER BY seq LIMIT :most)",
        {before, up_to, limit});
}

Result<std::vector<Event>> SqlJournal::read(EventSeq after, std::size_t limit) {
    return select(database_, "WHERE seq > :after ORDER BY seq LIMIT :most", {after, limit});
}

Result<std::optional<Event>> SqlJournal::by_seq(EventSeq seq) {
    return first_of(select(database_, "WHERE seq = :seq", {seq}));
}

Result<std::optional<Event>> SqlJournal::find(std::string_view source, std::string_view id) {
    return first_of(select(database_, "WHERE id = :id AND source = :source", {id, source}));
}

Result<std::vector<Event>> SqlJournal::find_id(std::string_view id, std::size_t limit) {
    return select(database_, "WHERE id = :id ORDER BY seq LIMIT :most", {id, limit});
}

Result<std::vector<Event>> SqlJournal::list(const EventFilter& filter) {
    return select(database_,
                  "WHERE (:any_connector = '' OR connector = :connector) AND (:any_type = '' OR type = :type)"
                  " AND (:any_key = '' OR key = :key) AND received >= :since ORDER BY seq DESC LIMIT :most",
                  {filter.connector, filter.connector, filter.type, filter.type, filter.key, filter.key,
                   filter.since.value_or(TimePoint::min()), filter.limit});
}

Result<EventSeq> SqlJournal::last_seq() {
    using Both = std::tuple<std::optional<EventSeq>, std::optional<EventSeq>>;
    auto last = database_.read([](db::Reader& reader) {
        return reader.row<Both>(
            "SELECT (SELECT max(seq) FROM events), (SELECT max(last_seq) FROM journal_position)");
    });
    if (!last) return last.error();
    const auto [present, noted] = **last;
    return std::max(present.value_or(EventSeq{}), noted.value_or(EventSeq{}));
}

}  // namespace maillon
