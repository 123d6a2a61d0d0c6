#pragma once

#include "core/hub/admin_parts.h"
#include "core/store/doubts.h"

#include <boost/json/object.hpp>

namespace maillon::hub {

/// The part of the admin API about calls in doubt, of which only a person can tell whether they arrived.
/// Thread-safe.
class AdminDoubts {
public:
    explicit AdminDoubts(const AdminParts& parts) : parts_(parts) {}

    Result<boost::json::object> list(const store::DoubtFilter& filter);
    Result<boost::json::object> show(CallId id);
    /// `word` is done, again or failed; `arguments` are {"id", "result", "by", "note"}.
    Result<boost::json::object> decide(CallId id, const std::string& word,
                                       const boost::json::object& arguments);

private:
    AdminParts parts_;
};

}  // namespace maillon::hub
