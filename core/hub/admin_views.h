#pragma once

#include "core/deliver/deliver.h"
#include "core/event/event.h"
#include "core/hub/source_lane.h"
#include "core/store/approvals.h"
#include "core/store/books.h"
#include "core/store/dead_letters.h"

#include <boost/json/object.hpp>

namespace maillon::hub {

// The JSON forms in which the admin API shows things.
boost::json::object view_of(const Event& event, bool with_body);
boost::json::object view_of(const store::ApprovalRow& row);
boost::json::object view_of(const store::DeadLetterRow& row);
boost::json::object view_of(const store::EventBook& book);
boost::json::object view_of(const store::RunBook& book);
boost::json::object view_of(const SourceState& state);
boost::json::object view_of(const deliver::LaneState& state);

}  // namespace maillon::hub
