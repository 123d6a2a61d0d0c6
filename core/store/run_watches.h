#pragma once

#include "core/db/session.h"

#include <span>

namespace maillon::store {

/// Which waiting runs want to know when a conversation changes.
struct RunWatches {
    /// Sets what the run watches; nothing of before stays.
    static Result<void> set(db::Unit& unit, RunId run, std::span<const ConversationId> conversations);
    /// The runs that watch the conversation, by id.
    static Result<std::vector<RunId>> of(db::Session& session, ConversationId conversation);
    static Result<void> drop(db::Unit& unit, RunId run);
};

}  // namespace maillon::store
