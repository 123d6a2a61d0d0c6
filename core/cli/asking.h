#pragma once

#include "core/cli/commands.h"

#include <functional>
#include <initializer_list>
#include <string>
#include <utility>

namespace maillon::cli {

// What commands share that ask the admin API.

/// Prints the answer: as JSON where that is wished, else rendered.
int show(const Context& context, const std::string& target,
         const std::function<std::string(const boost::json::object&)>& render);

/// Asks for something to be done; prints `done`, or the answer as JSON.
int act(const Context& context, const std::string& target, const boost::json::object& body,
        const std::string& done);

/// "?name=value&…" of those that have a value.
std::string parameters(std::initializer_list<std::pair<const char*, std::string>> all);

/// Who decides: the name that was given, else the user of this process.
std::string person(const std::string& by);

}  // namespace maillon::cli
