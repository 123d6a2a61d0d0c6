#pragma once

#include "core/base/library.h"

#include <optional>
#include <string>
#include <string_view>

namespace maillon {

/// What is known about one telephone number.
struct PhoneNumber {
    std::string e164{};        ///< "+33612345678"
    std::string country{};     ///< ISO 3166-1 alpha-2, or "001" for numbers of no country; empty if not known
    std::string_view kind{};   ///< "mobile", "fixed", …; see docs/expressions.md
    bool is_assigned = false;  ///< lies in a range that the country has given out
};

/// The numbering plans of all countries. Thread-safe.
///
/// Its one implementation (phone_book_google.cpp) lies in a shared object of its own: the plans take about
/// four megabytes, which a hub that asks for no number shall not spend.
class PhoneBook {
public:
    virtual ~PhoneBook() = default;

    /// Whether there is such a country, by ISO 3166-1 alpha-2 in capitals.
    virtual bool knows(std::string_view country) const = 0;
    /// Reads a number as people write it; nothing unless it is as long as numbers of its country are. The
    /// country is that of a number without +; empty takes only numbers with it.
    virtual std::optional<PhoneNumber> read(std::string_view text, std::string_view country) const = 0;
};

/// Loaded at the first call.
const Loaded<PhoneBook>& phone_book();

}  // namespace maillon
