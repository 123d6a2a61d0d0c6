#pragma once

#include <string_view>

namespace maillon::match {

// The files of core/match/data, as they are.
std::string_view given_table();
std::string_view family_table();
std::string_view english_table();
std::string_view french_table();
std::string_view variants_table();

}  // namespace maillon::match
