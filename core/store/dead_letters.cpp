#include "core/store/dead_letters.h"

#include "core/store/sql.h"

#include <algorithm>

namespace maillon::store {
namespace {

constexpr std::string_view kSelect =
    "SELECT id, run, event, route, instance, step, kind, reason, attempts, at, state, note, key, "
    "config_hash, frame,"
    " previous, replay, run_again, closed, who FROM dead_letters ";

/// A condition that is left out still has its place, so that each text is prepared once.
std::string clause(bool is_given, std::string_view column) {
    const std::string place = ":" + std::string(column);
    return is_given ? " AND " + std::string(column) + " = " + place : " AND " + place + " = ''";
}

/// The state stands in the text: only so the indices over open letters can serve.
std::string where(const DeadLetterFilter& filter) {
    std::string out = "WHERE id > :after";
    if (filter.state)
        out += " AND state = '" +
               std::string(db::kWords<LetterState>[static_cast<std::size_t>(*filter.state)]) + '\'';
    out += clause(!filter.route.empty(), "route") + clause(!filter.instance.empty(), "instance") +
           clause(filter.kind.has_value(), "kind") + clause(!filter.key.empty(), "key");
    // Letters lie in the order of their numbers, and nearly in that of their times.
    if (filter.since)
        out +=
            " AND id >= coalesce((SELECT min(id + 0) FROM dead_letters WHERE at >= :first), 0) AND at >= "
            ":since";
    else
        out += " AND :first <= at AND :since <= at";
    return out + (filter.until ? " AND at < :until" : " AND at <= :until");
}

}  // namespace

auto columns(DeadLetterRow& r) {
    return std::tie(r.id, r.run, r.event, r.route, r.instance, r.step, r.kind, r.reason, r.attempts, r.at,
                    r.state, r.note, r.key, r.config_hash, r.frame, r.previous, r.replay, r.run_again,
                    r.closed, r.who);
}

auto columns(LetterEdit& e) {
    return std::tie(e.letter, e.what, e.value, e.who, e.note, e.at);
}

Result<DeadLetterId> DeadLetters::insert(db::Unit& unit, const DeadLetterRow& row) {
    return inserted(unit.row<DeadLetterId>(
        "INSERT INTO dead_letters (run, event, route, instance, step, kind, reason, attempts, at, state, "
        "note,"
        " key, config_hash, frame, previous) VALUES (:run, :event, :route, :instance, :step, :kind, :reason, "
        ":attempts,"
        " :at, :state, :note, :key, :config_hash, :frame, :previous) RETURNING id",
        {row.run, row.event, row.route, row.instance, row.step, row.kind, row.reason, row.attempts, row.at,
         row.state, row.note, row.key, row.config_hash, row.frame, row.previous}));
}

Result<std::vector<DeadLetterRow>> DeadLetters::list(db::Session& session, const DeadLetterFilter& filter) {
    const auto kind = filter.kind ? name_of(*filter.kind) : std::string_view();
    const auto since = filter.since.value_or(TimePoint::min());
    return select<DeadLetterRow>(session, kSelect, where(filter) + " ORDER BY id LIMIT :most",
                                 {filter.after, filter.route, filter.instance, kind, filter.key, since, since,
                                  filter.until.value_or(TimePoint::max()), filter.limit});
}

Result<std::optional<DeadLetterRow>> DeadLetters::by_id(db::Session& session, DeadLetterId id) {
    return select_one<DeadLetterRow>(session, kSelect, "WHERE id = :id", {id});
}

Result<std::optional<DeadLetterRow>> DeadLetters::of_run(db::Session& session, RunId run) {
    return select_one<DeadLetterRow>(session, kSelect, "WHERE run = :run ORDER BY id DESC LIMIT 1", {run});
}

Result<std::vector<DeadLetterRow>> DeadLetters::before(db::Session& session, const DeadLetterRow& letter,
                                                       std::size_t limit) {
    std::vector<DeadLetterRow> out;
    for (auto id = letter.previous; id.is_set() && out.size() < limit;) {
        auto row = by_id(session, id);
        if (!row) return row.error();
        if (!*row) break;
        id = (*row)->previous;
        out.push_back(std::move(**row));
    }
    std::ranges::reverse(out);
    return out;
}

Result<std::int64_t> DeadLetters::count_open(db::Session& session) {
    return inserted(session.row<std::int64_t>("SELECT count(*) FROM dead_letters WHERE state = 'open'"));
}

Result<std::optional<DeadLetterId>> DeadLetters::in_the_way(db::Session& session,
                                                            const DeadLetterRow& letter) {
    return session.row<DeadLetterId>(
        "SELECT id FROM dead_letters WHERE state = 'open' AND route = :route AND key = :key AND event < "
        ":event"
        " ORDER BY event, id LIMIT 1",
        {letter.route, letter.key, letter.event});
}

Result<void> DeadLetters::close(db::Unit& unit, DeadLetterId id, const LetterClosing& closing) {
    if (closing.state == LetterState::open) return internal("a dead letter is closed as replayed or dropped");
    return changed_one(
        unit.exec(
            "UPDATE dead_letters SET state = :state, note = :note, who = :who, closed = :at, replay = 0,"
            " run_again = :run WHERE id = :id AND state = 'open'",
            {closing.state, closing.note, closing.who, closing.at, closing.run_again, id}),
        "dead letter " + std::to_string(id.value()) + " is unknown or no longer open");
}

Result<std::int64_t> DeadLetters::forget(db::Unit& unit, TimePoint before, std::size_t limit) {
    auto edits = unit.exec(
        "DELETE FROM dead_letter_edits WHERE letter IN (SELECT id FROM dead_letters WHERE state <> 'open'"
        " AND closed < :before ORDER BY closed, id LIMIT :most)",
        {before, limit});
    if (!edits) return edits.error();
    return unit.exec(
        "DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters WHERE state <> 'open'"
        " AND closed < :before ORDER BY closed, id LIMIT :most)",
        {before, limit});
}

Result<void> DeadLetters::edit(db::Unit& unit, const LetterEdit& edit) {
    return kept(
        unit.exec("INSERT INTO dead_letter_edits (letter, what, value, who, note, at) VALUES"
                  " (:letter, :what, :value, :who, :note, :at)",
                  {edit.letter, edit.what, edit.value, edit.who, edit.note, edit.at}));
}

Result<std::vector<LetterEdit>> DeadLetters::edits(db::Session& session, DeadLetterId letter) {
    return session.rows<LetterEdit>(
        "SELECT letter, what, value, who, note, at FROM dead_letter_edits WHERE letter = :letter ORDER BY id",
        {letter});
}

Result<std::int64_t> DeadLetters::take(db::Unit& unit, std::span<const DeadLetterId> ids, ReplayId replay) {
    std::int64_t out = 0;
    for (const auto id : ids) {
        auto taken = unit.exec(
            "UPDATE dead_letters SET replay = :replay WHERE id = :id AND state = 'open' AND replay = 0",
            {replay, id});
        if (!taken) return taken.error();
        out += *taken;
    }
    return out;
}

Result<std::vector<DeadLetterRow>> DeadLetters::taken(db::Session& session, ReplayId replay, EventSeq event,
                                                      DeadLetterId after, std::size_t limit) {
    return select<DeadLetterRow>(session, kSelect,
                                 "WHERE replay <> 0 AND replay = :replay AND (event, id) > (:event, :after)"
                                 " ORDER BY event, id LIMIT :most",
                                 {replay, event, after, limit});
}

Result<std::optional<DeadLetterRow>> DeadLetters::first_taken(db::Session& session, ReplayId replay,
                                                              std::string_view route, std::string_view key) {
    return select_one<DeadLetterRow>(
        session, kSelect,
        "WHERE state = 'open' AND route = :route AND key = :key AND replay = :replay"
        " ORDER BY event, id LIMIT 1",
        {route, key, replay});
}

Result<std::int64_t> DeadLetters::count_taken(db::Session& session, ReplayId replay) {
    return inserted(session.row<std::int64_t>(
        "SELECT count(*) FROM dead_letters WHERE replay <> 0 AND replay = :replay", {replay}));
}

Result<void> DeadLetters::give_back(db::Unit& unit, DeadLetterId id) {
    return kept(unit.exec("UPDATE dead_letters SET replay = 0 WHERE id = :id", {id}));
}

Result<std::int64_t> DeadLetters::give_back(db::Unit& unit, ReplayId replay, std::size_t limit) {
    return unit.exec(
        "UPDATE dead_letters SET replay = 0 WHERE id IN (SELECT id FROM dead_letters"
        " WHERE replay <> 0 AND replay = :replay LIMIT :most)",
        {replay, limit});
}

}  // namespace maillon::store
