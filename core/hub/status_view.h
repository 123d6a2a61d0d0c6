#pragma once

#include "core/config/hub.h"
#include "core/db/session.h"

#include <boost/json/object.hpp>

namespace maillon::hub {

/// What waits, and since when; of each connector that brought something lately the newest event; whether the
/// store was restored.
Result<boost::json::object> backlog_view(db::Session& session);

/// How many calls to a connector are to be made or being made, those included that the store alone holds;
/// 10,000 stands for more.
Result<std::int64_t> open_calls(db::Session& session, std::string_view instance);

/// What the store takes of its disk and what is left there. `days_left` is there when the disk will be full
/// before `keep` begins to make room, at the rate since the oldest event.
Result<boost::json::object> disk_view(db::Session& session, const std::string& place, std::int64_t bytes,
                                      std::chrono::milliseconds keep, TimePoint now);

}  // namespace maillon::hub
