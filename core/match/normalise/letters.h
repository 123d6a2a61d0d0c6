#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace maillon::match {

constexpr std::uint32_t kNoPoint = 0xFFFFFFFF;

/// The code point at byte `at`, which moves behind it; `kNoPoint` and one byte further where none begins.
std::uint32_t next_point(std::string_view text, std::size_t& at);
std::string utf8(std::uint32_t point);

/// The Greek and Cyrillic letters of a text in lower case and without accents, letter by letter as passports
/// write them; all else stays.
std::string in_latin_letters(std::string_view lower_case);

/// What `point` is written as between two letters, where Greek spells one sound with two letters (ου, αυ,
/// ευ); empty where it stands for itself. Letters may be in either case.
std::string_view greek_pair(std::uint32_t before, std::uint32_t point, std::uint32_t behind);

bool is_cyrillic(std::uint32_t point);

}  // namespace maillon::match
