#pragma once

#include "common/call.h"

#include <string>

/// Answers of X API v2 when something is wrong, in the shapes of its documentation.
namespace sandbox::x_errors {

/// {title, detail, type: about:blank, status}
maillon::HttpResponse problem(int status, const std::string& title, const std::string& detail);
/// 400 for one parameter.
maillon::HttpResponse bad_parameter(const std::string& name, const std::string& value,
                                    const std::string& message);
/// One entry of `errors` for something that is not there. `kind` is "tweet" or "user".
json::object not_found(const std::string& kind, const std::string& parameter, const std::string& value);

}  // namespace sandbox::x_errors
