#pragma once

#include "core/base/clock.h"
#include "core/config/config.h"
#include "core/db/database.h"

#include <functional>
#include <map>
#include <stop_token>
#include <string>

namespace maillon::hub {

/// Closes conversations in which nobody has written for their `closes_after`. The next message on the thread
/// opens a new one; runs that wait and watch the conversation are told through `on_closed`.
class Closing {
public:
    struct Parts {
        db::Database& database;
        const Clock& clock;
        std::function<void(ConversationId)> on_closed;  ///< once that is on disk; quick
    };
    using Conversations = std::map<std::string, config::ConversationKind>;
    Closing(Parts parts, const Conversations& conversations);

    /// Closes what is due; when the next one will be, if nobody writes. Blocks; once `stop` is requested,
    /// until the end of the unit under way: what is left stays due.
    Result<std::optional<TimePoint>> tick(const std::stop_token& stop = {});

private:
    Result<> close_those_of(const std::string& name, TimePoint before, TimePoint now,
                            const std::stop_token& stop);

    Parts parts_;
    std::map<std::string, std::chrono::milliseconds> closes_after_;
};

}  // namespace maillon::hub
