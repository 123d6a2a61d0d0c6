#include "core/base/assert.h"
#include "core/config/cron.h"

#include <cstdint>

/// Schedules from anywhere: what is accepted comes again and again, always later; what is refused says where.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    maillon::config::Cron::Mistake mistake;
    const auto cron = maillon::config::Cron::parse(text, mistake);
    if (!cron) {
        MAILLON_ASSERT(!mistake.message.empty() && mistake.begin <= size, "a mistake without place or words");
        return 0;
    }
    const auto utc = [](std::chrono::sys_seconds) { return std::chrono::seconds{0}; };
    maillon::TimePoint moment{std::chrono::hours{24 * 365 * 56}};
    for (int i = 0; i < 3; ++i) {
        const auto next = cron->next(moment, utc);
        MAILLON_ASSERT(next && *next > moment, "a schedule that does not go on");
        moment = *next;
    }
    return 0;
}
