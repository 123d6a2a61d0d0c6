#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace maillon::expression {

/// Cuts a text at a separator, piece by piece; an empty separator cuts between code points.
class Pieces {
public:
    Pieces(std::string_view text, std::string_view separator) : text_(text), separator_(separator) {}
    /// The piece up to the next separator; the caller knows that there is one (count_pieces).
    std::string_view next();
    std::string_view rest() const { return text_; }

private:
    std::string_view text_;
    std::string_view separator_;
};

/// How many pieces a split gives, at most `limit` when that is not negative.
std::size_t count_pieces(std::string_view text, std::string_view separator, std::int64_t limit);

/// How often `what` stands in the text without overlap, at most `limit` when that is not negative. An empty
/// `what` stands before each code point and at the end.
std::size_t count_places(std::string_view text, std::string_view what, std::int64_t limit);
/// The text with its first `places` occurrences replaced; there are that many.
std::string replaced(std::string_view text, std::string_view what, std::string_view with, std::size_t places);

}  // namespace maillon::expression
