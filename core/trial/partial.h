#pragma once

#include <boost/json/object.hpp>

namespace maillon::trial {

/// The schema with nothing required, at no depth: for values of which only a part is written.
boost::json::object partial(const boost::json::object& schema);
/// The same for what is expected: `~` stands for what is not there, whatever its type.
boost::json::object expected_part(const boost::json::object& schema);

}  // namespace maillon::trial
