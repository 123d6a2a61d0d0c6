#pragma once

#include "core/base/library.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maillon {

/// A part of a post that counts as one and is not cut.
struct PostPiece {
    std::size_t end = 0;  ///< byte offset behind it
    std::size_t weight = 0;
};

/// What needs the tables of Unicode. Texts are well-formed UTF-8. Thread-safe.
///
/// Its one implementation (unicode_icu.cpp) lies in a shared object of its own, because ICU would add more
/// than half a megabyte to a hub that never asks.
class Unicode {
public:
    virtual ~Unicode() = default;

    /// For comparing: compatibility forms resolved, case folded, accents removed, and the letters that no
    /// decomposition reaches spelt out (ø → o, ł → l, œ → oe). Vowel signs that are part of the word stay.
    virtual std::string folded(std::string_view text) const = 0;
    virtual std::string lower(std::string_view text) const = 0;
    virtual std::string upper(std::string_view text) const = 0;
    /// Normalisation form C.
    virtual std::string composed(std::string_view text) const = 0;
    /// The words by UAX #29, without what stands between them; views into the text.
    virtual std::vector<std::string_view> words(std::string_view text) const = 0;
    /// Where each character as people count them (extended grapheme cluster, UAX #29) ends.
    virtual std::vector<std::size_t> clusters(std::string_view text) const = 0;
    /// How X counts a text in form C; see maillon/post_text.h.
    virtual std::vector<PostPiece> post_pieces(std::string_view text) const = 0;
    /// The host in A-labels by UTS #46 (IDNA 2008, non-transitional), or nothing when it is no name.
    virtual std::optional<std::string> host_to_ascii(std::string_view host) const = 0;
};

/// Loaded at the first call.
const Loaded<Unicode>& unicode();

}  // namespace maillon
