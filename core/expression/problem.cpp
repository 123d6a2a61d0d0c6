#include "core/expression/problem.h"

#include <algorithm>
#include <stdexcept>

namespace maillon::expression {

std::string to_string(const Problem& problem) {
    return problem.hint.empty() ? problem.message : problem.message + "; " + problem.hint;
}

Place place_of(std::string_view source, std::size_t offset) {
    Place place;
    for (const char c : source.substr(0, std::min(offset, source.size()))) {
        if (c == '\n') {
            ++place.line;
            place.column = 1;
        } else if ((static_cast<unsigned char>(c) & 0xC0u) != 0x80u) {
            ++place.column;
        }
    }
    return place;
}

void throw_exception_from_error(const std::vector<Problem>& problems, const boost::source_location&) {
    throw std::logic_error(problems.empty() ? "an expression that does not compile"
                                            : to_string(problems.front()));
}

}  // namespace maillon::expression
