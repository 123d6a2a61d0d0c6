#include "core/base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace maillon {

void assertion_failed(const char* sentence, const char* file, int line) {
    std::fprintf(stderr, "maillon: internal error: %s (%s:%d)\n", sentence, file, line);
    std::abort();
}

}  // namespace maillon
