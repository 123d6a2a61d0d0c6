#pragma once

#include "core/config/config.h"
#include "core/config/diagnostic.h"

#include <boost/json/object.hpp>

#include <optional>
#include <string_view>

namespace maillon::config {

/// Types the settings of an instance by its plug-in's JSON Schema and fills in the defaults; reports at the
/// settings' places and gives nothing when there was an error.
///
/// Understood, of JSON Schema 2020-12: type (one or a list), required, properties, additionalProperties
/// (false or a schema), enum, const, minimum, maximum, exclusiveMinimum, exclusiveMaximum, minLength,
/// maxLength, pattern (RE2), items, minItems, maxItems, default; and x-maillon-secret. Keys of objects must
/// be in `properties` unless additionalProperties says otherwise. Plain text takes the type that the schema
/// asks for: `+33612345678` stays text, `8080` becomes an integer or "8080".
/// `${secret.x}` becomes {"$secret": "x"}, see resolve_secrets(). Where the schema says x-maillon-secret,
/// anything else is an error and from then on concealed in `sources`.
std::optional<boost::json::object> check_against_schema(const Instance& instance,
                                                        const boost::json::object& schema,
                                                        Diagnostics& diagnostics, Sources& sources);

/// Checks a template tree (`with:` of a call) by the same rules; text with `${…}` fits every type, for only
/// the run knows it. `what` begins the messages: "crm.upsert". `place` is where a missing key is reported.
void check_template(const ValueTree& tree, const boost::json::object& schema, std::string_view what,
                    const Place& place, Diagnostics& diagnostics);

}  // namespace maillon::config
