#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace maillon::twitter {

struct Span {
    std::size_t begin, end;
};

/// The addresses that X would turn into links, from left to right: with http:// or https:// and any host, or
/// a bare host under a known top-level domain (every country's, and the generic ones in common use).
std::vector<Span> find_urls(std::u16string_view text);

}  // namespace maillon::twitter
