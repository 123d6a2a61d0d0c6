#include "core/store/scopes.h"

#include "core/store/sql.h"

namespace maillon::store {
namespace {

Result<void> move_words(db::Unit& unit, std::string_view directory, const Identity& from,
                        const Identity& to) {
    auto done = kept(
        unit.exec("UPDATE link_events SET scope = :scope WHERE directory = :directory AND network = :network"
                  " AND scope = :was AND identity = :id",
                  {to.scope, directory, from.network, from.scope, from.id}));
    if (!done) return done;
    // What rests on it leads to a record of its own.
    return kept(
        unit.exec("UPDATE link_events SET rests_on = :text WHERE directory = :directory AND record IN"
                  " (SELECT record FROM link_events WHERE directory = :same AND network = :network"
                  " AND scope = :scope AND identity = :id) AND rests_on = :was",
                  {to.text(), directory, directory, to.network, to.scope, to.id, from.text()}));
}

/// A question that is open under both names stays one of each.
Result<void> move_questions(db::Unit& unit, std::string_view directory, const Identity& from,
                            const Identity& to) {
    const auto was = '|' + from.text() + '|', is = '|' + to.text() + '|';
    return kept(unit.exec(
        "UPDATE reviews SET scope = :scope, about = replace(about, :was, :is) WHERE directory = :directory"
        " AND network = :network AND scope = :old AND identity = :id AND NOT (state = 'open' AND EXISTS"
        " (SELECT 1 FROM reviews AS same WHERE same.directory = reviews.directory AND same.state = 'open'"
        " AND same.id <> reviews.id AND same.about = replace(reviews.about, :was_too, :is_too)))",
        {to.scope, was, is, directory, from.network, from.scope, from.id, was, is}));
}

Result<void> move_sightings(db::Unit& unit, const Identity& from, const Identity& to) {
    auto done = kept(unit.exec(
        "UPDATE person_values SET scope = :scope WHERE network = :network AND scope = :was AND"
        " identity = :id AND NOT EXISTS (SELECT 1 FROM person_values AS same WHERE same.field ="
        " person_values.field AND same.value = person_values.value AND same.network ="
        " person_values.network AND same.scope = :there AND same.identity = person_values.identity)",
        {to.scope, from.network, from.scope, from.id, to.scope}));
    if (done)
        done =
            kept(unit.exec("DELETE FROM person_values WHERE network = :network AND scope = :scope"
                           " AND identity = :id",
                           {from.network, from.scope, from.id}));
    if (done)
        done =
            kept(unit.exec("UPDATE person_names SET scope = :scope WHERE network = :network"
                           " AND scope = :was AND identity = :id",
                           {to.scope, from.network, from.scope, from.id}));
    return done;
}

Result<void> move_ties(db::Unit& unit, const Identity& from, const Identity& to) {
    auto done = kept(
        unit.exec("INSERT INTO conversation_refs (conversation, kind, value) SELECT conversation, kind, :to"
                  " FROM conversation_refs WHERE kind = :kind AND value = :was ON CONFLICT DO NOTHING",
                  {to.text(), kIdentityRef, from.text()}));
    if (!done) return done;
    return kept(unit.exec("DELETE FROM conversation_refs WHERE kind = :kind AND value = :was",
                          {kIdentityRef, from.text()}));
}

}  // namespace

Result<bool> Scopes::has(db::Session& session, std::string_view directory, const Identity& who) {
    const auto found = session.row<std::int64_t>(
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM link_events WHERE directory = :d1 AND network = :n1 AND"
        " scope = :s1 AND identity = :i1) OR EXISTS (SELECT 1 FROM reviews WHERE directory = :d2 AND"
        " network = :n2 AND scope = :s2 AND identity = :i2) OR EXISTS (SELECT 1 FROM person_values WHERE"
        " network = :n3 AND scope = :s3 AND identity = :i3) OR EXISTS (SELECT 1 FROM person_names WHERE"
        " network = :n4 AND scope = :s4 AND identity = :i4)",
        {directory, who.network, who.scope, who.id, directory, who.network, who.scope, who.id, who.network,
         who.scope, who.id, who.network, who.scope, who.id});
    if (!found) return found.error();
    return found->has_value();
}

Result<std::vector<std::string>> Scopes::of(db::Session& session, std::string_view directory,
                                            std::string_view network, std::string_view id) {
    std::vector<std::string> out;
    for (std::string after;;) {
        // One seek in each index: ids without a scope are many, scopes are few.
        auto next = session.row<std::string>(
            "SELECT scope FROM (SELECT min(scope) AS scope FROM link_events WHERE directory = :d1"
            " AND network = :n1 AND scope > :a1 UNION ALL SELECT min(scope) FROM reviews WHERE directory ="
            " :d2 AND network = :n2 AND scope > :a2 UNION ALL SELECT min(scope) FROM person_values WHERE"
            " network = :n3 AND scope > :a3 UNION ALL SELECT min(scope) FROM person_names WHERE network ="
            " :n4 AND scope > :a4) AS firsts WHERE scope IS NOT NULL ORDER BY scope LIMIT 1",
            {directory, network, after, directory, network, after, network, after, network, after});
        if (!next) return next.error();
        if (!*next) return out;
        after = std::move(**next);
        const auto there = has(session, directory, {std::string(network), after, std::string(id)});
        if (!there) return there.error();
        if (*there) out.push_back(after);
    }
}

Result<std::vector<std::string>> Scopes::tellers(db::Session& session, std::string_view directory,
                                                 const Identity& who) {
    return session.rows<std::string>(
        "SELECT DISTINCT connector FROM events WHERE connector <> 'hub' AND seq IN (SELECT event FROM"
        " link_events WHERE directory = :d1 AND network = :n1 AND scope = :s1 AND identity = :i1 UNION"
        " SELECT event FROM reviews WHERE directory = :d2 AND network = :n2 AND scope = :s2 AND identity ="
        " :i2) ORDER BY connector",
        {directory, who.network, who.scope, who.id, directory, who.network, who.scope, who.id});
}

Result<void> Scopes::move(db::Unit& unit, std::string_view directory, const Identity& from,
                          const Identity& to) {
    auto done = move_words(unit, directory, from, to);
    if (done) done = move_questions(unit, directory, from, to);
    if (done) done = move_sightings(unit, from, to);
    if (done) done = move_ties(unit, from, to);
    return done;
}

}  // namespace maillon::store
