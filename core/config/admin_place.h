#pragma once

#include <filesystem>
#include <optional>

namespace maillon::config {

struct Environment;

/// Where the hub of this configuration is spoken to, as far as that can be told in spite of mistakes
/// elsewhere: a hub that runs is not to be out of reach because somebody is at its files. Nothing where a
/// file that is no YAML may say something else.
std::optional<std::filesystem::path> find_admin(const std::filesystem::path& main_file,
                                                const Environment& environment);

}  // namespace maillon::config
