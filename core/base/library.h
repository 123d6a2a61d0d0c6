#pragma once

#include <string>

namespace maillon {

/// A face that one of our own shared objects offers, or why it is not to be had.
template <class Face>
struct Loaded {
    const Face* face = nullptr;
    std::string problem{};  ///< for people; empty when `face` is there
};

/// Loads `file` from the first folder that has it: the program's own, ../lib/maillon beside it, or the one
/// that the build was told. What `entry` (a function without arguments) returns, or null and a sentence.
///
/// The library stays loaded until the process ends. Nothing else is searched: neither the system's library
/// path nor the environment can put another file in its place.
const void* load_entry(const std::string& file, const char* entry, std::string& problem);

template <class Face>
Loaded<Face> load(const std::string& file, const char* entry) {
    Loaded<Face> out;
    out.face = static_cast<const Face*>(load_entry(file, entry, out.problem));
    return out;
}

}  // namespace maillon
