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

Result<MatchingRows::Noted> MatchingRows::noted(db::Session& session, const RecordKey& known) {
    Noted out;
    if (is_record(known)) return out;
    const auto of_accounts = [&](const Result<std::vector<Triple>>& rows) -> Result<void> {
        if (!rows) return rows.error();
        for (const auto& [network, scope, id] : *rows) out.users.push_back(key_of({network, scope, id}));
        return {};
    };
    const auto of_keys = [&](const Result<std::vector<Pair>>& rows) -> Result<void> {
        if (!rows) return rows.error();
        for (const auto& [field, value] : *rows) out.own.push_back({field, value});
        return {};
    };
    const auto [network, scope, id] = identity_of(known);
    Result<void> done;
    if (is_name(known)) {
        done = of_accounts(session.rows<Triple>(
            "SELECT DISTINCT network, scope, identity FROM person_names WHERE network = :network"
            " AND name = :name ORDER BY network, scope, identity",
            {network, known.value}));
    } else {
        done = of_accounts(session.rows<Triple>(
            "SELECT network, scope, identity FROM person_values WHERE field = :field AND value = :value"
            " ORDER BY network, scope, identity",
            {known.field, known.value}));
        if (done)
            done = of_keys(session.rows<Pair>(
                "SELECT field, value FROM person_values AS mine WHERE network = :network AND scope = :scope"
                " AND identity = :id AND NOT EXISTS (SELECT 1 FROM person_values AS other"
                " WHERE other.field = mine.field AND other.value = mine.value AND (other.network <>"
                " mine.network OR other.scope <> mine.scope OR other.identity <> mine.identity))"
                " ORDER BY field, value",
                {network, scope, id}));
        if (done)
            done = of_keys(session.rows<Pair>(
                "SELECT DISTINCT 'handle_' || network, name FROM person_names AS mine WHERE network ="
                " :network AND scope = :scope AND identity = :id AND until IS NULL AND NOT EXISTS"
                " (SELECT 1 FROM person_names AS other WHERE other.network = mine.network AND other.name ="
                " mine.name AND (other.scope <> mine.scope OR other.identity <> mine.identity))",
                {network, scope, id}));
    }
    if (!done) return done.error();
    auto words = history(session, known);
    if (!words) return words.error();
    auto asked = questions(session, known);
    if (!asked) return asked.error();
    out.is_known = !out.users.empty() || !out.own.empty() || !words->empty() || !asked->empty();
    return out;
}

Result<std::vector<ReviewId>> MatchingRows::questions(db::Session& session, const RecordKey& known) {
    if (is_record(known))
        return session.rows<ReviewId>(
            "SELECT id FROM reviews WHERE directory = :directory AND record = :record ORDER BY id",
            {known.field.substr(7), known.value});
    const auto [network, scope, id] = identity_of(known);
    return session.rows<ReviewId>(
        "SELECT id FROM reviews WHERE network = :network AND (:any = 1 OR scope = :scope)"
        " AND identity = :id ORDER BY id",
        {network, is_name(known), scope, id});
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
