#pragma once

#include "core/store/approvals.h"
#include "core/store/doubts.h"
#include "core/store/reviews.h"
#include "core/store/runs.h"

#include <string>
#include <vector>

namespace maillon::route {

// What lets waiting runs go on. Each makes them ready and moves them in their route's book; whoever runs the
// engine takes the rows to it. Without an engine they go on at the next start.

/// Up to `limit` of those whose time has come.
Result<std::vector<store::RunRow>> wake_due(db::Unit& unit, TimePoint now, std::size_t limit);

/// Those that watch the conversation.
Result<std::vector<store::RunRow>> wake_watchers(db::Unit& unit, ConversationId talk, TimePoint now);

/// Those that wait for a person to say who somebody is.
Result<std::vector<store::RunRow>> wake_reviewers(db::Unit& unit, store::ReviewId review, TimePoint now);

/// What a person decided about a call.
struct Decision {
    bool is_released = false;
    std::string by{};      ///< who, may be empty
    std::string reason{};  ///< why it was refused
};
/// Keeps the decision. A Fault of kind `unsupported` when there is no such approval, `conflict` when it has
/// been decided already.
Result<store::RunRow> decide(db::Unit& unit, ApprovalId id, const Decision& decision, TimePoint now);
/// Takes a call out of doubt as a person decided; the Faults are those of store::Doubts::decide.
Result<store::RunRow> decide(db::Unit& unit, CallId id, const store::Verdict& verdict, TimePoint now);

}  // namespace maillon::route
