#pragma once

#include "common/call.h"

#include <string>

/// Errors of the Graph API: {error: {message, type, code, …}}.
namespace sandbox::graph_errors {

maillon::HttpResponse error(int status, int code, const std::string& message, int subcode = 0,
                            const char* type = "OAuthException", bool transient = false);
maillon::HttpResponse not_there(const std::string& id);
maillon::HttpResponse bad_parameter(const std::string& message);
/// The documented error of one of the throttling codes.
maillon::HttpResponse throttled(int code);

}  // namespace sandbox::graph_errors
