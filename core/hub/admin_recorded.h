#pragma once

#include "core/hub/admin_parts.h"
#include "core/hub/admin_query.h"

#include <boost/json/object.hpp>

namespace maillon::hub {

/// The part of the admin API from which `maillon plan` is answered: what came, and what was answered from
/// outside. Only reads; thread-safe.
class AdminRecorded {
public:
    explicit AdminRecorded(const AdminParts& parts) : parts_(parts) {}

    /// ?after=POSITION or ?since=, and &until=&limit=: {events: [{seq, meta, body, steps: [[route, step,
    /// status, inputs, result]]}], reached, last}. `body`, `inputs` and `result` are texts of JSON. All is
    /// told when `reached` is `last`.
    Result<boost::json::object> page(const AdminQuery& query);
    /// {hash, text} of the configuration that the hub runs.
    Result<boost::json::object> configuration();

private:
    AdminParts parts_;
};

}  // namespace maillon::hub
