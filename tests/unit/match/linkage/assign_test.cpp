#include "core/match/linkage/assign.h"
#include "core/match/linkage/cluster.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <set>

namespace maillon::match {
namespace {

double worth(const std::vector<Edge>& edges, const std::vector<std::size_t>& chosen) {
    double sum = 0;
    for (const auto at : chosen) sum += edges[at].worth;
    return sum;
}

bool is_one_to_one(const std::vector<Edge>& edges, const std::vector<std::size_t>& chosen) {
    std::set<std::uint32_t> left, right;
    for (const auto at : chosen) {
        if (!left.insert(edges[at].left).second || !right.insert(edges[at].right).second) return false;
    }
    return true;
}

/// The best by trying everything.
double best_by_force(const std::vector<Edge>& edges) {
    double best = 0;
    std::set<std::uint32_t> left, right;
    std::function<void(std::size_t, double)> go = [&](std::size_t at, double sum) {
        best = std::max(best, sum);
        for (; at < edges.size(); ++at) {
            const auto& edge = edges[at];
            if (left.contains(edge.left) || right.contains(edge.right)) continue;
            left.insert(edge.left), right.insert(edge.right);
            go(at + 1, sum + edge.worth);
            left.erase(edge.left), right.erase(edge.right);
        }
    };
    go(0, 0);
    return best;
}

TEST(Assign, GivesUpTheDearestPairWhereTwoOthersAreWorthMore) {
    const std::vector<Edge> edges{{1, 1, 10}, {1, 2, 9}, {2, 1, 9}};

    EXPECT_EQ(assign(edges), (std::vector<std::size_t>{1, 2}));
}

TEST(Assign, IsAsGoodAsTryingEverything) {
    std::mt19937 chance(5);
    for (int round = 0; round < 300; ++round) {
        std::vector<Edge> edges;
        const auto count = 1 + chance() % 12;
        for (std::size_t at = 0; at < count; ++at)
            edges.push_back({static_cast<std::uint32_t>(chance() % 5),
                             static_cast<std::uint32_t>(chance() % 6),
                             1 + static_cast<double>(chance() % 100) / 7});

        const auto chosen = assign(edges);

        ASSERT_TRUE(is_one_to_one(edges, chosen)) << round;
        ASSERT_NEAR(worth(edges, chosen), best_by_force(edges), 1e-9) << round;
    }
}

TEST(Assign, TakesNothingThatIsWorthNothing) {
    EXPECT_TRUE(assign(std::vector<Edge>{{1, 1, 0}, {2, 2, -3}}).empty());
    EXPECT_TRUE(assign({}).empty());
}

TEST(Assign, ManyRecordsThatHangTogetherAreAssignedOneToOneToo) {
    std::vector<Edge> edges;
    std::mt19937 chance(9);
    for (std::uint32_t at = 0; at < 6000; ++at)
        edges.push_back({static_cast<std::uint32_t>(chance() % 1500),
                         static_cast<std::uint32_t>(chance() % 1500), 1.0 + at % 17});

    const auto chosen = assign(edges);

    EXPECT_TRUE(is_one_to_one(edges, chosen));
    EXPECT_GT(chosen.size(), 1000U);
}

TEST(Clusters, AChainOfOneWeakLinkDoesNotMakeTwoGroupsOne) {
    std::vector<Edge> pairs;
    for (const std::uint32_t begin : {0U, 10U}) {
        for (std::uint32_t i = 0; i < 3; ++i) {
            for (std::uint32_t j = i + 1; j < 3; ++j) pairs.push_back({begin + i, begin + j, 12});
        }
    }
    pairs.push_back({2, 10, 4});

    const auto found = clusters(pairs, 1);

    EXPECT_EQ(found, (std::vector<std::vector<std::uint32_t>>{{0, 1, 2}, {10, 11, 12}}));
}

TEST(Clusters, APairThatWasNotComparedIsCarriedByTheOthers) {
    const std::vector<Edge> pairs{{1, 2, 15}, {2, 3, 15}};

    EXPECT_EQ(clusters(pairs, 1), (std::vector<std::vector<std::uint32_t>>{{1, 2, 3}}));
}

TEST(Clusters, WeakPairsBeginNone) {
    EXPECT_TRUE(clusters(std::vector<Edge>{{1, 2, 0.5}}, 1).empty());
}

}  // namespace
}  // namespace maillon::match
