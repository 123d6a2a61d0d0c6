#pragma once

#include <string>
#include <string_view>

namespace maillon {

/// SHA-256 in lower-case hex.
std::string sha256_hex(std::string_view bytes);
/// HMAC-SHA256 (RFC 2104) in lower-case hex.
std::string hmac_sha256_hex(std::string_view key, std::string_view message);
/// Compares without telling by its duration where two texts differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);
/// `bytes` random bytes of the system's generator, in hex.
std::string random_hex(std::size_t bytes);
/// RFC 4648 base64 with padding.
std::string base64_encode(std::string_view bytes);

}  // namespace maillon
