#pragma once

#include "core/expression/type.h"

#include <boost/json/object.hpp>

#include <map>
#include <string>
#include <string_view>

namespace maillon::route {

// What is known before a run of the values that a route reads.

/// Of a value that a plug-in describes. As in settings and arguments, an object has the properties that its
/// schema lists and no others, unless `additionalProperties` says otherwise.
expression::Type type_of_described(const boost::json::object& schema);
/// What an argument with this schema takes: for `number` any number.
expression::Type type_of_argument(const boost::json::object& schema);

// Of what the machine itself makes.
expression::Type type_of_meta();     ///< Envelope::to_json
expression::Type type_of_person();   ///< `match`
expression::Type type_of_talk();     ///< talk_value
expression::Type type_of_failure();  ///< `error` in on_error
expression::Type type_of_due();      ///< the event hub.cron.due
/// Of the events by which the hub tells what became of people (linking.h); unknown for any other.
expression::Type type_of_told(std::string_view type);

/// The bodies of the hub.* events that routes emit, by type of event.
using EmittedTypes = std::map<std::string, expression::Type>;

}  // namespace maillon::route
