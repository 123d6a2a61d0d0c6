#include "core/store/links.h"

#include "core/store/sql.h"

namespace maillon::store {
namespace {

constexpr std::string_view kSelect =
    "SELECT id, kind, value, directory, record, how, linked, at FROM person_links AS edge ";

}  // namespace

auto columns(PersonLink& r) {
    return std::tie(r.id, r.kind, r.value, r.directory, r.record_id, r.how, r.linked, r.at);
}

Result<LinkId> Links::append(db::Unit& unit, const PersonLink& link) {
    return inserted(unit.row<LinkId>(
        "INSERT INTO person_links (kind, value, directory, record, how, linked, at)"
        " VALUES (:kind, :value, :directory, :record, :how, :linked, :at) RETURNING id",
        {link.kind, link.value, link.directory, link.record_id, link.how, link.linked, link.at}));
}

Result<std::vector<std::string>> Links::persons(db::Session& session, std::string_view directory,
                                                std::string_view kind, std::string_view value) {
    return session.rows<std::string>(
        "SELECT record FROM person_links AS edge WHERE kind = :kind AND value = :value AND directory = "
        ":directory"
        " AND linked = 1 AND NOT EXISTS (SELECT 1 FROM person_links AS later WHERE later.kind = edge.kind"
        " AND later.value = edge.value AND later.directory = edge.directory AND later.record = edge.record"
        " AND later.id > edge.id) ORDER BY id",
        {kind, value, directory});
}

Result<std::vector<PersonLink>> Links::identities(db::Session& session, std::string_view directory,
                                                  std::string_view record_id) {
    return select<PersonLink>(session, kSelect,
                              "WHERE directory = :directory AND record = :record AND linked = 1 AND NOT "
                              "EXISTS (SELECT 1 FROM person_links"
                              " AS later WHERE later.kind = edge.kind AND later.value = edge.value AND "
                              "later.directory = edge.directory"
                              " AND later.record = edge.record AND later.id > edge.id) ORDER BY id",
                              {directory, record_id});
}

Result<bool> Links::is_refused(db::Session& session, const PersonLink& pair) {
    auto last = session.row<int>(
        "SELECT linked FROM person_links WHERE kind = :kind AND value = :value AND directory = :directory"
        " AND record = :record ORDER BY id DESC LIMIT 1",
        {pair.kind, pair.value, pair.directory, pair.record_id});
    if (!last) return last.error();
    return last->has_value() && **last == 0;
}

Result<std::vector<PersonLink>> Links::history(db::Session& session, std::string_view kind,
                                               std::string_view value) {
    return select<PersonLink>(session, kSelect, "WHERE kind = :kind AND value = :value ORDER BY id",
                              {kind, value});
}

}  // namespace maillon::store
