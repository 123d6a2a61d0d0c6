#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace maillon::match {

/// A fixed list of words, in any order, for asking whether one is among them.
template <std::size_t N>
class WordList {
public:
    explicit constexpr WordList(const std::string_view (&list)[N]) {
        std::ranges::copy(list, words_.begin());
        std::ranges::sort(words_);
    }
    constexpr bool has(std::string_view word) const { return std::ranges::binary_search(words_, word); }

private:
    std::array<std::string_view, N> words_{};
};

}  // namespace maillon::match
