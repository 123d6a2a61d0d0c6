#include "core/store/sightings.h"

#include "core/store/sql.h"

namespace maillon::store {
namespace {

constexpr std::chrono::hours kAnew{1};
constexpr std::string_view kNames = "SELECT network, scope, identity, name, since, until FROM person_names ";

}  // namespace

auto columns(Sightings::Named& r) {
    return std::tie(r.identity.network, r.identity.scope, r.identity.id, r.name, r.since, r.until);
}

Result<void> Sightings::value(db::Unit& unit, const Identity& who, const RecordKey& value, TimePoint now,
                              std::size_t most) {
    const auto seen = unit.row<TimePoint>(
        "SELECT last_seen FROM person_values WHERE field = :field AND value = :value AND network = :network"
        " AND scope = :scope AND identity = :identity",
        {value.field, value.value, who.network, who.scope, who.id});
    if (!seen) return seen.error();
    if (*seen) {
        if (now - **seen < kAnew) return {};
        return kept(
            unit.exec("UPDATE person_values SET last_seen = :now WHERE field = :field AND value = :value"
                      " AND network = :network AND scope = :scope AND identity = :identity",
                      {now, value.field, value.value, who.network, who.scope, who.id}));
    }
    const auto count = others(unit, who, value, most + 1);
    if (!count) return count.error();
    if (*count > static_cast<std::int64_t>(most)) return {};
    return kept(
        unit.exec("INSERT INTO person_values (field, value, network, scope, identity, first_seen,"
                  " last_seen) VALUES (:field, :value, :network, :scope, :identity, :first, :last)",
                  {value.field, value.value, who.network, who.scope, who.id, now, now}));
}

Result<std::int64_t> Sightings::others(db::Session& session, const Identity& who, const RecordKey& value,
                                       std::size_t limit) {
    return inserted(session.row<std::int64_t>(
        "SELECT count(*) FROM (SELECT 1 FROM person_values WHERE field = :field AND value = :value"
        " AND NOT (network = :network AND scope = :scope AND identity = :identity) LIMIT :most) AS few",
        {value.field, value.value, who.network, who.scope, who.id, limit}));
}

Result<std::vector<RecordKey>> Sightings::values(db::Session& session, const Identity& who) {
    return session.rows<RecordKey>(
        "SELECT field, value FROM person_values WHERE network = :network AND scope = :scope"
        " AND identity = :identity ORDER BY field, value",
        {who.network, who.scope, who.id});
}

Result<std::optional<TimePoint>> Sightings::last_seen(db::Session& session, const RecordKey& value) {
    return session.row<TimePoint>(
        "SELECT last_seen FROM person_values WHERE field = :field AND value = :value"
        " ORDER BY last_seen DESC LIMIT 1",
        {value.field, value.value});
}

Result<void> Sightings::name(db::Unit& unit, const Identity& who, std::string_view name, TimePoint now) {
    const auto last = unit.row<std::string>(
        "SELECT name FROM person_names WHERE network = :network AND scope = :scope AND identity = :identity"
        " AND until IS NULL",
        {who.network, who.scope, who.id});
    if (!last) return last.error();
    if (*last && **last == name) return {};
    if (*last) {
        auto ended =
            kept(unit.exec("UPDATE person_names SET until = :now WHERE network = :network AND scope = :scope"
                           " AND identity = :identity AND until IS NULL",
                           {now, who.network, who.scope, who.id}));
        if (!ended) return ended;
    }
    return kept(
        unit.exec("INSERT INTO person_names (network, scope, identity, name, since)"
                  " VALUES (:network, :scope, :identity, :name, :since)",
                  {who.network, who.scope, who.id, name, now}));
}

Result<std::vector<Sightings::Named>> Sightings::names(db::Session& session, const Identity& who) {
    return select<Named>(session, kNames,
                         "WHERE network = :network AND scope = :scope AND identity = :identity"
                         " ORDER BY since, id",
                         {who.network, who.scope, who.id});
}

Result<std::vector<Sightings::Named>> Sightings::holders(db::Session& session, std::string_view network,
                                                         std::string_view name, std::size_t limit) {
    return select<Named>(session, kNames,
                         "WHERE network = :network AND name = :name ORDER BY since, id LIMIT :most",
                         {network, name, limit});
}

}  // namespace maillon::store
