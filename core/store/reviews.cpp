#include "core/store/reviews.h"

#include "core/store/sql.h"

namespace maillon::store {
namespace {

constexpr std::string_view kSelect =
    "SELECT id, directory, about, kind, state, network, scope, identity, person, verdict, rule, class,"
    " candidates, probability, asked, created, updated, event, decided, decided_by, record, note FROM "
    "reviews ";
constexpr std::string_view kClasses =
    "SELECT directory, class, correct, wrong, suspended FROM match_classes ";

}  // namespace

auto columns(Review& r) {
    return std::tie(r.id, r.directory, r.about, r.kind, r.state, r.identity.network, r.identity.scope,
                    r.identity.id, r.person, r.verdict, r.rule, r.evidence_class, r.candidates, r.probability,
                    r.asked, r.created, r.updated, r.event, r.decided, r.decided_by, r.record, r.note);
}
auto columns(ClassRecord& r) {
    return std::tie(r.directory, r.name, r.right, r.wrong, r.suspended);
}

Result<Reviews::Asked> Reviews::ask(db::Unit& unit, const Review& r) {
    auto open = unit.row<ReviewId>(
        "UPDATE reviews SET asked = asked + 1, updated = :updated, person = :person, verdict = :verdict"
        " WHERE directory = :directory AND about = :about AND state = 'open' RETURNING id",
        {r.updated, r.person, r.verdict, r.directory, r.about});
    if (!open) return open.error();
    if (*open) return Asked{**open, false};
    auto id = inserted(unit.row<ReviewId>(
        "INSERT INTO reviews (directory, about, kind, state, network, scope, identity, person, verdict, rule,"
        " class, candidates, probability, asked, created, updated, event, decided_by, record, note)"
        " VALUES (:directory, :about, :kind, 'open', :network, :scope, :identity, :person, :verdict, :rule,"
        " :class, :candidates, :probability, 1, :created, :updated, :event, '', '', '') RETURNING id",
        {r.directory, r.about, r.kind, r.identity.network, r.identity.scope, r.identity.id, r.person,
         r.verdict, r.rule, r.evidence_class, r.candidates, r.probability, r.created, r.updated, r.event}));
    if (!id) return id.error();
    return Asked{*id, true};
}

Result<std::optional<Review>> Reviews::decided(db::Session& session, std::string_view directory,
                                               std::string_view about) {
    return select_one<Review>(session, kSelect,
                              "WHERE directory = :directory AND about = :about AND state <> 'open'"
                              " AND state <> 'superseded' ORDER BY id DESC LIMIT 1",
                              {directory, about});
}

Result<std::optional<Review>> Reviews::by_id(db::Session& session, ReviewId id) {
    return select_one<Review>(session, kSelect, "WHERE id = :id", {id});
}

Result<std::vector<Review>> Reviews::open_of(db::Session& session, std::string_view directory,
                                             const Identity& who) {
    return select<Review>(session, kSelect,
                          "WHERE directory = :directory AND network = :network AND scope = :scope"
                          " AND identity = :identity AND state = 'open' ORDER BY id",
                          {directory, who.network, who.scope, who.id});
}

Result<std::vector<Review>> Reviews::list(db::Session& session, const ReviewFilter& filter) {
    if (filter.state == ReviewState::open)  // served by the index of the open ones
        return select<Review>(session, kSelect,
                              "WHERE state = 'open' AND id > :after AND (:any = '' OR directory = :directory)"
                              " AND (:any_kind = 1 OR kind = :kind) ORDER BY id LIMIT :most",
                              {filter.after, filter.directory, filter.directory, !filter.kind.has_value(),
                               filter.kind.value_or(ReviewKind::unsure), filter.limit});
    return select<Review>(
        session, kSelect,
        "WHERE (:any_state = 1 OR state = :state) AND id > :after"
        " AND (:any = '' OR directory = :directory)"
        " AND (:any_kind = 1 OR kind = :kind) ORDER BY id LIMIT :most",
        {!filter.state.has_value(), filter.state.value_or(ReviewState::open), filter.after, filter.directory,
         filter.directory, !filter.kind.has_value(), filter.kind.value_or(ReviewKind::unsure), filter.limit});
}

auto columns(Reviews::Backlog& b) {
    return std::tie(b.directory, b.open, b.oldest);
}

Result<std::vector<Reviews::Backlog>> Reviews::backlog(db::Session& session) {
    return select<Backlog>(session, "SELECT directory, count(*), min(created) FROM reviews ",
                           "WHERE state = 'open' GROUP BY directory ORDER BY directory", {});
}

Result<std::vector<Review>> Reviews::answered(db::Session& session, std::string_view directory,
                                              std::size_t limit) {
    return select<Review>(session, kSelect,
                          "WHERE directory = :directory AND state IN ('accepted', 'rejected', 'new')"
                          " ORDER BY id DESC LIMIT :most",
                          {directory, limit});
}

Result<bool> Reviews::close(db::Unit& unit, const Review& decision) {
    return changed_any(
        unit.exec("UPDATE reviews SET state = :state, decided = :decided, decided_by = :by, record = :record,"
                  " note = :note WHERE id = :id AND state = 'open'",
                  {decision.state, decision.decided, decision.decided_by, decision.record, decision.note,
                   decision.id}));
}

Result<std::vector<std::tuple<std::string, ReviewKind, std::int64_t>>> Reviews::count_open(
    db::Session& session) {
    return session.rows<std::tuple<std::string, ReviewKind, std::int64_t>>(
        "SELECT directory, kind, count(*) FROM reviews WHERE state = 'open' GROUP BY directory, kind"
        " ORDER BY directory, kind");
}

Result<void> Reviews::wait(db::Unit& unit, ReviewId id, RunId run) {
    return kept(
        unit.exec("INSERT INTO review_waits (review, run) VALUES (:review, :run)"
                  " ON CONFLICT DO NOTHING",
                  {id, run}));
}

Result<std::vector<RunId>> Reviews::waiting(db::Session& session, ReviewId id) {
    return session.rows<RunId>("SELECT run FROM review_waits WHERE review = :review ORDER BY run", {id});
}

Result<void> Reviews::wait_no_more(db::Unit& unit, RunId run) {
    return kept(unit.exec("DELETE FROM review_waits WHERE run = :run", {run}));
}

Result<ClassRecord> Classes::get(db::Session& session, std::string_view directory, std::string_view name) {
    auto row = select_one<ClassRecord>(session, kClasses, "WHERE directory = :directory AND class = :class",
                                       {directory, name});
    if (!row) return row.error();
    if (*row) return std::move(**row);
    return ClassRecord{std::string(directory), std::string(name), 0, 0, {}};
}

Result<void> Classes::put(db::Unit& unit, const ClassRecord& r) {
    return kept(unit.exec(
        "INSERT INTO match_classes (directory, class, correct, wrong, suspended) VALUES (:directory, :class,"
        " :correct, :wrong, :suspended) ON CONFLICT (directory, class) DO UPDATE SET"
        " correct = excluded.correct, wrong = excluded.wrong, suspended = excluded.suspended",
        {r.directory, r.name, r.right, r.wrong, r.suspended}));
}

Result<std::vector<ClassRecord>> Classes::list(db::Session& session) {
    return select<ClassRecord>(session, kClasses, "ORDER BY directory, class");
}

}  // namespace maillon::store
