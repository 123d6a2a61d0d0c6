#pragma once

#include "core/config/language_schema.h"
#include "core/config/shape.h"

#include <boost/json/object.hpp>

#include <span>
#include <string>
#include <string_view>

namespace maillon::config {

// Parts of language_schema().

/// The values that keys name (`Key::value`), by name.
boost::json::object language_definitions();

/// The schema of a map; `takes_environment`: its values may hold `${env.X}`.
boost::json::object shape_schema(const Shape& shape, bool takes_environment);
/// The schema of what may stand behind a key.
boost::json::object key_schema(const Key& key, bool takes_environment);

/// The settings of a plug-in, as check_against_schema() takes them, with the hub's own keys beside them.
boost::json::object settings_schema(const PluginWords& plugin, const Shape& own);
/// The arguments of an operation, as check_template() takes them.
boost::json::object arguments_schema(const boost::json::object& arguments);

/// {"$ref": "#/$defs/NAME"}
boost::json::object ref_to(std::string_view name);

/// What a name is, as a regular expression without anchors.
inline constexpr std::string_view kNamePattern = "[A-Za-z_][A-Za-z0-9_]{0,63}";

}  // namespace maillon::config
