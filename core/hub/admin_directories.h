#pragma once

#include "core/hub/admin_parts.h"
#include "core/hub/source_lane.h"

#include <boost/json/object.hpp>

namespace maillon::hub {

/// The hub's copies of the records of CRMs: how far they are, and reading them anew.
class AdminDirectories {
public:
    explicit AdminDirectories(const AdminParts& parts) : parts_(parts) {}

    /// `name` empty: all.
    Result<boost::json::object> list(const std::string& name);
    Result<boost::json::object> refresh(const std::string& name);

private:
    Result<boost::json::object> view(db::Session& session, const config::Directory& directory);
    /// Of the connector that reads it; nothing when no hub runs.
    std::optional<SourceState> lane_of(const config::Directory& directory) const;
    const AdminParts parts_;
};

}  // namespace maillon::hub
