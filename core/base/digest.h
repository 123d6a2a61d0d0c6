#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace maillon {

/// SHA-256 in lower-case hex.
std::string sha256_hex(std::string_view bytes);
/// SHA-256 of what comes in pieces.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void add(std::string_view bytes);
    /// Of all that was added, in lower-case hex; nothing may be added after it.
    std::string hex();

private:
    struct State;
    std::unique_ptr<State> state_;
};
/// HMAC-SHA256 (RFC 2104) in lower-case hex.
std::string hmac_sha256_hex(std::string_view key, std::string_view message);
/// Compares without telling by its duration where two texts differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);
/// `bytes` random bytes of the system's generator, in hex.
std::string random_hex(std::size_t bytes);
/// RFC 4648 base64 with padding.
std::string base64_encode(std::string_view bytes);

}  // namespace maillon
