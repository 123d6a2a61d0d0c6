#include "core/store/matching_rows.h"

#include "core/store/sql.h"

namespace maillon::store {
namespace {

/// How links and sightings name it.
struct Named {
    std::string network{}, id{};
};

Named named(const RecordKey& known) {
    if (known.field.starts_with("id_")) return {known.field.substr(3), known.value};
    if (known.field.starts_with("handle_")) return {known.field.substr(7), '@' + known.value};
    return {known.field, known.value};
}

RecordKey key_of(const Named& from) {
    if (from.network == "email" || from.network == "phone") return {from.network, from.id};
    if (from.id.starts_with('@')) return {"handle_" + from.network, from.id.substr(1)};
    return {"id_" + from.network, from.id};
}

bool is_record(const RecordKey& known) {
    return known.field.starts_with("record_");
}

using Pair = std::tuple<std::string, std::string>;

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

Result<std::vector<RecordKey>> MatchingRows::records_of(db::Session& session, const RecordKey& known) {
    const auto [network, id] = named(known);
    auto rows = session.rows<Pair>(
        "SELECT directory, record FROM link_words WHERE network = :network"
        " AND identity = :identity AND kind IN ('link', 'confirm') ORDER BY id",
        {network, id});
    if (!rows) return rows.error();
    std::vector<RecordKey> out;
    for (auto& [directory, record] : *rows) out.push_back({"record_" + directory, std::move(record)});
    return out;
}

Result<std::vector<RecordKey>> MatchingRows::linked_to(db::Session& session, const RecordKey& record) {
    auto rows = session.rows<Pair>(
        "SELECT network, identity FROM link_words WHERE directory = :directory"
        " AND record = :record AND kind IN ('link', 'confirm') ORDER BY id",
        {record.field.substr(7), record.value});
    if (!rows) return rows.error();
    std::vector<RecordKey> out;
    for (auto& [network, id] : *rows) out.push_back(key_of({std::move(network), std::move(id)}));
    return out;
}

Result<std::vector<LinkEvent>> MatchingRows::history(db::Session& session, const RecordKey& known) {
    if (is_record(known)) return Links::history_of_record(session, known.field.substr(7), known.value);
    const auto [network, id] = named(known);
    auto places = session.rows<Pair>(
        "SELECT DISTINCT directory, scope FROM link_events WHERE network = :network"
        " AND identity = :identity",
        {network, id});
    if (!places) return places.error();
    std::vector<LinkEvent> out;
    for (const auto& [directory, scope] : *places) {
        auto words = Links::history(session, directory, {network, scope, id});
        if (!words) return words.error();
        out.insert(out.end(), words->begin(), words->end());
    }
    return out;
}

Result<MatchingRows::Removed> MatchingRows::remove(db::Unit& unit, const RecordKey& known) {
    if (is_record(known)) return remove_record(unit, known);
    const auto [network, id] = named(known);
    Removed out;
    auto done =
        add(out.links,
            unit.exec("DELETE FROM link_events WHERE network = :network AND identity = :id", {network, id}));
    if (done)
        done = add(out.sightings, unit.exec("DELETE FROM person_values WHERE (network = :network AND"
                                            " identity = :id) OR (field = :field AND value = :value)",
                                            {network, id, known.field, known.value}));
    if (done)
        done = add(out.sightings, unit.exec("DELETE FROM person_names WHERE network = :network AND"
                                            " identity = :id",
                                            {network, id}));
    if (done)
        done =
            kept(unit.exec("DELETE FROM review_waits WHERE review IN (SELECT id FROM reviews WHERE"
                           " network = :network AND identity = :id)",
                           {network, id}));
    if (done)
        done = add(out.reviews, unit.exec("DELETE FROM reviews WHERE network = :network AND identity = :id",
                                          {network, id}));
    if (!done) return done.error();
    return out;
}

}  // namespace maillon::store
