#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace maillon {
inline namespace web {

/// Name and value, both decoded, in the order in which they stand.
using QueryParameters = std::vector<std::pair<std::string, std::string>>;

/// Replaces %41 by 'A'. A '%' that two hex digits do not follow stays as it is. With `plus_is_space` also '+'
/// by ' '.
std::string percent_decode(std::string_view text, bool plus_is_space = false);

/// RFC 3986: everything but unreserved characters becomes %XX.
std::string percent_encode(std::string_view text);

/// Reads "a=1&b=x%20y+z": a query string or an application/x-www-form-urlencoded body.
QueryParameters parse_query(std::string_view text);

/// The first value of that name; names are compared with case.
std::optional<std::string_view> find_parameter(const QueryParameters& parameters, std::string_view name);

/// "/a/b%2Fc" as {"a", "b/c"}: split first, then decoded. Empty segments are dropped.
std::vector<std::string> path_segments(std::string_view path);

}  // namespace web
}  // namespace maillon
