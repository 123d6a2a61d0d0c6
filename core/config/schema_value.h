#pragma once

#include "core/config/value.h"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace maillon::config {

/// What is wrong with one value, to be said about its key: "'port' " + problem.
struct ValueProblem {
    std::string problem;
    std::string hint;
};

/// True when the schema allows the JSON type `name`; a schema without `type` allows all.
bool allows_type(const boost::json::object& schema, std::string_view name);

/// "a whole number", "a text or null": the types that a schema asks for, for messages.
std::string types_in_words(const boost::json::object& schema);

/// The value of a constant scalar as the schema's type has it.
std::optional<boost::json::value> typed_value(const Scalar& scalar, const boost::json::object& schema,
                                              ValueProblem& problem);

/// enum, const, limits, lengths and pattern of a value that has the right type.
bool check_limits(const boost::json::value& value, const boost::json::object& schema, ValueProblem& problem);

}  // namespace maillon::config
