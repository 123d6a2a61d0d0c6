#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string_view>

namespace maillon::match {

/// A perceptual hash of 64 bits from its sixteen hexadecimal digits; nothing for other texts and for those of
/// the networks' default pictures and of even surfaces, which say nothing about a person.
std::optional<std::uint64_t> picture(std::string_view hex);

/// How many bits differ: up to 6 is the same picture, about 32 an unrelated one.
constexpr int picture_distance(std::uint64_t a, std::uint64_t b) {
    return std::popcount(a ^ b);
}

}  // namespace maillon::match
