#pragma once

#include <boost/json/object.hpp>

#include <map>
#include <span>
#include <string>

namespace maillon::config {

/// What a plug-in shows to who writes a configuration.
struct PluginWords {
    struct Operation {
        std::string title;
        boost::json::object arguments, result;  ///< JSON Schemas
    };
    struct Event {
        std::string title;
        boost::json::object data;  ///< JSON Schema of the body
    };
    std::string id, title, summary;
    bool is_connector = false, is_processor = false;
    boost::json::object settings;  ///< JSON Schema
    std::map<std::string, Operation> operations;
    std::map<std::string, Event> events;  ///< by type
};

/// The configuration language as a JSON Schema 2020-12, for editors: made of the same tables that the readers
/// use, and of what the plug-ins say. It allows only these plug-ins, their operations and their events.
///
/// It judges one file by its form, so it says nothing of names that have to exist, of expressions, or of
/// numbers that have to fit together. Where a key takes text, a number or a boolean without quotes is allowed
/// too, as the readers allow it; its pattern then does not bind. The order of keys is stable: the same
/// plug-ins give the same text.
boost::json::object language_schema(std::span<const PluginWords> plugins);

}  // namespace maillon::config
