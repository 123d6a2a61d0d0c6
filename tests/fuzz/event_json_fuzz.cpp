#include "core/base/assert.h"
#include "core/base/text.h"
#include "core/event/event.h"

#include <boost/json/serialize.hpp>

#include <cstdint>

namespace {

/// Writing and reading again changes nothing more.
void check_writing(const maillon::Json& json) {
    const auto text = json.dump();
    MAILLON_ASSERT(maillon::is_utf8(text), "JSON was written that is not UTF-8");
    const auto again = maillon::Json::parse(text);
    MAILLON_ASSERT(again && again->dump() == text, "JSON changes when it is written and read");
    const auto value = json.to_boost();
    MAILLON_ASSERT(maillon::Json::from(value).to_boost() == value,
                   "a value changes when it is written and read");
}

}  // namespace

/// Bodies and envelopes as plug-ins hand them over.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto json = maillon::Json::parse({reinterpret_cast<const char*>(data), size});
    if (!json) return 0;
    check_writing(*json);
    if (const auto envelope = maillon::Envelope::from_json(*json)) {
        const auto written = envelope->to_json();
        const auto again = maillon::Envelope::from_json(maillon::Json::from(written));
        MAILLON_ASSERT(again && again->to_json() == written,
                       "an envelope changes when it is written and read");
    }
    return 0;
}
