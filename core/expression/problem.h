#pragma once

#include <boost/system/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::expression {

/// One thing that is wrong with an expression, at compile time or in one evaluation.
struct Problem {
    std::string message;    ///< "no such key 'lang' in event"
    std::size_t begin = 0;  ///< bytes [begin, end) of the source that it is about
    std::size_t end = 0;
    std::string hint;  ///< what to write instead, may be empty

    friend bool operator==(const Problem&, const Problem&) = default;
};

/// "message; hint", on one line.
std::string to_string(const Problem& problem);

/// Line and column, both from 1, of a byte offset; the column counts code points.
struct Place {
    std::size_t line = 1;
    std::size_t column = 1;
    friend bool operator==(const Place&, const Place&) = default;
};
Place place_of(std::string_view source, std::size_t offset);

/// A compiled thing, or everything that is wrong with its source (never empty then).
template <class T>
using Compiled = boost::system::result<T, std::vector<Problem>>;

/// Asking a failed compilation for its value is a mistake in our code; it ends in this exception.
[[noreturn]] void throw_exception_from_error(const std::vector<Problem>& problems,
                                             const boost::source_location& where);

}  // namespace maillon::expression
