#include "core/base/assert.h"
#include "core/base/time.h"

#include <cstdint>

/// Times and spans from anywhere: whatever is accepted can be written, and reads back as the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto moment = maillon::parse_rfc3339(text)) {
        const auto again = maillon::parse_rfc3339(maillon::to_rfc3339(*moment));
        MAILLON_ASSERT(again && *again == *moment, "a time changes when it is written and read");
    }
    if (const auto span = maillon::parse_span(text)) {
        const auto again = maillon::parse_span(maillon::to_span(*span));
        MAILLON_ASSERT(again && *again == *span, "a span changes when it is written and read");
    }
    return 0;
}
