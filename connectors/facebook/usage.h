#pragma once
#include "maillon/sdk.hpp"

namespace maillon::facebook {

/// What a usage header says about one limit.
struct Usage {
    std::string scope;         ///< "app", "page", or a use case: "pages", "messenger"
    double percent = 0;        ///< the highest of its counters
    std::int64_t minutes = 0;  ///< until calls are let through again; 0 = unknown or not blocked
};

/// Reads X-App-Usage, X-Page-Usage and X-Business-Use-Case-Usage. The last may name a business twice, and
/// each of them counts, so it is read as a stream of members and not as an object. What cannot be read is
/// left out.
std::vector<Usage> usage_of(const Response& response);

}  // namespace maillon::facebook
