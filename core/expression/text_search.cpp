#include "core/expression/text_search.h"

#include "core/expression/utf8.h"

#include <algorithm>

namespace maillon::expression {
namespace {

std::size_t at_most(std::size_t count, std::int64_t limit) {
    return limit < 0 ? count : std::min(count, static_cast<std::size_t>(limit));
}

}  // namespace

std::string_view Pieces::next() {
    const std::size_t end = separator_.empty() ? offset_of(text_, 1) : text_.find(separator_);
    const std::string_view piece = text_.substr(0, end);
    text_.remove_prefix(std::min(text_.size(), piece.size() + separator_.size()));
    return piece;
}

std::size_t count_pieces(std::string_view text, std::string_view separator, std::int64_t limit) {
    const std::size_t all = separator.empty() ? count_points(text) : count_places(text, separator, -1) + 1;
    return at_most(all, limit);
}

std::size_t count_places(std::string_view text, std::string_view what, std::int64_t limit) {
    if (what.empty()) return at_most(count_points(text) + 1, limit);
    std::size_t count = 0;
    for (std::size_t at = text.find(what); at != std::string_view::npos;
         at = text.find(what, at + what.size()))
        ++count;
    return at_most(count, limit);
}

std::string replaced(std::string_view text, std::string_view what, std::string_view with,
                     std::size_t places) {
    std::string out;
    out.reserve(text.size() + places * with.size());
    for (; places > 0; --places) {
        const std::size_t at = text.find(what);
        (out += text.substr(0, at)) += with;
        text.remove_prefix(at + what.size());
        if (!what.empty() || text.empty()) continue;
        const std::size_t one = sequence_length(text.front());
        out += text.substr(0, one);
        text.remove_prefix(one);
    }
    return out += text;
}

}  // namespace maillon::expression
