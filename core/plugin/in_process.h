#pragma once

#include "core/plugin/catalogue.h"
#include "core/plugin/connector.h"
#include "core/plugin/services.h"

#include <boost/json/object.hpp>

namespace maillon::plugin {

/// Creates an instance in this process. `config` has been checked against the schema and holds the names of
/// secrets, not their values. No I/O happens here. The instance's `create` may refuse: then its own words are
/// the Fault.
Result<std::unique_ptr<Connector>> create_in_process(const Catalogue::Found& found,
                                                     const boost::json::object& config, Services services);

}  // namespace maillon::plugin
