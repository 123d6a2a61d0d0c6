#include "ids.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace sandbox {

std::uint64_t Snowflakes::next() {
    constexpr std::int64_t kEpoch = 1'288'834'974'657;  // when X began to count
    const auto moment =
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, maillon::millis(clock_.now()) - kEpoch));
    last_ = std::max(last_ + 1, moment << 22U);
    return last_;
}

std::string Chance::uuid() {
    const std::uint64_t a = engine_();
    const std::uint64_t b = engine_();
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%08x-%04x-11ef-%04x-%012llx", static_cast<unsigned>(a >> 32U),
                  static_cast<unsigned>((a >> 16U) & 0xffffU), static_cast<unsigned>(0x8000U | (a & 0x3fffU)),
                  static_cast<unsigned long long>(b & 0xffff'ffff'ffffULL));
    return text.data();
}

std::string Chance::digits(int count) {
    std::string text(1, static_cast<char>('1' + below(9)));
    while (static_cast<int>(text.size()) < count) text.push_back(static_cast<char>('0' + below(10)));
    return text;
}

}  // namespace sandbox
