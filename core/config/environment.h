#pragma once

#include "core/config/reading.h"

#include <string_view>

namespace maillon::config {

/// Puts `${env.X}` in, all over the tree, and collects `${secret.x}`, which stays as it is. Any other `${…}`
/// is an error: there is no event yet. `section` begins the sentences; secrets are refused where it takes
/// none.
void put_in_environment(ValueTree& tree, std::string_view section, bool takes_secrets, Reading& reading);

/// The name in a text that is one `${secret.NAME}` and nothing else; empty otherwise.
std::string_view secret_reference(std::string_view text);

}  // namespace maillon::config
