#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace maillon {

/// Compact JSON text with numbers as people write them: 0.98, not 9.8E-1. A double stays one to who reads it:
/// 1.0, not 1.
std::string json_text(const boost::json::value& value);

}  // namespace maillon
