#pragma once

#include "core/web/message.h"

#include <string>

namespace maillon {
inline namespace web {

/// A handler may have put foreign text into a field; a line break there would be a second answer.
bool is_sendable(const HttpResponse& response);

/// How the answer travels.
struct Framing {
    unsigned version = 11;    ///< of HTTP, as the request had it
    bool keep_alive = false;  ///< another request may follow on the connection
    bool has_body = true;     ///< not for HEAD
};

/// Replaces `out` by the status line and the fields of an answer, up to where the body begins.
void write_head(const HttpResponse& response, const Framing& framing, std::string& out);

}  // namespace web
}  // namespace maillon
