#pragma once

#include "names.h"

namespace people {

struct Given {
    const char* name;
    bool is_female;
};

/// Common first, of one origin.
std::span<const Given> given_names(Origin origin);
std::span<const std::string_view> family_names(Origin origin);

}  // namespace people
