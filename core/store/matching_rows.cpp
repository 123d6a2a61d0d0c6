#include "core/store/matching_rows.h"

#include "core/store/sql.h"

namespace maillon::store {
namespace {

/// Names that a network shows are the same wherever it shows them.
bool is_name(const RecordKey& known) {
    return known.field.starts_with("handle_");
}

bool is_record(const RecordKey& known) {
    return known.field.starts_with("record_");
}

using Pair = std::tuple<std::string, std::string>;
using Triple = std::tuple<std::string, std::string, std::string>;

Result<void> add(std::int64_t& to, const Result<std::int64_t>& gone) {
    if (!gone) return gone.error();
    to += *gone;
    return {};
}

Result<MatchingRows::Removed> remove_record(db::Unit& unit, const RecordKey& record) {
    MatchingRows::Removed out;
    const auto directory = record.field.substr(7);
    auto done = add(out.links, unit.exec("DELETE FROM link_events WHERE directory = :directory AND"
                                         " (record = :record OR other = :other)",
                                         {directory, record.value, record.value}));
    if (done)
        done =
            kept(unit.exec("DELETE FROM review_waits WHERE review IN (SELECT id FROM reviews WHERE"
                           " directory = :directory AND record = :record)",
                           {directory, record.value}));
    if (done)
        done = add(out.reviews,
                   unit.exec("DELETE FROM reviews WHERE directory = :directory AND record = :record",
                             {directory, record.value}));
    if (!done) return done.error();
    return out;
}

}  // namespace

Identity MatchingRows::identity_of(const RecordKey& known) {
    const auto& [field, value] = known;
    if (is_name(known)) return {field.substr(7), {}, '@' + value};
    if (!field.starts_with("id_")) return {field, {}, value};
    const auto slash = field.find('/');
    if (slash == std::string::npos) return {field.substr(3), {}, value};
    return {field.substr(3, slash - 3), field.substr(slash + 1), value};
}

RecordKey MatchingRows::key_of(const Identity& who) {
    if (who.network == "email" || who.network == "phone") return {who.network, who.id};
    if (who.id.starts_with('@')) return {"handle_" + who.network, who.id.substr(1)};
    return {"id_" + who.network + (who.scope.empty() ? "" : '/' + who.scope), who.id};
}

Result<std::vector<RecordKey>> MatchingRows::records_of(db::Session& session, const RecordKey& known) {
    const auto [network, scope, id] = identity_of(known);
    auto rows = session.rows<Pair>(
        "SELECT directory, record FROM link_words WHERE network = :network AND (:any = 1 OR scope = :scope)"
        " AND identity = :identity AND kind IN ('link', 'confirm') ORDER BY id",
        {network, is_name(known), scope, id});
    if (!rows) return rows.error();
    std::vector<RecordKey> out;
    for (auto& [directory, record] : *rows) out.push_back({"record_" + directory, std::move(record)});
    return out;
}

Result<std::vector<RecordKey>> MatchingRows::linked_to(db::Session& session, const RecordKey& record) {
    auto rows = session.rows<Triple>(
        "SELECT network, scope, identity FROM link_words WHERE directory = :directory"
        " AND record = :record AND kind IN ('link', 'confirm') ORDER BY id",
        {record.field.substr(7), record.value});
    if (!rows) return rows.error();
    std::vector<RecordKey> out;
    for (auto& [network, scope, id] : *rows)
        out.push_back(key_of({std::move(network), std::move(scope), std::move(id)}));
    return out;
}

Result<std::vector<LinkEvent>> MatchingRows::history(db::Session& session, const RecordKey& known) {
    if (is_record(known)) return Links::history_of_record(session, known.field.substr(7), known.value);
    const auto [network, scope, id] = identity_of(known);
    auto places = session.rows<Pair>(
        "SELECT DISTINCT directory, scope FROM link_events WHERE network = :network"
        " AND (:any = 1 OR scope = :scope) AND identity = :identity",
        {network, is_name(known), scope, id});
    if (!places) return places.error();
    std::vector<LinkEvent> out;
    for (const auto& [directory, there] : *places) {
        auto words = Links::history(session, directory, {network, there, id});
        if (!words) return words.error();
        out.insert(out.end(), words->begin(), words->end());
    }
    return out;
}

Result<MatchingRows::Removed> MatchingRows::remove(db::Unit& unit, const RecordKey& known) {
    if (is_record(known)) return remove_record(unit, known);
    const auto [network, scope, id] = identity_of(known);
    const bool any = is_name(known);
    Removed out;
    auto done = add(out.links, unit.exec("DELETE FROM link_events WHERE network = :network AND"
                                         " (:any = 1 OR scope = :scope) AND identity = :id",
                                         {network, any, scope, id}));
    if (done)
        done = add(out.sightings,
                   unit.exec("DELETE FROM person_values WHERE (network = :network AND (:any = 1 OR scope ="
                             " :scope) AND identity = :id) OR (field = :field AND value = :value)",
                             {network, any, scope, id, known.field, known.value}));
    if (done)
        done = add(out.sightings, unit.exec("DELETE FROM person_names WHERE network = :network AND"
                                            " (:any = 1 OR scope = :scope) AND identity = :id",
                                            {network, any, scope, id}));
    if (done)
        done =
            kept(unit.exec("DELETE FROM review_waits WHERE review IN (SELECT id FROM reviews WHERE"
                           " network = :network AND (:any = 1 OR scope = :scope) AND identity = :id)",
                           {network, any, scope, id}));
    if (done)
        done = add(out.reviews, unit.exec("DELETE FROM reviews WHERE network = :network AND"
                                          " (:any = 1 OR scope = :scope) AND identity = :id",
                                          {network, any, scope, id}));
    if (!done) return done.error();
    return out;
}

}  // namespace maillon::store
