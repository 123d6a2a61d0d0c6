#include "core/match/linkage/comparer.h"

#include "core/match/linkage/link_task.h"
#include "core/match/linkage/model_reader.h"

#include <gtest/gtest.h>

namespace maillon::match {
namespace {

const std::filesystem::path kData = MAILLON_SOURCE_DIR "/tests/unit/match/linkage/data";
const std::filesystem::path kModels = MAILLON_SOURCE_DIR "/config/matching";

LinkTask task_of(const char* file, const TaskFiles& files) {
    Model model = *read_model(kModels / file).model;
    model.id_columns[0].push_back("contact_id");
    return begin_task(std::move(model), files, [](auto, auto, auto) { return true; }).value();
}

constexpr Records::Row kStep = 4;  // every so manieth of the right is enough

/// Compares every left record with those of the right, both ways. How many pairs agreed more than strangers.
std::size_t hold_against_pairs(const LinkTask& task) {
    const auto& records = *task.records;
    const Scorer scorer(task.model, records);
    Comparer comparer(records);
    std::size_t agreed = 0;
    for (Records::Row right = 0; right < records.rows(Side::right); right += kStep) {
        comparer.clear();
        for (Records::Row left = 0; left < records.rows(Side::left); ++left) comparer.add(left);
        const auto levels = comparer.levels(right);
        const auto bits = comparer.bits(scorer, right);
        for (const auto left : comparer.lefts()) {
            const auto alone = records.levels(left, right);
            EXPECT_EQ(levels[left], alone) << left << " and " << right;
            EXPECT_EQ(bits[left], scorer.bits(alone, left, right)) << left << " and " << right;
            agreed += bits[left] > 0 ? 1 : 0;
            if (::testing::Test::HasFailure()) return agreed;
        }
    }
    return agreed;
}

TEST(Comparer, SaysOfAllCandidatesAtOnceWhatIsSaidOfEachToTheLastBit) {
    const auto task = task_of("social.yaml", {kData / "contacts.csv", kData / "profiles.csv"});
    EXPECT_GT(hold_against_pairs(task), task.records->rows(Side::right) / (2 * kStep));
}

TEST(Comparer, SaysTheSameInOneTable) {
    const auto task = task_of("persons.yaml", {kData / "contacts.csv", {}});
    EXPECT_GT(hold_against_pairs(task), task.records->rows(Side::right) / (2 * kStep));
}

}  // namespace
}  // namespace maillon::match
