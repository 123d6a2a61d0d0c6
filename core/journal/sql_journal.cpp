#include "core/journal/sql_journal.h"

#include "core/db/batch.h"

#include <algorithm>
#include <map>

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

/// Where an event of the journal stands.
struct Place {
    EventSeq seq{};
    std::string source, id;
    bool is_of(const Event& event) const { return id == event.meta.id && source == event.meta.source; }
};

auto columns(Place& p) {
    return std::tie(p.seq, p.source, p.id);
}

constexpr std::string_view kInsert =
    "INSERT INTO events (source, id, connector, type, subject, key, time, received, origin, hops, replay,"
    " traceparent, body) VALUES (:source, :id, :connector, :type, :subject, :key, :time, :received, :origin, "
    ":hops,"
    " :replay, :traceparent, :body) ON CONFLICT (id, source) DO NOTHING RETURNING seq";

constexpr std::string_view kKnown =
    "SELECT seq, source, id FROM events WHERE (id, source) IN (VALUES (:id, :source))";

constexpr std::string_view kSelect =
    "SELECT seq, source, id, connector, type, subject, key, time, received, origin, hops, replay, "
    "traceparent, body"
    " FROM events ";

/// Adds the events to a batch of kInsert; `after` is called behind each.
template <class F>
Result<void> insert(db::Batch& batch, std::span<const Event> events, const F& after) {
    for (const auto& event : events) {
        const auto& meta = event.meta;
        const auto dumped = event.text.empty() ? event.body.dump() : std::string();
        const std::string_view body = event.text.empty() ? dumped : event.text;
        auto added =
            batch.add({meta.source, meta.id, meta.connector, meta.type, meta.subject, meta.key, meta.time,
                       meta.received, meta.origin, meta.hops, meta.replay, meta.traceparent, body});
        if (!added) return added;
        after();
    }
    auto done = batch.finish();
    if (!done) return done.error();
    return {};
}

/// Row by row: a position shows that the event just added is new.
Result<std::vector<Appended>> insert_each(db::Unit& unit, std::span<const Event> events) {
    std::vector<EventSeq> made;
    made.reserve(events.size());
    std::vector<Appended> answers;
    answers.reserve(events.size());
    db::Batch batch(unit, kInsert, made);
    std::size_t seen = 0;
    auto done = insert(batch, events, [&] {
        const bool is_new = made.size() > seen;
        seen = made.size();
        answers.push_back(is_new ? Appended{made.back(), true} : Appended{});
    });
    if (!done) return done.error();
    return answers;
}

/// In one statement, which tells what it inserted in the order of the events.
Result<std::vector<Appended>> insert_together(db::Unit& unit, std::span<const Event> events) {
    static const auto sql = std::string(kInsert) + ", source, id";
    std::vector<Place> made;
    made.reserve(events.size());
    db::Batch batch(unit, sql, made);
    auto done = insert(batch, events, [] {});
    if (!done) return done.error();
    std::vector<Appended> answers(events.size());
    auto next = made.begin();
    for (std::size_t i = 0; i < events.size() && next != made.end(); ++i)
        if (next->is_of(events[i])) answers[i] = {next++->seq, true};
    if (next != made.end()) return internal("the journal answered for an event that was not given to it");
    return answers;
}

/// Puts in the position of the first one wherever `answers` says that an event is a double.
Result<void> find_firsts(db::Unit& unit, std::span<const Event> events, std::vector<Appended>& answers) {
    std::vector<Place> known;
    db::Batch batch(unit, kKnown, known);
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (answers[i].is_new) continue;
        auto added = batch.add({events[i].meta.id, events[i].meta.source});
        if (!added) return added.error();
    }
    auto done = batch.finish();
    if (!done) return done.error();
    using Key = std::pair<std::string_view, std::string_view>;
    std::map<Key, EventSeq> seqs;
    for (const auto& place : known) seqs.emplace(Key(place.id, place.source), place.seq);
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (answers[i].is_new) continue;
        const auto first = seqs.find(Key(events[i].meta.id, events[i].meta.source));
        if (first == seqs.end()) return internal("an event is neither new nor in the journal");
        answers[i].seq = first->second;
    }
    return {};
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
    auto answers =
        db::Batch::is_one_statement(unit) ? insert_together(unit, events) : insert_each(unit, events);
    if (!answers || std::ranges::all_of(*answers, &Appended::is_new)) return answers;
    auto found = find_firsts(unit, events, *answers);
    if (!found) return found.error();
    return answers;
}

// The last position is written down here, so that last_seq() knows it when its event is gone.
Result<Forgotten> SqlJournal::forget(db::Unit& unit, const Old& old, std::size_t limit) {
    auto noted = unit.exec(
        "INSERT INTO journal_position (only_row, last_seq) SELECT 1, max(seq) FROM events HAVING max(seq) IS "
        "NOT NULL"
        " ON CONFLICT (only_row) DO UPDATE SET last_seq = excluded.last_seq");
    if (!noted) return noted.error();
    auto gone = unit.rows<std::string>(
        "DELETE FROM events WHERE received < :before AND seq IN"
        " (SELECT seq FROM events WHERE seq <= :up_to AND received <= :now ORDER BY seq LIMIT :most)"
        " RETURNING connector",
        {old.before, old.up_to, old.now, limit});
    if (!gone) return gone.error();
    Forgotten forgotten{.events = static_cast<std::int64_t>(gone->size())};
    for (auto& connector : *gone) ++forgotten.by_connector[std::move(connector)];
    return forgotten;
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
    return database_.read([this](db::Reader& reader) { return last_seq(reader); });
}

Result<EventSeq> SqlJournal::last_seq(db::Reader& reader) {
    using Both = std::tuple<std::optional<EventSeq>, std::optional<EventSeq>>;
    const auto last = reader.row<Both>(
        "SELECT (SELECT max(seq) FROM events), (SELECT max(last_seq) FROM journal_position)");
    if (!last) return last.error();
    const auto [present, noted] = **last;
    return std::max(present.value_or(EventSeq{}), noted.value_or(EventSeq{}));
}

}  // namespace maillon
