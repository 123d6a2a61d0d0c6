#include "maillon/known_effects.hpp"

#include <gtest/gtest.h>

namespace maillon {
namespace {

TEST(KnownEffects, TellsWhatAnotherCallHasMade) {
    KnownEffects known;
    known.note("555", "a");

    EXPECT_TRUE(known.is_of_another("555", "b"));
    EXPECT_FALSE(known.is_of_another("555", "a"));
    EXPECT_FALSE(known.is_of_another("556", "b")) << "nobody knows whose that is";
    known.note("555", "b");
    EXPECT_FALSE(known.is_of_another("555", "b")) << "what was said last counts";
}

TEST(KnownEffects, ForgetsTheOldestOfMoreThanTenThousand) {
    KnownEffects known;
    for (int i = 0; i <= 10'000; ++i) known.note(std::to_string(i), "a");

    EXPECT_FALSE(known.is_of_another("0", "b"));
    EXPECT_TRUE(known.is_of_another("1", "b"));
    EXPECT_TRUE(known.is_of_another("10000", "b"));
}

}  // namespace
}  // namespace maillon
