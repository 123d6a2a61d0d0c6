#include "core/store/claims.h"

#include "core/store/sql.h"

namespace maillon::store {

auto columns(ClaimAnswer& r) {
    return std::tie(r.state, r.holder, r.value);
}

Result<ClaimAnswer> Claims::claim(db::Unit& unit, std::string_view scope, std::string_view key, RunId run,
                                  TimePoint now) {
    auto taken = unit.exec(
        "INSERT INTO claims (scope, key, run, state, value, updated)"
        " VALUES (:scope, :key, :run, 'held', '', :now) ON CONFLICT (scope, key) DO NOTHING",
        {scope, key, run, now});
    if (!taken) return taken.error();
    if (*taken == 1) return ClaimAnswer{ClaimState::claimed, run, {}};
    auto there = look(unit, scope, key);
    if (!there) return there.error();
    if (!*there) return internal("a claim is neither free nor in the store");
    auto answer = std::move(**there);
    if (answer.state == ClaimState::held && answer.holder == run) answer.state = ClaimState::claimed;
    return answer;
}

Result<void> Claims::settle(db::Unit& unit, std::string_view scope, std::string_view key, RunId run,
                            std::string_view value, TimePoint now) {
    return changed_one(unit.exec("UPDATE claims SET state = 'settled', value = :value, updated = :now"
                                 " WHERE scope = :scope AND key = :key AND run = :run AND state = 'held'",
                                 {value, now, scope, key, run}),
                       "run " + std::to_string(run.value()) + " does not hold the claim " +
                           std::string(scope) + " " + std::string(key));
}

Result<bool> Claims::release(db::Unit& unit, std::string_view scope, std::string_view key, RunId run) {
    return changed_any(
        unit.exec("DELETE FROM claims WHERE scope = :scope AND key = :key AND run = :run AND state = 'held'",
                  {scope, key, run}));
}

Result<bool> Claims::forget(db::Unit& unit, std::string_view scope, std::string_view key) {
    return changed_any(unit.exec(
        "DELETE FROM claims WHERE scope = :scope AND key = :key AND state = 'settled'", {scope, key}));
}

Result<std::optional<ClaimAnswer>> Claims::look(db::Session& session, std::string_view scope,
                                                std::string_view key) {
    return session.row<ClaimAnswer>(
        "SELECT state, run, value FROM claims WHERE scope = :scope AND key = :key", {scope, key});
}

}  // namespace maillon::store
