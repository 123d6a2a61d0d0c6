#pragma once

#include <string>
#include <string_view>

namespace maillon::plugin {

/// Why the bytes of a file cannot be loaded into this process as a shared library; empty when nothing speaks
/// against it. The loader itself maps a file as its header says: one that was cut short would end the process
/// with SIGBUS.
std::string why_not_loadable(std::string_view file);

}  // namespace maillon::plugin
