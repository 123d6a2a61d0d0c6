#pragma once
#include <memory>
#include <string>
#include <string_view>

struct evp_mac_ctx_st;  // OpenSSL's EVP_MAC_CTX

namespace maillon::facebook {

/// HMAC-SHA256 in lower-case hex.
std::string hmac_hex(std::string_view key, std::string_view message);

/// The first 16 hex digits of SHA-256: tells texts apart in ids.
std::string short_hash(std::string_view text);

/// Whether a webhook was signed by who knows the app secret. Keeps what OpenSSL has to look up for it, which
/// takes longer than the HMAC of a webhook itself. Not thread-safe.
class SignatureCheck {
public:
    SignatureCheck();
    /// True when `header` is "sha256=" and the HMAC of these very bytes, in either case of hex. Takes the
    /// same time whatever the digest.
    bool is_signed(std::string_view app_secret, std::string_view body, std::string_view header);

private:
    struct Free {
        void operator()(evp_mac_ctx_st* context) const;
    };
    std::unique_ptr<evp_mac_ctx_st, Free> hmac_;
};

/// Equality in a time that tells nothing about where two texts differ, nor how long `expected` is.
bool is_same_secret(std::string_view given, std::string_view expected);

}  // namespace maillon::facebook
