#pragma once

#include "core/hub/admin_parts.h"

#include <boost/json/object.hpp>

namespace maillon::hub {

/// The part of the admin API about calls that wait for a person. Thread-safe.
class AdminApprovals {
public:
    explicit AdminApprovals(const AdminParts& parts) : parts_(parts) {}

    /// `state` is open, released, refused, lapsed or all; empty means open.
    Result<boost::json::object> list(const std::string& role, const std::string& route,
                                     const std::string& state, std::size_t limit);
    Result<boost::json::object> show(ApprovalId id);
    Result<boost::json::object> decide(ApprovalId id, const route::Decision& decision);

private:
    AdminParts parts_;
};

}  // namespace maillon::hub
