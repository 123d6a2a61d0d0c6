#pragma once

namespace maillon::hub {

/// Of the program.
inline constexpr const char* kVersion = "0.1.0";

}  // namespace maillon::hub
