#include "core/match/linkage/drawing.h"
#include "core/match/linkage/explain.h"
#include "core/match/linkage/link_task.h"
#include "core/match/linkage/metrics.h"
#include "core/match/linkage/model_reader.h"
#include "core/match/linkage/model_writer.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace maillon::match {
namespace {

const std::filesystem::path kData = MAILLON_SOURCE_DIR "/tests/unit/match/linkage/data";
const std::filesystem::path kModels = MAILLON_SOURCE_DIR "/config/matching";
const std::filesystem::path kShared = MAILLON_SOURCE_DIR "/../shared/data/matching";

bool go_on(std::string_view, std::int64_t, std::int64_t) {
    return true;
}

std::string text_of(const std::filesystem::path& file) {
    std::ostringstream out;
    out << std::ifstream(file, std::ios::binary).rdbuf();
    return out.str();
}

Result<LinkTask> task_of(const std::string& model, const TaskFiles& files) {
    return begin_task(*read_model(kModels / model).model, files, go_on);
}

Metrics measured(const LinkTask& task, const std::filesystem::path& truth_file, unsigned threads = 2) {
    const auto linked = link_records(task.model, *task.records, *task.index, {threads, true}, go_on);
    const auto table = Table::read(truth_file);
    const auto truth = Truth::read(*table, task.left_ids, task.right_ids ? &*task.right_ids : nullptr);
    return measure(task.model, *linked, *truth, *task.index);
}

class Sample : public testing::Test {
protected:
    Result<LinkTask> task = task_of("social.yaml", {kData / "contacts.csv", kData / "profiles.csv"});
    void SetUp() override { ASSERT_TRUE(task) << task.error().what; }
};

TEST_F(Sample, InventedPeopleAreLinkedWithFewMistakesAndNoLabels) {
    const auto metrics = measured(*task, kData / "truth.csv");

    EXPECT_GE(metrics.links.precision(), 0.99);
    EXPECT_GE(metrics.links.recall(), 0.40);
    EXPECT_GE(metrics.with_reviews.recall(), 0.75);
    EXPECT_GE(metrics.blocking_recall, 0.88);
}

TEST_F(Sample, IsPreparedAndLearnedAlikeOnAnyNumberOfThreads) {
    const TaskFiles files{kData / "contacts.csv", kData / "profiles.csv"};
    const auto other = begin_task(*read_model(kModels / "social.yaml").model, files, go_on, 4);

    ASSERT_TRUE(other);
    const auto text = text_of(kModels / "social.yaml");
    EXPECT_EQ(with_learned(text, other->model), with_learned(text, task->model));
    for (Records::Row row = 0; row < 500; ++row)
        EXPECT_EQ(other->records->levels(row, row), task->records->levels(row, row));
}

TEST_F(Sample, EveryPartOfTheWorkIsToldOnOneThreadAndEndsWhenItIsToldTo) {
    const TaskFiles files{kData / "contacts.csv", kData / "profiles.csv"};
    for (const std::string_view ends_at : {"reading", "indexing", "learning"}) {
        const auto here = std::this_thread::get_id();
        const auto stopped = begin_task(
            *read_model(kModels / "social.yaml").model, files,
            [&](std::string_view what, std::int64_t done, std::int64_t) {
                EXPECT_EQ(std::this_thread::get_id(), here);
                EXPECT_GT(done, 0);
                return what != ends_at;
            },
            3);
        ASSERT_FALSE(stopped) << ends_at;
        EXPECT_EQ(stopped.error().kind, FaultKind::cancelled) << ends_at;
    }
}

TEST_F(Sample, TheNumberOfThreadsChangesNothing) {
    const auto one = link_records(task->model, *task->records, *task->index, {1, true}, go_on);
    const auto four = link_records(task->model, *task->records, *task->index, {4, true}, go_on);

    ASSERT_EQ(one->decisions.size(), four->decisions.size());
    EXPECT_EQ(one->compared, four->compared);
    for (std::size_t at = 0; at < one->decisions.size(); ++at) {
        ASSERT_EQ(one->decisions[at].pair.left, four->decisions[at].pair.left);
        ASSERT_EQ(one->decisions[at].probability, four->decisions[at].probability);
    }
}

TEST_F(Sample, LearningTwiceGivesTheSameBytes) {
    const auto again = task_of("social.yaml", {kData / "contacts.csv", kData / "profiles.csv"});
    const auto text = text_of(kModels / "social.yaml");

    EXPECT_EQ(with_learned(text, task->model), with_learned(text, again->model));
}

TEST_F(Sample, AModelThatWasLearnedDecidesAsTheOneThatLearns) {
    const auto learned =
        read_model("learned.yaml", with_learned(text_of(kModels / "social.yaml"), task->model));
    ASSERT_TRUE(learned.model);

    const auto other = begin_task(*learned.model, {kData / "contacts.csv", kData / "profiles.csv"}, go_on);

    EXPECT_EQ(measured(*other, kData / "truth.csv").links.right,
              measured(*task, kData / "truth.csv").links.right);
}

TEST_F(Sample, TablesThatStandTheOtherWayRoundAreExchanged) {
    const auto turned = task_of("social.yaml", {kData / "profiles.csv", kData / "contacts.csv"});

    ASSERT_TRUE(turned) << turned.error().what;
    EXPECT_TRUE(turned->is_exchanged);
    EXPECT_EQ(measured(*turned, kData / "truth.csv").links.told,
              measured(*task, kData / "truth.csv").links.told);
}

TEST_F(Sample, AWaterfallAddsUp) {
    const auto linked = link_records(task->model, *task->records, *task->index, {1, false}, go_on);
    ASSERT_FALSE(linked->decisions.empty());
    const auto& pair = linked->decisions.front().pair;

    const auto verdict = explain(*task, pair.right, std::nullopt, go_on);

    ASSERT_TRUE(verdict);
    ASSERT_FALSE(verdict->candidates.empty());
    const auto& best = verdict->candidates.front();
    EXPECT_EQ(best.record_id, task->left_ids.name(pair.left));
    double sum = verdict->prior_bits;
    for (const auto& one : best.waterfall) sum += one.bits;
    EXPECT_NEAR(sum, best.bits, 1e-9);
    EXPECT_NE(waterfall_text(*verdict, best).find("before"), std::string::npos);
    EXPECT_TRUE(draw_waterfall(*verdict, best).starts_with("<svg xmlns="));
}

TEST(Namesakes, ARareNameInOneTownIsNoSurerThanRelativesAllow) {
    const auto decided = [](const std::string& namesakes) {
        auto model =
            read_model("m.yaml", text_of(kModels / "customers.yaml") + "namesakes: " + namesakes).model;
        const auto one = [&](std::string_view names, std::string_view row) {
            return *Table::parse("t.csv", std::string(names) + "\n" + std::string(row) + "\n");
        };
        const auto left =
            one("contact_id,given_name,family_name,city,email", "1,Gwendoline,Quillivéré,Brest,a@b.fr");
        const auto right = one("profile_id,display_name,handle,location,email,link,bio",
                               "9,Gwendoline Quillivéré,gq,Brest,a@b.fr,,");
        const auto records = Records::prepare(*model, left, &right, go_on);
        const Scorer scorer(*model, *records);
        const auto levels = records->levels(0, 0);
        return std::pair(scorer.bits(levels, 0, 0), scorer.namesake_bits(levels, 0, 0));
    };
    const auto [free, nothing] = decided("0");
    const auto [limited, off] = decided("0.005");

    EXPECT_EQ(nothing, 0);
    EXPECT_GT(off, 1);
    EXPECT_NEAR(free - limited, off, 1e-9);
    const auto [family, more] = decided("0.5");
    EXPECT_NEAR(more - off, std::log2(0.5 / 0.005), 0.2)
        << "a limit, whatever the name: the address stands beside it";
    EXPECT_GT(family, 10) << "the address is no namesake's";
}

TEST_F(Sample, ARecordThatNoKeyFindsIsExplainedWhenItIsAskedFor) {
    const auto verdict = explain(*task, 0, 7, go_on);

    ASSERT_TRUE(verdict);
    EXPECT_TRUE(std::ranges::any_of(
        verdict->candidates, [&](const Candidate& one) { return one.record_id == task->left_ids.name(7); }));
}

TEST(OneTable, IsSearchedForDoubles) {
    const auto folder = std::filesystem::path(testing::TempDir());
    const auto contacts = text_of(kData / "contacts.csv");
    const auto rows = contacts.substr(contacts.find('\n') + 1);
    std::string twice = contacts, truth = "a,b\n";
    std::istringstream lines(rows);
    for (std::string line; std::getline(lines, line);) {
        twice += "again-" + line + "\n";
        truth += line.substr(0, line.find(',')) + ",again-" + line.substr(0, line.find(',')) + "\n";
    }
    std::ofstream(folder / "twice.csv") << twice;
    std::ofstream(folder / "twice-truth.csv") << truth;
    auto model = *read_model("m.yaml", R"(model: contacts
fields:
  given: {kind: given_name, column: first_name, swaps_with: family}
  family: {kind: family_name, column: last_name}
  mail: {kind: email, column: email}
  phone: {kind: phone, column: phone}
  city: {kind: city, column: city}
  firm: {kind: company, column: company}
blocking: [mail, phone, given.word + family.word, family + city]
country: FR
)")
                      .model;

    const auto task = begin_task(std::move(model), {folder / "twice.csv", {}}, go_on);

    ASSERT_TRUE(task) << task.error().what;
    EXPECT_GE(measured(*task, folder / "twice-truth.csv").with_reviews.recall(), 0.9);
}

TEST(Truth, NamesThatNoTableHasAreAMistakeOfTheCaller) {
    const auto left = Table::parse("a.csv", "id\n1\n2\n"), right = Table::parse("b.csv", "id\n8\n9\n");
    const auto ids = Ids::read(*left, 0), others = Ids::read(*right, 0);
    const auto wrong = Table::parse("t.csv", "x,y\n77,88\n"), turned = Table::parse("t.csv", "y,x\n9,1\n");

    EXPECT_FALSE(Truth::read(*wrong, *ids, &*others));
    const auto truth = Truth::read(*turned, *ids, &*others);
    ASSERT_TRUE(truth) << truth.error().what;
    EXPECT_TRUE(truth->has(0, 1)) << "columns in either order";
}

TEST(Truth, ThatNamesNoPairMeasuresNothing) {
    const auto ids = Ids::read(*Table::parse("a.csv", "id\na\nb\n"), 0);
    ASSERT_TRUE(ids);
    for (const auto* text : {"left,right\n", "left,right\na,\n", "id,cluster\na,1\nb,2\n"}) {
        const auto truth = Truth::read(*Table::parse("truth.csv", text), *ids, nullptr);
        ASSERT_FALSE(truth) << text;
        EXPECT_EQ(truth.error().what.rfind("truth.csv: no pair stands there", 0), 0U) << truth.error().what;
    }
}

TEST(Truth, ClustersOfOneTableAreAllTheirPairs) {
    const auto table = Table::parse("a.csv", "id\na\nb\nc\nd\n");
    const auto ids = Ids::read(*table, 0);

    const auto truth = Truth::read(*Table::parse("t.csv", "id,cluster\na,1\nb,1\nc,1\nd,2\n"), *ids, nullptr);

    ASSERT_TRUE(truth);
    EXPECT_EQ(truth->pairs().size(), 3U);
    EXPECT_TRUE(truth->has(0, 2));
}

TEST(Truth, AnIdThatStandsTwiceIsToldWithBothLines) {
    const auto table = Table::parse("a.csv", "id\n1\n2\n1\n");

    const auto ids = Ids::read(*table, 0);

    ASSERT_FALSE(ids);
    EXPECT_EQ(ids.error().what,
              "a.csv:4: the id '1' stands already on line 2; the column 'id' has to name each record once");
}

/// The published sets, where they are at hand.
struct Bar {
    const char* model;
    const char* folder;
    const char* left;
    const char* right;
    double precision, recall, f1, with_reviews;
};
TEST(CustomersModel, HasLearnedAndDecidesAboutPeopleItNeverSaw) {
    const auto task = task_of("customers.yaml", {kData / "contacts.csv", kData / "profiles.csv"});
    ASSERT_TRUE(task) << task.error().what;
    ASSERT_TRUE(read_model(kModels / "customers.yaml").model->is_learned());

    const auto metrics = measured(*task, kData / "truth.csv");

    EXPECT_GE(metrics.links.precision(), 0.99);
    EXPECT_GE(metrics.links.recall(), 0.25);
    EXPECT_GE(metrics.with_reviews.recall(), 0.60);
}

class PublishedSets : public testing::TestWithParam<Bar> {};

TEST_P(PublishedSets, AreLinkedAtLeastAsWellAsPromised) {
    const auto& bar = GetParam();
    const auto folder = kShared / bar.folder;
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not there";
    const auto task = task_of(bar.model, {folder / bar.left, folder / bar.right});
    ASSERT_TRUE(task) << task.error().what;

    const auto metrics = measured(*task, folder / "truth.csv");

    EXPECT_GE(metrics.links.precision(), bar.precision);
    EXPECT_GE(metrics.links.recall(), bar.recall);
    EXPECT_GE(metrics.links.f1(), bar.f1);
    EXPECT_GE(metrics.with_reviews.recall(), bar.with_reviews);
}

INSTANTIATE_TEST_SUITE_P(
    All, PublishedSets,
    testing::Values(Bar{"persons.yaml", "febrl4", "a.csv", "b.csv", 0.999, 0.999, 0.999, 0.999},
                    Bar{"restaurants.yaml", "fodors-zagats", "a.csv", "b.csv", 0, 0, 0.99, 0},
                    Bar{"bibliography.yaml", "dblp-acm", "a.csv", "b.csv", 0, 0, 0.975, 0},
                    Bar{"social.yaml", "social10k", "contacts.csv", "profiles.csv", 0.99, 0.40, 0, 0.75},
                    Bar{"customers.yaml", "social10k", "contacts.csv", "profiles.csv", 0.995, 0.25, 0, 0.65}),
    [](const auto& one) {
        const std::string model = one.param.model;
        return std::string(one.param.folder).substr(0, 4) + '_' + model.substr(0, model.find('.'));
    });

}  // namespace
}  // namespace maillon::match
