#include "core/base/assert.h"
#include "core/plugin/elf_file.h"

#include <cstdint>

/// Any bytes are judged without reading beyond them, and what can be loaded can be loaded with more behind
/// it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string file(reinterpret_cast<const char*>(data), size);
    if (maillon::plugin::why_not_loadable(file).empty())
        MAILLON_ASSERT(maillon::plugin::why_not_loadable(file + "more").empty(), "more bytes spoil a file");
    return 0;
}
