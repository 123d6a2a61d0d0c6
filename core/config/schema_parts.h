#pragma once

#include "core/config/language_schema.h"
#include "core/config/shape.h"

#include <boost/json/object.hpp>

#include <set>
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

/// Values that a schema describes, written in YAML without expressions, environment and secrets.
boost::json::object values_schema(const boost::json::object& schema);

/// {"$ref": "#/$defs/NAME"}
boost::json::object ref_to(std::string_view name);
/// {"if": …, "then": …}
boost::json::object if_then(boost::json::object condition, boost::json::object consequence);
/// The key is there, and its value is as `schema` says.
boost::json::object has_value(std::string_view key, boost::json::object schema);

/// A text as a regular expression, and one of several of these: (?:a|b).
std::string escaped(std::string_view text);
std::string alternatives(const std::set<std::string>& expressions);

/// What a name is, as a regular expression without anchors.
inline constexpr std::string_view kNamePattern = "[A-Za-z_][A-Za-z0-9_]{0,63}";

}  // namespace maillon::config
