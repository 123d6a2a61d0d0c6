#pragma once

#include "core/event/json.h"
#include "core/store/conversations.h"
#include "core/store/identity.h"

namespace maillon::route {

/// What ties a conversation to the people who took part in it; not among what expressions see as tied.
using store::kIdentityRef;

/// A conversation as expressions see it (`talk`). `created`: the run's own event opened it.
Result<Json> talk_value(db::Session& session, const store::ConversationRow& row, bool created);

/// The row behind a value that talk_value made; unset for any other value.
ConversationId conversation_of(const Json& value);

}  // namespace maillon::route
