#pragma once
// How X counts a post, for whoever writes or checks one: the connector, the language of the routes, the
// sandbox. Depends on ICU alone, and when it is built on the public suffix list; link maillon_post_text.
//
// Source: X, "Counting characters" (docs.x.com/fundamentals/counting-characters) and configuration 3 of its
// open library twitter-text, which is the oracle of the tests.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::post_text {

/// A part of a text that counts as one and is not cut: a character as people see it, or an address.
struct Piece {
    std::size_t end = 0;  ///< byte offset behind it
    std::size_t weight = 0;
};

/// Byte offsets.
struct Span {
    std::size_t begin = 0, end = 0;
};

/// The pieces of a text in form C, from left to right. An address weighs 23 and an emoji 2, however long its
/// sequence; of the rest the code points up to U+10FF and the dashes, spaces and quotation marks of general
/// punctuation weigh 1, all others 2. Bytes that are no UTF-8 count as U+FFFD. Thread-safe.
std::vector<Piece> pieces(std::string_view text);

/// The weight of a whole text in any form; it is composed (form C) first, as X does. Thread-safe.
std::size_t weighted_length(std::string_view text);

/// The addresses that X would turn into links, from left to right: a host under a top-level domain of
/// the public suffix list, with or without http:// or https://, with port and path. Thread-safe.
std::vector<Span> addresses(std::string_view text);

/// Normalisation form C; what is no UTF-8 becomes U+FFFD. Thread-safe.
std::string composed(std::string_view text);

}  // namespace maillon::post_text
