#pragma once

#include "core/db/session.h"

namespace maillon::store {

/// What a person has paused, so that it stays so over restarts: a connector, or all that reaches people.
struct HoldRow {
    std::string name{};  ///< of the instance, or Holds::kOutbound
    TimePoint since{};
    std::string reason{}, held_by{};
};

struct Holds {
    /// No instance can have this name: it is not an identifier.
    static constexpr std::string_view kOutbound = "*outbound";

    /// Takes the place of an earlier one of the name, but for its beginning.
    static Result<void> put(db::Unit& unit, const HoldRow& row);
    /// Whether there was one.
    static Result<bool> remove(db::Unit& unit, std::string_view name);
    /// By name.
    static Result<std::vector<HoldRow>> list(db::Session& session);
};

}  // namespace maillon::store
