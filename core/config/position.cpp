#include "core/config/position.h"

#include <algorithm>
#include <string_view>

namespace maillon::config {
namespace {

std::uint32_t characters(std::string_view text) {
    const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; };
    return static_cast<std::uint32_t>(std::ranges::count_if(text, begins));
}

}  // namespace

bool Scalar::is_null() const {
    return is_plain() && !is_substituted && (text.empty() || text == "~" || text == "null");
}

Place place_in(const Scalar& scalar, std::size_t offset) {
    Place place = scalar.place;
    place.length = 1;
    if (!place.is_known() || scalar.is_substituted) return scalar.place;
    offset = std::min(offset, scalar.text.size());
    std::size_t from = 0;
    const auto after = std::ranges::upper_bound(scalar.runs, offset, {}, &Scalar::Run::offset);
    if (after != scalar.runs.begin()) {
        const auto& run = *std::prev(after);
        place.line = run.line;
        place.column = run.column;
        from = run.offset;
    }
    place.column += characters(std::string_view(scalar.text).substr(from, offset - from));
    return place;
}

Place place_in(const Scalar& scalar, std::size_t begin, std::size_t end) {
    Place place = place_in(scalar, begin);
    if (end <= begin + 1) return place;
    const Place last = place_in(scalar, end - 1);
    if (last.line == place.line && last.column > place.column) place.length = last.column - place.column + 1;
    return place;
}

}  // namespace maillon::config
