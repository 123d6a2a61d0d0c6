#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace maillon::match {

/// A word of a name, or several joined by hyphens: "jean pierre".
struct NameToken {
    std::string text{};            ///< folded
    bool is_capitals = false;      ///< two letters or more, none of them small
    bool ends_with_comma = false;  ///< and more of the name follows
};

/// A name as somebody shows it, without what is no name: titles, degrees, brackets, emoji, slogans.
struct ShownName {
    std::vector<NameToken> tokens{};
    std::string suffix{};  ///< "jr", "sr", "ii", …
};

ShownName shown_name(std::string_view text);

}  // namespace maillon::match
