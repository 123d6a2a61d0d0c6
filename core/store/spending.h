#pragma once

#include "core/db/session.h"

namespace maillon::store {

/// What was used of a budget.
struct SpendingRow {
    std::string name{};
    double used = 0;
    TimePoint at{};  ///< when it was so much
};

struct Spending {
    static Result<void> put(db::Unit& unit, const SpendingRow& row);
    /// By name; also of budgets that are no longer configured.
    static Result<std::vector<SpendingRow>> list(db::Session& session);
};

}  // namespace maillon::store
