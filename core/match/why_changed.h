#pragma once

#include "core/match/permission.h"

#include <string>

namespace maillon::match {

/// Why two sets of rules decide otherwise about one person.
struct WhyChanged {
    std::string key{};  ///< for counting: a field of the model, "prior", or a setting: "link.at", "classes"
    std::string sentence{};  ///< for people
};

/// The field whose bits have changed most is taken for the reason; where none has, what the configuration
/// demands (`was`, `is`: the policies).
WhyChanged why_changed(const Permitted& before, const Permitted& after, const config::Matching& was,
                       const config::Matching& is);

}  // namespace maillon::match
