#pragma once

#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace maillon {

/// Knows the values of all secrets and takes them out of texts. Thread-safe.
///
/// A secret is found as it is, percent-encoded (URLs, forms) and as JSON writes it. What it cannot find is a
/// secret in another coat (base64 of more than the secret, a digest, a part of it): do not log bodies.
class Redactor {
public:
    /// Shorter ones would tear every text apart without hiding anything.
    static constexpr std::size_t kShortest = 4;

    /// False, and nothing registered, for a value shorter than `kShortest`. Adding twice needs removing
    /// twice.
    bool add(std::string_view secret);
    /// For a secret that is no longer valid (a rotated token).
    void remove(std::string_view secret);

    /// `text` with every registered secret replaced by "•••".
    std::string clean(std::string_view text) const;

private:
    struct Entry {
        std::string found;   ///< the form looked for
        std::string secret;  ///< the secret it belongs to
    };

    mutable std::shared_mutex mutex_;
    std::vector<Entry> entries_;  ///< longest `found` first, so that a secret within another leaves no rest
};

}  // namespace maillon
