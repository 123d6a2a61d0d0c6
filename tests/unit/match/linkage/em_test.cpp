#include "core/match/linkage/em.h"

#include <gtest/gtest.h>

#include <random>

namespace maillon::match {
namespace {

/// Pairs of three fields with two levels each, drawn from known shares.
struct Drawn {
    Patterns patterns;
    double matches = 0;
};

constexpr double kM[3] = {0.9, 0.75, 0.6};
constexpr double kU[3] = {0.01, 0.05, 0.2};

Drawn draw(std::size_t pairs, double share, std::uint32_t seed) {
    Drawn out;
    std::mt19937 chance(seed);
    const auto is_so = [&](double probability) {
        return static_cast<double>(chance()) < probability * 4294967296.0;
    };
    for (std::size_t pair = 0; pair < pairs; ++pair) {
        const bool is_match = is_so(share);
        out.matches += is_match ? 1 : 0;
        std::uint64_t levels = 0;
        for (std::size_t field = 0; field < 3; ++field)
            levels |= std::uint64_t{is_so(is_match ? kM[field] : kU[field]) ? 1U : 2U} << (4 * field);
        out.patterns.add(levels);
    }
    return out;
}

LevelTable known_u() {
    return {{0, kU[0], 1 - kU[0]}, {0, kU[1], 1 - kU[1]}, {0, kU[2], 1 - kU[2]}};
}

const LevelTable kStart{{0, 0.8, 0.2}, {0, 0.8, 0.2}, {0, 0.8, 0.2}};

TEST(Em, FindsTheSharesThatThePairsWereDrawnFrom) {
    const auto drawn = draw(40'000, 0.2, 1);

    const auto found =
        learn_m(drawn.patterns, kStart, known_u(), {.masked = {false, false, false}, .start = 0.5});

    EXPECT_NEAR(found.matches, drawn.matches, 0.03 * drawn.matches);
    for (std::size_t field = 0; field < 3; ++field) {
        const double m = found.counts[field][1] / (found.counts[field][1] + found.counts[field][2]);
        EXPECT_NEAR(m, kM[field], 0.03) << field;
    }
}

TEST(Em, FindsFewTruePairsAmongMany) {
    const auto drawn = draw(200'000, 0.01, 2);

    const auto found =
        learn_m(drawn.patterns, kStart, known_u(), {.masked = {false, false, false}, .start = 0.1});

    EXPECT_NEAR(found.matches, drawn.matches, 0.1 * drawn.matches);
}

TEST(Em, AMaskedFieldSaysNothingAboutTheOthers) {
    Drawn drawn = draw(20'000, 0.3, 3);
    Patterns chosen;  // only pairs that agree in the first field, as a key would choose them
    for (const auto& [levels, count] : drawn.patterns.sorted()) {
        if ((levels & 0xF) == 1) chosen.add(levels, count);
    }

    const auto found = learn_m(chosen, kStart, known_u(), {.masked = {true, false, false}, .start = 0.5});

    const double m = found.counts[1][1] / (found.counts[1][1] + found.counts[1][2]);
    EXPECT_NEAR(m, kM[1], 0.03);
}

TEST(Em, AHandfulOfPairsDoesNotTurnOverWhatIsUsual) {
    const std::vector<double> usual{0, 0.8, 0.2};

    const auto few = with_prior(std::vector<double>{0, 0, 3}, usual, kPriorPairs);
    const auto many = with_prior(std::vector<double>{0, 0, 3000}, usual, kPriorPairs);

    EXPECT_GT(few[1], 0.6);
    EXPECT_LT(many[1], 0.01);
    EXPECT_DOUBLE_EQ(few[1] + few[2], 1);
}

TEST(Em, MissingValuesNeitherSpeakNorCount) {
    Patterns patterns;
    patterns.add(0x111, 50);
    patterns.add(0x011, 50);  // the third field is missing

    const auto found = learn_m(patterns, kStart, known_u(), {.masked = {false, false, false}, .start = 0.5});

    EXPECT_NEAR(found.counts[2][1] + found.counts[2][2], found.matches / 2, 1);
}

TEST(Em, NoPairsAreNoMatches) {
    const auto found = learn_m({}, kStart, known_u(), {.masked = {false, false, false}});

    EXPECT_EQ(found.matches, 0);
}

}  // namespace
}  // namespace maillon::match
