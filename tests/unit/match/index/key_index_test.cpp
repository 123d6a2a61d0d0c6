#include "core/match/index/key_index.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace maillon::match {
namespace {

constexpr std::uint64_t key(std::uint64_t n) {
    return n * 0x9E3779B97F4A7C15u;
}

std::vector<KeyIndex::Found> found(const KeyIndex& index, std::initializer_list<KeyIndex::Asked> keys) {
    std::vector<KeyIndex::Found> out;
    index.look_up(std::vector(keys), out);
    return out;
}

TEST(KeyIndex, FindsTheRowsOfAnyKeyTheRareOnesFirst) {
    KeyIndex index({});
    for (const KeyIndex::Row row : {9U, 2U, 5U}) index.add(key(1), row);
    index.add(key(2), 5);

    const auto rows = found(index, {{key(1), 0}, {key(2), 3}, {key(3), 4}});

    EXPECT_EQ(rows, (std::vector<KeyIndex::Found>{{5, 0b1001}, {2, 1}, {9, 1}}));
}

TEST(KeyIndex, TakesARowOnceAndLetsItGo) {
    KeyIndex index({});
    index.add(key(1), 7);
    index.add(key(1), 7);
    index.add(key(1), 8);
    EXPECT_EQ(index.rows_of(key(1)), 2u);

    index.remove(key(1), 7);
    index.remove(key(1), 7);
    index.remove(key(2), 7);
    EXPECT_EQ(index.rows_of(key(1)), 1u);
    index.remove(key(1), 8);

    EXPECT_EQ(index.rows_of(key(1)), 0u);
    EXPECT_EQ(index.keys(), 0u);
    EXPECT_TRUE(found(index, {{key(1), 0}}).empty());
}

TEST(KeyIndex, PassesOverAKeyOfTooManyRows) {
    KeyIndex index({.largest = 3, .most = 10});
    for (KeyIndex::Row row = 0; row < 3; ++row) index.add(key(1), row);
    EXPECT_EQ(found(index, {{key(1), 0}}).size(), 3u);

    index.add(key(1), 3);

    EXPECT_EQ(index.rows_of(key(1)), 4u);
    EXPECT_TRUE(found(index, {{key(1), 0}}).empty());
}

TEST(KeyIndex, GivesNoMoreRowsThanAskedFor) {
    KeyIndex index({.largest = 100, .most = 5});
    for (KeyIndex::Row row = 0; row < 90; ++row) index.add(key(1), row);
    index.add(key(2), 95);

    const auto rows = found(index, {{key(1), 0}, {key(2), 1}});

    ASSERT_EQ(rows.size(), 5u);
    EXPECT_EQ(rows.front().row, 95u);
}

/// Held against a map through a long life of changes.
TEST(KeyIndex, IsWhatAMapOfSetsWouldBe) {
    std::mt19937 random(7);
    KeyIndex index({.largest = 20, .most = 10'000});
    std::map<std::uint64_t, std::set<KeyIndex::Row>> model;
    std::set<std::uint64_t> common;
    for (int i = 0; i < 60'000; ++i) {
        // Some keys are met often.
        const std::uint64_t k = key(random() % (random() % 10 == 0 ? 30 : 9000));
        const auto row = static_cast<KeyIndex::Row>(random() % 400);
        if (random() % 3 != 0) {
            index.add(k, row);
            if (!common.contains(k)) model[k].insert(row);
            if (model[k].size() > 20) common.insert(k), model.erase(k);
        } else {
            index.remove(k, row);
            if (!common.contains(k)) model[k].erase(row);
        }
    }
    ASSERT_GT(common.size(), 5u);

    std::vector<KeyIndex::Found> rows;
    for (int n = 0; n < 9000; ++n) {
        const std::uint64_t k = key(static_cast<std::uint64_t>(n));
        const KeyIndex::Asked asked{k, 0};
        index.look_up({&asked, 1}, rows);
        std::set<KeyIndex::Row> got;
        for (const auto& one : rows) got.insert(one.row);
        ASSERT_EQ(got, model.contains(k) ? model[k] : std::set<KeyIndex::Row>{}) << n;
        ASSERT_EQ(got.size(), rows.size());
    }
}

}  // namespace
}  // namespace maillon::match
