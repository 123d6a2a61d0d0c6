#pragma once

#include <string_view>

namespace maillon::match {

/// What two names say about whether they may be one person's.
enum class Names {
    agree,     ///< a part of the one is a part of the other, also as initial or short form
    conflict,  ///< both name somebody, and nothing in them is alike
    unknown,   ///< one of them is missing, or is no name of a person
};

/// `one_word_counts`: a single word is a name too ("Anne" against "Bob Martin" is a conflict). Where somebody
/// goes by what they like, it says nothing.
Names compare_names(std::string_view a, std::string_view b, bool one_word_counts);

}  // namespace maillon::match
