#pragma once

#include "core/config/value.h"

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <vector>

namespace maillon::trial {

/// One member that is not as it should be.
struct Difference {
    std::string path;  ///< "key.thread_c", "ids[0]"; empty: the whole value
    config::Place place{};
    std::string expected, got;  ///< JSON; `got` "nothing" when it is not there
    /// What should stand at `place` instead, as YAML; absent when that is no text on one line.
    std::optional<std::string> instead{};
};

/// A value as one line of YAML, as people write it: { module: Cases, ids: [ "1", b ] }.
std::string yaml_line(const boost::json::value& value);

/// In which members `got` is not what `expected` says. A map says what must be in it, other members are let
/// through; a list has just these items in this order; a null is also met by nothing; numbers are equal when
/// their values are.
std::vector<Difference> differences(const config::ValueTree& expected, const boost::json::value& got);

}  // namespace maillon::trial
