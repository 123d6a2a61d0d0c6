#pragma once

#include "core/config/diagnostic.h"

#include <string>
#include <string_view>

namespace maillon::config {

/// True for names such as `password`, `api_key`, `client_secret`.
bool sounds_secret(std::string_view key);

/// A line of a source fit to be shown: what `Sources::conceal` named, and plain values behind keys that sound
/// like secrets, are asterisks, one for each character, so that columns stay. References `${…}` stay
/// readable.
std::string conceal_line(const Sources& sources, std::uint32_t file, std::uint32_t number);

/// The same for the part of a line, a corrected line say.
std::string conceal_values(std::string_view line);

}  // namespace maillon::config
