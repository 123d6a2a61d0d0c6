#pragma once
#include <string>
#include <string_view>

namespace maillon::twitter {

/// The text as people see it: &amp; &lt; &gt; &quot; &#39; decoded once, everything else unchanged.
std::string decoded(std::string_view text);

/// Without the @names at its beginning, which X itself puts before a reply.
std::string_view without_leading_mentions(std::string_view text);

/// A form in which the text we sent equals the text X gives back: decoded, composed (NFC), without leading
/// @names, carriage returns and outer white space, every address replaced by one mark, since X puts its own
/// in their place.
std::string comparable(std::string_view text);

}  // namespace maillon::twitter
