#pragma once
#include <string>
#include <string_view>

namespace maillon::facebook {

/// HMAC-SHA256 in lower-case hex.
std::string hmac_hex(std::string_view key, std::string_view message);

/// The first 16 hex digits of SHA-256: tells texts apart in ids.
std::string short_hash(std::string_view text);

/// True when `header` is "sha256=" and the HMAC of these very bytes, in either case of hex. Takes the same
/// time whatever the digest.
bool is_signed(std::string_view app_secret, std::string_view body, std::string_view header);

/// Equality in a time that tells nothing about where two texts differ, nor how long `expected` is.
bool is_same_secret(std::string_view given, std::string_view expected);

}  // namespace maillon::facebook
