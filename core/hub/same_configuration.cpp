#include "core/hub/same_configuration.h"

#include "core/match/matcher.h"

#include <algorithm>

namespace maillon::hub {

bool is_same(const Prepared& one, const Prepared& other) {
    return one.config.hash == other.config.hash &&
           std::ranges::equal(one.models, other.models, [](const auto& a, const auto& b) {
               return a.first == b.first && match::text_of(*a.second) == match::text_of(*b.second);
           });
}

}  // namespace maillon::hub
