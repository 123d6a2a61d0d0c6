#pragma once

#include "common/json.h"
#include "mentions.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sandbox {

/// What of the authors the CRM is to know; each share as a number of people.
struct ContactWish {
    std::size_t contacts = 1000;  ///< in all; those who are not asked for below are strangers
    std::size_t linked = 300;     ///< authors whose handle stands in `twitter_c`
    std::size_t named = 0;        ///< authors of whom only name and town are known
    std::size_t namesakes = 0;    ///< contacts called like an author, of another town: somebody else
};

/// A contact as fields of the CRM, and who it truly is.
struct InventedContact {
    enum class Kind { stranger, linked, named, namesake };
    json::object fields{};
    Kind kind = Kind::stranger;
    std::string author{};  ///< the id of the author that it is; of a namesake: that it is not
};

/// The same for the same arguments, everywhere. Fewer than asked for where there are fewer authors; a name
/// serves only when it has two words and the author tells a town.
std::vector<InventedContact> invent_contacts(const ContactWish& wish, const std::vector<Mention>& mentions,
                                             std::uint64_t seed);

}  // namespace sandbox
