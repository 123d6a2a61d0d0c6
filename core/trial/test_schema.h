#pragma once

#include "core/config/language_schema.h"

#include <boost/json/object.hpp>

#include <span>

namespace maillon::trial {

/// Files of tests as a JSON Schema 2020-12, for editors: made of the same tables that their readers use, and
/// of what the plug-ins say of events, operations and results. As with config::language_schema, names that
/// have to exist are not judged; the order of keys is stable.
boost::json::object test_schema(std::span<const config::PluginWords> plugins);

}  // namespace maillon::trial
