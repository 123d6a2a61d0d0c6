#pragma once

#include "core/config/value.h"

#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace maillon::trial {

/// One member that is not as it should be.
struct Difference {
    std::string path;  ///< "key.thread_c", "ids[0]"; empty: the whole value
    config::Place place{};
    std::string expected, got;  ///< JSON; `got` "nothing" when it is not there
};

/// In which members `got` is not what `expected` says. A map says what must be in it, other members are let
/// through; a list has just these items in this order; a null is also met by nothing; numbers are equal when
/// their values are.
std::vector<Difference> differences(const config::ValueTree& expected, const boost::json::value& got);

}  // namespace maillon::trial
