#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::match {

/// An e-mail address, read for comparing.
struct Email {
    std::string key{};     ///< two addresses with one key are one mailbox: "annedupont@gmail.com"
    std::string local{};   ///< before the @, in lower case, as written: "anne.dupont+news"
    std::string domain{};  ///< of the key: A-labels, lower case, googlemail.com told as gmail.com
    std::vector<std::string> local_words{};  ///< "anne", "dupont"; digits apart; without the tag
    std::string local_compact{};             ///< letters and digits of the words: "annedupont"
    bool is_role = false;                    ///< info@, contact@, …: a desk, not a person
    bool is_private_provider = false;        ///< gmail.com, orange.fr, …: the domain tells no company
};

/// Reads an address as people and services write it ("mailto:", <…>, spaces around, upper case). Dots before
/// the @ do not count at Gmail alone; what follows a + does not at Gmail, Outlook, iCloud, Fastmail and
/// Proton. Nothing when it is none, is longer than 254 bytes, or is a placeholder ("test@test", "noemail@…",
/// example.com).
std::optional<Email> email(std::string_view text);

}  // namespace maillon::match
