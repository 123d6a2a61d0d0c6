#include "core/base/digest.h"

#include "core/base/assert.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <vector>

namespace maillon {
namespace {

std::string hex(const unsigned char* bytes, std::size_t size) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(size * 2);
    for (std::size_t i = 0; i < size; ++i) {
        out += digits[bytes[i] >> 4];
        out += digits[bytes[i] & 15];
    }
    return out;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned size = 0;
    const int done = EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, EVP_sha256(), nullptr);
    MAILLON_ASSERT(done == 1, "SHA-256 is not to be had");
    return hex(out.data(), size);
}

struct Sha256::State {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    const int done = EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr);
    MAILLON_ASSERT(done == 1, "SHA-256 is not to be had");
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
    const int done = EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
    MAILLON_ASSERT(done == 1, "SHA-256 cannot go on");
}

std::string Sha256::hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned size = 0;
    const int done = EVP_DigestFinal_ex(state_->context, out.data(), &size);
    MAILLON_ASSERT(done == 1, "SHA-256 cannot be ended");
    return maillon::hex(out.data(), size);
}

std::string hmac_sha256_hex(std::string_view key, std::string_view message) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned size = 0;
    // A null key would mean "the key of the call before" and fail: an empty one is still a key.
    const char* const key_bytes = key.empty() ? "" : key.data();
    const auto* const done =
        HMAC(EVP_sha256(), key_bytes, static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(message.data()), message.size(), out.data(), &size);
    MAILLON_ASSERT(done != nullptr, "HMAC-SHA256 is not to be had");
    return hex(out.data(), size);
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_hex(std::size_t bytes) {
    std::vector<unsigned char> out(bytes);
    MAILLON_ASSERT(RAND_bytes(out.data(), static_cast<int>(bytes)) == 1, "the system gives no random bytes");
    return hex(out.data(), bytes);
}

std::string base64_encode(std::string_view bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

}  // namespace maillon
