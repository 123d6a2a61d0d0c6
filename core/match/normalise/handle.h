#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::match {

/// An account on a network. The key is the network's immutable id within its scope (the page or app that the
/// id is for, empty where ids are global); the @name is an attribute that may change hands.
struct Handle {
    std::string network{};  ///< "facebook", "x", …: one name each, "twitter" is told as "x"
    std::string scope{};
    std::string id{};
    std::string name{};  ///< without @, lower case

    /// "facebook:page17:1234"; empty without an id.
    std::string id_key() const;
    /// "x:anne_d"; empty without a name.
    std::string name_key() const;
    friend bool operator==(const Handle&, const Handle&) = default;
};

/// The network by its own name: lower case, without blanks; "Twitter" is "x", "ig" is "instagram". Unknown
/// names stay.
std::string network_name(std::string_view text);

/// Reads "network:name" or "network:@name" as records hold it, or the address of a profile. Nothing when it
/// is neither.
std::optional<Handle> handle(std::string_view text);

/// The words of an @name: parted at dots, dashes, underscores, capitals and digits; numbers are off:
/// "JeanDupont_75" → "jean", "dupont". Folded.
std::vector<std::string> handle_words(std::string_view name);

}  // namespace maillon::match
