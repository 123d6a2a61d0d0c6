#include "keys.h"

#include "records.h"

#include <openssl/evp.h>
#include <array>

namespace maillon::sugarcrm {
namespace {

constexpr std::size_t kKeyBytes = 20;

std::string state_name(const Settings& settings, const std::string& module) {
    return "keys_lost." + settings.key_field + "." + module;
}

constexpr std::string_view kLost = "1";

/// "0:" and who has seen keys kept where.
std::string kept_word(const Settings& settings) {
    return "0:" + short_key(settings.base + " " + settings.user);
}

}  // namespace

std::string short_key(std::string_view idempotency_key) {
    static constexpr std::string_view kHex = "0123456789abcdef";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    const auto made = EVP_Digest(idempotency_key.data(), idempotency_key.size(), digest.data(), &size,
                                 EVP_sha256(), nullptr);
    if (made != 1 || size < kKeyBytes) throw Failure(Code::internal, "SHA-256 is not available");
    std::string out(kKeyPrefix);
    for (std::size_t i = 0; i < kKeyBytes; ++i) {
        out += kHex[digest[i] >> 4];
        out += kHex[digest[i] & 15];
    }
    return out;
}

Keys::Keys(Host host, const Settings& settings) : host_(host), settings_(settings) {}

Keys::Seen Keys::seen(const std::string& module) {
    const auto [at, is_new] = seen_.emplace(module, Seen::nothing);
    if (!is_new) return at->second;
    try {
        const auto noted = host_.state(state_name(settings_, module));
        if (noted == kLost) at->second = Seen::lost;
        if (noted == kept_word(settings_)) at->second = Seen::kept;
    } catch (const Failure&) {
        seen_.erase(at);
        throw;
    }
    return at->second;
}

bool Keys::are_lost(const std::string& module) {
    return !is_on() || seen(module) == Seen::lost;
}

bool Keys::are_kept(const std::string& module) {
    return is_on() && seen(module) == Seen::kept;
}

void Keys::saw(const std::string& module, const json::object& record, const std::string& key) {
    if (is_on()) note(module, text_of(record, field()) == key ? Seen::kept : Seen::lost);
}

/// The record exists, so its call must not fail because of this note.
void Keys::note(const std::string& module, Seen now) {
    try {
        if (seen(module) == now) return;
        seen_[module] = now;
        if (now == Seen::lost)
            host_.warn(
                "the CRM did not keep the hub's key on a new record; calls in doubt there need a person",
                {{"module", module}, {"key_field", field()}});
        host_.set_state(state_name(settings_, module),
                        now == Seen::kept ? kept_word(settings_) : std::string(kLost));
    } catch (const Failure& failure) {
        seen_[module] = now;
        host_.warn("cannot note whether the CRM keeps keys",
                   {{"module", module}, {"reason", failure.what()}});
    }
}

}  // namespace maillon::sugarcrm
