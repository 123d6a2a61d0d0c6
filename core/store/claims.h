#pragma once

#include "core/db/session.h"

namespace maillon::store {

enum class ClaimState { claimed, held, settled };

/// What came of asking for a claim.
struct ClaimAnswer {
    ClaimState state = ClaimState::claimed;
    RunId holder{};       ///< who holds it, or settled it
    std::string value{};  ///< JSON, when settled: what came to exist
};

/// What is to exist once: a unique row (scope, key), committed before the outside is called. Survives
/// restarts. Scope names the kind ("person:customers", "case:support"), key the thing ("twitter:4711").
struct Claims {
    /// Claims for `run`, which may ask again. Held by another or settled, it answers so and changes nothing.
    static Result<ClaimAnswer> claim(db::Unit& unit, std::string_view scope, std::string_view key, RunId run,
                                     TimePoint now);
    /// The holder tells what came to exist; later claimers get the value. A Fault when `run` is not the
    /// holder.
    static Result<void> settle(db::Unit& unit, std::string_view scope, std::string_view key, RunId run,
                               std::string_view value, TimePoint now);
    /// The holder gives up; the next one may claim. False when `run` did not hold it (so it can be repeated).
    static Result<bool> release(db::Unit& unit, std::string_view scope, std::string_view key, RunId run);
    /// Forgets a settled claim, since the thing no longer exists.
    static Result<bool> forget(db::Unit& unit, std::string_view scope, std::string_view key);
    static Result<std::optional<ClaimAnswer>> look(db::Session& session, std::string_view scope,
                                                   std::string_view key);
};

}  // namespace maillon::store

namespace maillon::db {
template <>
inline constexpr std::string_view kWords<store::ClaimState>[] = {"claimed", "held", "settled"};
}  // namespace maillon::db
