#include "core/expression/net_address.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace maillon::expression {
namespace {

constexpr std::size_t kGroups = 8;
constexpr std::string_view kNoAddress = "the text is no IP address";
constexpr std::string_view kNoRange = "the text is no range of IP addresses";
constexpr std::string_view kMapped = "an IPv4-mapped IPv6 address is not allowed";
constexpr std::string_view kZone = "an IP address with a zone is not allowed";

using Bytes = std::array<std::uint8_t, 16>;

/// A decimal number of digits alone, without leading zeros, and at most `most`.
std::optional<unsigned> small_number(std::string_view text, unsigned most) {
    unsigned value = 0;
    if (text.empty() || text.size() > 3 || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value > most) return std::nullopt;
    return value;
}

/// Four decimal bytes into out[0…3].
bool read_dotted(std::string_view text, std::uint8_t* out) {
    for (int i = 0; i < 4; ++i) {
        const std::size_t end = i < 3 ? text.find('.') : text.size();
        if (end == std::string_view::npos) return false;
        const auto byte = small_number(text.substr(0, end), 255);
        if (!byte) return false;
        out[i] = static_cast<std::uint8_t>(*byte);
        text.remove_prefix(i < 3 ? end + 1 : end);
    }
    return true;
}

std::optional<unsigned> hex_group(std::string_view text) {
    unsigned value = 0;
    if (text.empty() || text.size() > 4) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// Reads groups separated by ':' to the end of the text; the last may be a dotted IPv4 address. The number
/// of bytes read, or nothing.
std::optional<std::size_t> read_groups(std::string_view text, Bytes& out) {
    std::size_t at = 0;
    while (!text.empty()) {
        const std::size_t colon = text.find(':');
        const std::string_view group = text.substr(0, colon);
        if (colon == std::string_view::npos && group.find('.') != std::string_view::npos) {
            if (at > 12 || !read_dotted(group, out.data() + at)) return std::nullopt;
            return at + 4;
        }
        const auto value = hex_group(group);
        if (!value || at > 14) return std::nullopt;
        out[at++] = static_cast<std::uint8_t>(*value >> 8);
        out[at++] = static_cast<std::uint8_t>(*value & 0xFFu);
        if (colon == std::string_view::npos) return at;
        text.remove_prefix(colon + 1);
        if (text.empty()) return std::nullopt;
    }
    return at;
}

bool read_v6(std::string_view text, Bytes& out) {
    const std::size_t gap = text.find("::");
    if (gap == std::string_view::npos) return read_groups(text, out) == out.size();
    Bytes head{}, tail{};
    const std::string_view before = text.substr(0, gap);
    const auto front = read_groups(before, head);
    const auto back = read_groups(text.substr(gap + 2), tail);
    const bool dotted_front = before.find('.') != std::string_view::npos;
    if (!front || !back || dotted_front || *front + *back > out.size() - 2) return false;
    std::copy_n(head.begin(), *front, out.begin());
    std::copy_n(tail.begin(), *back, out.end() - static_cast<std::ptrdiff_t>(*back));
    return true;
}

bool read_v4(std::string_view text, Bytes& out) {
    out[10] = out[11] = 0xFF;
    return read_dotted(text, out.data() + 12);
}

unsigned group_at(const Bytes& bytes, std::size_t i) {
    return static_cast<unsigned>(bytes[2 * i]) << 8 | bytes[2 * i + 1];
}

/// The first longest run of two or more zero groups: where it begins and how long it is.
std::pair<std::size_t, std::size_t> longest_zeros(const Bytes& bytes) {
    std::size_t best = kGroups, size = 1;
    for (std::size_t i = 0; i < kGroups;) {
        std::size_t end = i;
        while (end < kGroups && group_at(bytes, end) == 0) ++end;
        if (end - i > size) {
            best = i;
            size = end - i;
        }
        i = std::max(end, i + 1);
    }
    return {best, size};
}

}  // namespace

bool NetAddress::is_v4() const {
    return std::all_of(bytes.begin(), bytes.begin() + 10, [](auto byte) { return byte == 0; }) &&
           bytes[10] == 0xFF && bytes[11] == 0xFF;
}

bool NetAddress::is_unspecified() const {
    const auto first = bytes.begin() + (is_v4() ? 12 : 0);
    return std::all_of(first, bytes.end(), [](auto byte) { return byte == 0; });
}

bool NetAddress::is_loopback() const {
    if (is_v4()) return bytes[12] == 127;
    return std::all_of(bytes.begin(), bytes.end() - 1, [](auto byte) { return byte == 0; }) && bytes[15] == 1;
}

bool NetAddress::is_multicast() const {
    return is_v4() ? (bytes[12] & 0xF0u) == 0xE0u : bytes[0] == 0xFF;
}

bool NetAddress::is_link_local_multicast() const {
    if (is_v4()) return bytes[12] == 224 && bytes[13] == 0 && bytes[14] == 0;
    return bytes[0] == 0xFF && (bytes[1] & 0x0Fu) == 0x02u;
}

bool NetAddress::is_link_local_unicast() const {
    if (is_v4()) return bytes[12] == 169 && bytes[13] == 254;
    return bytes[0] == 0xFE && (bytes[1] & 0xC0u) == 0x80u;
}

bool NetAddress::is_global_unicast() const {
    const bool broadcast =
        is_v4() && std::all_of(bytes.begin() + 12, bytes.end(), [](auto byte) { return byte == 0xFF; });
    return !broadcast && !is_unspecified() && !is_loopback() && !is_multicast() && !is_link_local_unicast();
}

NetAddress NetAddress::masked() const {
    NetAddress out = *this;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const int kept = std::clamp(static_cast<int>(prefix) - static_cast<int>(8 * i), 0, 8);
        out.bytes[i] = static_cast<std::uint8_t>(bytes[i] & (0xFF00u >> kept));
    }
    return out;
}

bool NetAddress::contains(const NetAddress& other) const {
    if (is_v4() != other.is_v4() || other.prefix < prefix) return false;
    NetAddress cut = other;
    cut.prefix = prefix;
    return cut.masked().bytes == masked().bytes;
}

ParsedAddress parse_ip(std::string_view text) {
    ParsedAddress out;
    const bool v6 = text.find(':') != std::string_view::npos;
    if (v6 && text.find('%') != std::string_view::npos) return {{}, kZone};
    const bool read = v6 ? read_v6(text, out.address.bytes) : read_v4(text, out.address.bytes);
    if (!read) return {{}, kNoAddress};
    if (v6 && out.address.is_v4() && text.find('.') != std::string_view::npos) return {{}, kMapped};
    return out;
}

ParsedAddress parse_cidr(std::string_view text) {
    const std::size_t slash = text.rfind('/');
    if (slash == std::string_view::npos) return {{}, kNoRange};
    ParsedAddress out = parse_ip(text.substr(0, slash));
    if (!out.problem.empty()) return {{}, out.problem == kNoAddress ? kNoRange : out.problem};
    const bool v4 = out.address.is_v4();
    if (v4 && text.find(':') != std::string_view::npos) return {{}, kMapped};
    const auto bits = small_number(text.substr(slash + 1), v4 ? 32 : 128);
    if (!bits) return {{}, "the prefix of a range is 0 to 32 for IPv4, 0 to 128 for IPv6"};
    out.address.prefix = static_cast<std::uint8_t>(*bits + (v4 ? 96 : 0));
    return out;
}

std::string ip_to_text(const NetAddress& ip) {
    std::string out;
    if (ip.is_v4()) {
        for (std::size_t i = 12; i < 16; ++i) (out += i == 12 ? "" : ".") += std::to_string(ip.bytes[i]);
        return out;
    }
    const auto [gap, size] = longest_zeros(ip.bytes);
    for (std::size_t i = 0; i < kGroups; ++i) {
        if (i == gap) {
            out += "::";
            i += size - 1;
            continue;
        }
        if (!out.empty() && out.back() != ':') out += ':';
        std::array<char, 4> digits;
        out.append(digits.data(),
                   std::to_chars(digits.data(), digits.data() + 4, group_at(ip.bytes, i), 16).ptr);
    }
    return out;
}

std::string cidr_to_text(const NetAddress& cidr) {
    return ip_to_text(cidr) + "/" + std::to_string(cidr.prefix_length());
}

}  // namespace maillon::expression
