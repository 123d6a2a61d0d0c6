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

}  // namespace

std::string short_key(std::string_view idempotency_key) {
    static constexpr std::string_view kHex = "0123456789abcdef";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    const auto made = EVP_Digest(idempotency_key.data(), idempotency_key.size(), digest.data(), &size,
                                 EVP_sha256(), nullptr);
    if (made != 1 || size < kKeyBytes) throw Failure(Code::internal, "SHA-256 is not available");
    std::string out = "mln:";
    for (std::size_t i = 0; i < kKeyBytes; ++i) {
        out += kHex[digest[i] >> 4];
        out += kHex[digest[i] & 15];
    }
    return out;
}

Keys::Keys(Host host, const Settings& settings) : host_(host), settings_(settings) {}

bool Keys::are_kept(const std::string& module) {
    if (!is_on() || lost_.contains(module)) return false;
    if (kept_.contains(module)) return true;
    const auto noted = host_.state(state_name(settings_, module));
    if (!noted || noted->empty()) return true;
    lost_.insert(module);
    return false;
}

void Keys::saw(const std::string& module, const json::object& record, const std::string& key) {
    if (!is_on()) return;
    const bool is_kept = text_of(record, field()) == key;
    if (is_kept && kept_.contains(module)) return;
    if (!is_kept && lost_.contains(module)) return;
    (is_kept ? kept_ : lost_).insert(module);
    (is_kept ? lost_ : kept_).erase(module);
    if (!is_kept)
        host_.warn("the CRM did not keep the hub's key on a new record; calls in doubt there need a person",
                   {{"module", module}, {"key_field", field()}});
    note(module, is_kept);
}

/// The record exists, so its call must not fail because of this note.
void Keys::note(const std::string& module, bool is_kept) {
    try {
        const auto noted = host_.state(state_name(settings_, module));
        const bool was_lost = noted && !noted->empty();
        if (was_lost == is_kept) host_.set_state(state_name(settings_, module), is_kept ? "" : "1");
    } catch (const Failure& failure) {
        host_.warn("cannot note whether the CRM keeps keys",
                   {{"module", module}, {"reason", failure.what()}});
    }
}

}  // namespace maillon::sugarcrm
