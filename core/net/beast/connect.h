#pragma once

#include "core/base/fault.h"
#include "core/net/beast/patience.h"
#include "core/net/beast/socket.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace maillon::net {

/// Connects to the first of the numeric addresses that answers, with TCP_NODELAY on. A slow address does not
/// hold up the next: another attempt starts every 250 ms beside those that run (RFC 8305). Faults: `retry`,
/// `cancelled`.
Result<Socket> connect_to(const std::vector<std::string>& addresses, std::uint16_t port,
                          const Patience& patience, std::chrono::milliseconds limit);

}  // namespace maillon::net
