#pragma once

#include "core/hub/admin_parts.h"
#include "core/store/holds.h"

#include <boost/json/object.hpp>

namespace maillon::hub {

/// What a person wants paused: kept in the store, so that it stays so over restarts, and told to a running
/// hub. A paused connector is neither asked nor called; its webhooks are taken in, since a service would not
/// send them again. "outbound" stands for all calls that reach a person. Thread-safe.
class AdminHolds {
public:
    explicit AdminHolds(const AdminParts& parts) : parts_(parts) {}

    /// `name`: an instance or "outbound"; `arguments` are {"reason", "by"}.
    Result<boost::json::object> pause(const std::string& name, const boost::json::object& arguments);
    /// Also tries at once what was refused for its credentials.
    Result<boost::json::object> resume(const std::string& name);
    /// Tries at once what was refused for its credentials, and ends no pause: somebody may have set a secret,
    /// and somebody else wants the connector at rest. `paused` says whether that is so.
    Result<boost::json::object> credentials_mended(const std::string& name);

private:
    Result<> check(const std::string& name) const;
    SourceLane* lane(const std::string& name) const;
    AdminParts parts_;
};

/// A name as people write it, without the mark by which the store tells it from an instance.
std::string spoken(const store::HoldRow& hold);

/// Pauses what the store says. Before anything moves.
Result<> restore_holds(db::Database& database,
                       const std::map<std::string, std::unique_ptr<SourceLane>>& lanes,
                       deliver::Deliver& deliver);

}  // namespace maillon::hub
