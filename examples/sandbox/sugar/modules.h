#pragma once

#include "common/json.h"

#include <span>
#include <string>
#include <string_view>

namespace sandbox {

/// Field names that a module knows (others must end in _c); empty for an unknown module.
std::span<const std::string_view> fields_of(std::string_view module);
bool knows_field(std::string_view module, std::string_view field);
/// The field without which a record of the module cannot be made, or empty.
std::string_view required_field(std::string_view module);
/// "Contact" of "Contacts".
std::string_view bean_of(std::string_view module);
/// The display name that follows from the other fields.
std::string display_name(std::string_view module, const json::object& fields);

}  // namespace sandbox
