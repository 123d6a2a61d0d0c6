#pragma once

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <vector>

namespace maillon {

/// One member in which two values differ.
struct JsonDifference {
    std::string path{};                              ///< "key.thread_c", "ids[0]"; empty: the whole value
    std::optional<boost::json::value> was{}, now{};  ///< absent: it was, or is, not there
};

/// Field by field: objects by their members (those of `was` first), lists by their positions; numbers are
/// equal when their values are. Empty when the two are equal.
std::vector<JsonDifference> differences(const boost::json::value& was, const boost::json::value& now);

}  // namespace maillon
