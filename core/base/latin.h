#pragma once

#include "core/base/library.h"

#include <string>
#include <string_view>

namespace maillon {

/// Writes any script in Latin letters, by ICU's general rules. Thread-safe, but one caller at a time.
///
/// Its one implementation (latin_icu.cpp) lies in a shared object of its own: the rules are compiled at the
/// first text and take some megabytes, which only a hub that meets such texts shall spend.
class Latin {
public:
    virtual ~Latin() = default;

    /// `text` (well-formed UTF-8) in lower-case ASCII as far as its scripts are known. Sounds are those of
    /// dictionaries: vowels that a script does not write are not invented.
    virtual std::string latin(std::string_view text) const = 0;
};

/// Loaded at the first call.
const Loaded<Latin>& latin();

}  // namespace maillon
