#include "signature.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <array>
#include <stdexcept>

namespace maillon::facebook {
namespace {

constexpr std::size_t kSize = 32;
using Digest = std::array<unsigned char, kSize>;

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Digest hmac(std::string_view key, std::string_view message) {
    Digest out{};
    unsigned int size = 0;
    if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes(message), message.size(),
              out.data(), &size))
        throw std::runtime_error("OpenSSL gave no HMAC");
    return out;
}

std::string hex(const unsigned char* data, std::size_t size) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(2 * size);
    for (std::size_t i = 0; i < size; ++i) {
        out += digits[data[i] >> 4];
        out += digits[data[i] & 15];
    }
    return out;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (auto& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
}

}  // namespace

std::string hmac_hex(std::string_view key, std::string_view message) {
    const auto digest = hmac(key, message);
    return hex(digest.data(), digest.size());
}

std::string short_hash(std::string_view text) {
    Digest digest{};
    if (EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("OpenSSL gave no digest");
    return hex(digest.data(), 8);
}

void SignatureCheck::Free::operator()(EVP_MAC_CTX* context) const {
    EVP_MAC_CTX_free(context);
}

SignatureCheck::SignatureCheck() {
    const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> mac(
        EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr), EVP_MAC_free);
    hmac_.reset(mac ? EVP_MAC_CTX_new(mac.get()) : nullptr);
    std::string digest = "SHA256";
    const std::array parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), digest.size()),
        OSSL_PARAM_construct_end()};
    if (!hmac_ || EVP_MAC_CTX_set_params(hmac_.get(), parameters.data()) != 1)
        throw std::runtime_error("OpenSSL has no HMAC");
}

bool SignatureCheck::is_signed(std::string_view app_secret, std::string_view body, std::string_view header) {
    constexpr std::string_view prefix = "sha256=";
    if (app_secret.empty() || header.size() != prefix.size() + 2 * kSize || !header.starts_with(prefix))
        return false;
    Digest digest{};
    std::size_t size = 0;
    if (EVP_MAC_init(hmac_.get(), bytes(app_secret), app_secret.size(), nullptr) != 1 ||
        EVP_MAC_update(hmac_.get(), bytes(body), body.size()) != 1 ||
        EVP_MAC_final(hmac_.get(), digest.data(), &size, digest.size()) != 1 || size != kSize)
        throw std::runtime_error("OpenSSL gave no HMAC");
    const auto given = lower(header.substr(prefix.size()));
    const auto right = hex(digest.data(), digest.size());
    return CRYPTO_memcmp(given.data(), right.data(), right.size()) == 0;
}

bool is_same_secret(std::string_view given, std::string_view expected) {
    // Digests of both are compared, so that neither length nor common beginning shows in the time taken.
    constexpr std::string_view key = "verify_token";
    const auto a = hmac(key, given);
    const auto b = hmac(key, expected);
    return !expected.empty() && CRYPTO_memcmp(a.data(), b.data(), kSize) == 0;
}

}  // namespace maillon::facebook
