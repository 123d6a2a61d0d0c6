#pragma once

#include "core/journal/journal.h"
#include "core/route/engine.h"
#include "core/store/doubts.h"

#include <boost/json/object.hpp>

namespace maillon::hub {

/// The part of the admin API about calls in doubt, of which only a person can tell whether they arrived.
/// Thread-safe.
class AdminDoubts {
public:
    struct Parts {
        db::Database& database;
        Journal& journal;
        const Clock& clock;
        route::Engine* engine = nullptr;  ///< null when no hub runs
    };
    explicit AdminDoubts(Parts parts) : parts_(parts) {}

    Result<boost::json::object> list(const store::DoubtFilter& filter);
    Result<boost::json::object> show(CallId id);
    /// `word` is done, again or failed; `arguments` are {"id", "result", "by", "note"}.
    Result<boost::json::object> decide(CallId id, const std::string& word,
                                       const boost::json::object& arguments);

private:
    Parts parts_;
};

}  // namespace maillon::hub
