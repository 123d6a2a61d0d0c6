#include "tests/faults/model/trial.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

namespace maillon::faults {
namespace {

std::uint64_t wish(const char* name, std::uint64_t usual) {
    const char* value = std::getenv(name);
    return value == nullptr ? usual : std::strtoull(value, nullptr, 10);
}

/// MAILLON_SEED=N plays from story N on, MAILLON_STORIES=N so many of them.
TEST(Model, WhateverHappensJournalAndDeliverEndAsTheModelSays) {
    const auto first = wish("MAILLON_SEED", std::random_device{}());
    const auto count = wish("MAILLON_STORIES", 10'000);
    std::printf("stories %llu and the %llu behind it\n", static_cast<unsigned long long>(first),
                static_cast<unsigned long long>(count - 1));
    std::fflush(stdout);  // also known when the test is killed
    for (auto seed = first; seed < first + count; ++seed) {
        const auto story = story_of(seed);
        const auto complaints = play(story);
        if (complaints.empty()) continue;
        // What hangs takes a minute to say so, and is not shrunk.
        const bool hangs = complaints.front().find("come to rest") != std::string::npos;
        const auto [shortest, why] = hangs ? std::pair(story, complaints) : shrunk(story);
        FAIL() << "story " << seed << " (MAILLON_SEED=" << seed
               << " MAILLON_STORIES=1): " << ::testing::PrintToString(complaints) << "\n"
               << told(story) << "shrunk, " << ::testing::PrintToString(why) << ":\n"
               << told(shortest);
    }
}

}  // namespace
}  // namespace maillon::faults
