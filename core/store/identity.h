#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

namespace maillon::store {

/// Who somebody is on the outside: a network, the scope in which it gives its ids (a page, an app; empty:
/// everywhere), and the id, which never changes. An e-mail address is ("email", "", address), a phone
/// ("phone", "", number); both normalised. Where a network told nothing but a name, the id is "@name".
struct Identity {
    std::string network{}, scope{}, id{};

    /// As people type it: "x:4711", "facebook/1234:99", "email:anne@example.com".
    std::string text() const;
    static std::optional<Identity> parse(std::string_view text);
    bool is_set() const { return !network.empty() && !id.empty(); }

    friend auto operator<=>(const Identity&, const Identity&) = default;
};

/// The kind of a conversation's tie to somebody who took part in it; its value is the identity as text.
inline constexpr std::string_view kIdentityRef = "identity";

}  // namespace maillon::store
