#pragma once

#include "core/base/fault.h"
#include "core/web/http_server.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace maillon {
inline namespace web {

class ServerCore;

/// Accepts connections on one address. Accepts nothing before `start`; `close` may come from any thread.
/// `core` outlives it.
class Listener {
public:
    virtual ~Listener() = default;
    virtual void start() = 0;
    virtual void close() = 0;
};

struct BoundListener {
    std::shared_ptr<Listener> listener;  // shared with the accept operation under way
    std::uint16_t port = 0;
};

Result<BoundListener> bind_tcp(ServerCore& core, std::string_view address, HttpHandler handler);
Result<BoundListener> bind_unix(ServerCore& core, const std::string& path, HttpHandler handler);

}  // namespace web
}  // namespace maillon
