#pragma once

#include "core/base/fault.h"
#include "core/web/message.h"

#include <chrono>
#include <string>
#include <string_view>

namespace maillon {
inline namespace web {

/// One request to a hub's admin socket, one answer. Blocks, for command-line use.
///
/// Fault `not_connected` when nobody listens ("no hub is running at …"), `auth` when the file may not be
/// opened, `retry` when the answer did not come within `timeout` or was cut. Any HTTP status is an answer,
/// not a Fault.
Result<HttpResponse> request_over_unix_socket(const std::string& path, std::string_view method,
                                              std::string_view target, std::string_view body,
                                              std::chrono::milliseconds timeout);

}  // namespace web
}  // namespace maillon
