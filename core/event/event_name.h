#pragma once

#include <string>
#include <string_view>

namespace maillon {

/// An event's type with the connector in front, as routes name it: "x.message.received"; of the hub's own,
/// whose types begin with it, "hub.case.escalated".
inline std::string event_name(std::string_view connector, std::string_view type) {
    const bool is_named = connector == "hub" && type.starts_with("hub.");
    return is_named ? std::string(type) : std::string(connector) + '.' + std::string(type);
}

}  // namespace maillon
