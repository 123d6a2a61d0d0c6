#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace maillon::expression {

/// An IP address, or a range of them: the values behind `ip(…)` and `cidr(…)`.
///
/// IPv4 is kept as RFC 4291 maps it into IPv6 (::ffff:a.b.c.d), so one comparison serves both, and a mapped
/// address written in hexadecimal equals its IPv4 address.
struct NetAddress {
    std::array<std::uint8_t, 16> bytes{};
    std::uint8_t prefix = 128;  ///< bits of all 128 that a range fixes; an address fixes them all

    friend bool operator==(const NetAddress&, const NetAddress&) = default;

    bool is_v4() const;
    bool is_unspecified() const;
    bool is_loopback() const;
    bool is_multicast() const;
    bool is_link_local_multicast() const;
    bool is_link_local_unicast() const;
    /// None of the above, nor the IPv4 broadcast address. Private addresses count as global.
    bool is_global_unicast() const;

    /// The range's own length: of 32 bits for IPv4.
    int prefix_length() const { return is_v4() ? prefix - 96 : prefix; }
    /// The range with the bits behind its prefix cleared.
    NetAddress masked() const;
    /// Whether every address of `other` lies in this range; never across the families.
    bool contains(const NetAddress& other) const;
};

/// What came of reading an address: `problem` is empty when all is well, else a sentence with static life.
struct ParsedAddress {
    NetAddress address{};
    std::string_view problem{};
};
/// RFC 4291 section 2.2 and dotted IPv4 without leading zeros. Zones and dotted mapped addresses are refused.
ParsedAddress parse_ip(std::string_view text);
/// An address, '/' and the length of the prefix.
ParsedAddress parse_cidr(std::string_view text);

/// As RFC 5952 writes it: lower case, the longest run of zeros shortened.
std::string ip_to_text(const NetAddress& ip);
std::string cidr_to_text(const NetAddress& cidr);

}  // namespace maillon::expression
