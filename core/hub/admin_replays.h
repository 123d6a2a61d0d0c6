#pragma once

#include "core/hub/admin_parts.h"
#include "core/store/replays.h"

#include <boost/json/object.hpp>

namespace maillon::hub {

/// The part of the admin API about replays that take a while. Thread-safe.
class AdminReplays {
public:
    explicit AdminReplays(const AdminParts& parts) : parts_(parts) {}

    /// Letters: {"letters": [numbers]} or {"letters": {words of LetterQuery}}.
    /// Events: {"events": [positions or ids]} or {"events": {"since", "until"}}, with "routes": [names] and
    /// "with_outbound": true. Both: "by", "note".
    Result<boost::json::object> begin(const boost::json::object& arguments);
    Result<boost::json::object> list(std::size_t limit);
    Result<boost::json::object> show(store::ReplayId id);
    /// Starts no further run; those that were started go on.
    Result<boost::json::object> stop(store::ReplayId id, const boost::json::object& arguments);

private:
    Result<store::ReplayId> begin_letters(store::ReplayRow row, const boost::json::value& which);
    Result<store::ReplayId> begin_events(store::ReplayRow row, const boost::json::value& which,
                                         const boost::json::object& arguments);

    AdminParts parts_;
};

}  // namespace maillon::hub
