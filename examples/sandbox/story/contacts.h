#pragma once

#include "common/json.h"
#include "mentions.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sandbox {

/// `count` invented contacts as fields of the CRM; the first `linked` of them (or fewer, if there are fewer
/// authors) carry the handle of an author in `twitter_c`. The same for the same arguments.
std::vector<json::object> invent_contacts(std::size_t count, std::size_t linked,
                                          const std::vector<Mention>& mentions, std::uint64_t seed);

}  // namespace sandbox
