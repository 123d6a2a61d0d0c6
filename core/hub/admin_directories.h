#pragma once

#include "core/hub/admin_parts.h"

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
    const AdminParts parts_;
};

}  // namespace maillon::hub
