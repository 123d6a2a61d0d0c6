#pragma once

namespace maillon {

/// Prints the sentence with its place on standard error and aborts.
[[noreturn]] void assertion_failed(const char* sentence, const char* file, int line);

}  // namespace maillon

/// A mistake of ours, never of data from outside. Stays on in release builds.
#define MAILLON_ASSERT(condition, sentence)                                          \
    do {                                                                             \
        if (!(condition)) ::maillon::assertion_failed(sentence, __FILE__, __LINE__); \
    } while (false)
