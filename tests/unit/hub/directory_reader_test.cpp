#include "tests/unit/hub/directory_scene.h"

namespace maillon::hub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(DirectoryTest, ARecordThatIsReadAgainIsCountedOnce) {
    pages({{{record("1", ""), record("2", "")}, "c1", true, {}},
           {{record("2", ""), record("3", "")}, "c2", true, {}}});
    const auto directory = loaded();
    ASSERT_TRUE(directory->read_page(source_, soon()).value());
    ASSERT_TRUE(directory->read_page(source_, soon()).value());
    EXPECT_EQ(directory->records(), 3);
}

TEST_F(DirectoryTest, ChangesAreNoPartOfTheReading) {
    pages({{{record("1", ""), record("2", "")}, "c1", true, {}},
           {{record("1", "")}, "c2", false, {}},
           {{record("2", "")}, "c3", false, {}}});
    const auto directory = loaded();

    for (int i = 0; i < 4; ++i) ASSERT_TRUE(directory->read_page(source_, soon()));

    EXPECT_EQ(directory->records(), 2);
}

TEST_F(DirectoryTest, PagesAreReadFromCursorToCursorUntilNothingIsLeft) {
    pages({{{record("1", "a@b.example"), record("2", "")}, "c1", false, {}},
           {{record("3", "")}, "c2", true, {}}});
    const auto directory = loaded();

    EXPECT_FALSE(directory->read_page(source_, soon()).value());
    EXPECT_FALSE(directory->is_complete());
    EXPECT_EQ(completions_, 0);
    EXPECT_TRUE(directory->read_page(source_, soon()).value());

    EXPECT_TRUE(directory->is_complete());
    EXPECT_EQ(directory->records(), 3);
    EXPECT_THAT(source_.whats("read"), ElementsAre("", "c1"));
    EXPECT_THAT(source_.modules, ElementsAre("Contacts", "Contacts"));
    EXPECT_THAT(source_.asked_fields, ElementsAre("email1", "last_name"));
    EXPECT_THAT(stored(), ElementsAre("1", "2", "3"));
    EXPECT_THAT(found_by_email("a@b.example"), ElementsAre("1"));
}

TEST_F(DirectoryTest, APageThatIsNotTheLastAndMovesNoCursorIsAFailureAndNoEndlessLoop) {
    pages({{{record("1", "")}, {}, false, {}}, {{record("2", "")}, "c1", false, {}}, {{}, "c1", false, {}}});
    const auto directory = loaded();

    const auto without = directory->read_page(source_, soon());
    const auto moved = directory->read_page(source_, soon());
    const auto same = directory->read_page(source_, soon());

    ASSERT_FALSE(without);
    EXPECT_THAT(without.error().what, ::testing::HasSubstr("its cursor stays where it was"));
    EXPECT_THAT(stored(), ElementsAre("1", "2")) << "what came is kept all the same";
    EXPECT_TRUE(moved);
    EXPECT_FALSE(same);
    EXPECT_FALSE(directory->is_complete());
}

TEST_F(DirectoryTest, CompletionIsToldOnceAndAfterItIsOnDisk) {
    pages({{{record("1", "")}, "c1", true, {}}, {{record("1", "")}, "c2", true, {}}});
    std::vector<bool> on_disk;
    DirectoryReader::Parts parts{*database_, clock_, [&] {
                                     const auto progress = database_->read([](db::Reader& r) {
                                         return store::Directory::progress(r, "customers");
                                     });
                                     on_disk.push_back((*progress)->finished.has_value());
                                 }};
    DirectoryReader directory(std::move(parts), "customers", "Contacts",
                              std::make_shared<const match::DirectoryKeys>(customers()));
    ASSERT_TRUE(directory.load());

    EXPECT_TRUE(directory.read_page(source_, soon()).value());
    EXPECT_TRUE(directory.read_page(source_, soon()).value());

    EXPECT_THAT(on_disk, ElementsAre(true));
}

TEST_F(DirectoryTest, DeletedRecordsGoWithTheirKeys) {
    pages({{{record("1", "a@b.example"), record("2", "c@d.example")}, "c1", true, {}},
           {{deleted("1")}, "c2", true, {}}});
    const auto directory = loaded();
    ASSERT_TRUE(directory->read_page(source_, soon()));

    ASSERT_TRUE(directory->read_page(source_, soon()));

    EXPECT_THAT(stored(), ElementsAre("2"));
    EXPECT_THAT(found_by_email("a@b.example"), IsEmpty());
}

TEST_F(DirectoryTest, WithinAPageTheLastWordAboutARecordCounts) {
    pages({{{record("gone", ""), deleted("gone"), deleted("back"), record("back", "")}, "c1", true, {}}});
    const auto directory = loaded();

    ASSERT_TRUE(directory->read_page(source_, soon()));

    EXPECT_THAT(stored(), ElementsAre("back"));
}

TEST_F(DirectoryTest, AChangedRecordIsFoundByItsNewKeysOnly) {
    pages(
        {{{record("1", "old@b.example")}, "c1", true, {}}, {{record("1", "New@B.example")}, "c2", true, {}}});
    const auto directory = loaded();
    ASSERT_TRUE(directory->read_page(source_, soon()));
    ASSERT_TRUE(directory->read_page(source_, soon()));

    EXPECT_THAT(found_by_email("old@b.example"), IsEmpty());
    EXPECT_THAT(found_by_email("new@b.example"), ElementsAre("1"));
}

TEST_F(DirectoryTest, ARecordThatIsNoJsonOrHasNoIdIsLeftOut) {
    auto broken = record("broken", "");
    broken.data = "{";
    auto nameless = record("1", "");
    nameless.key.clear();
    pages({{{broken, nameless, record("2", "")}, "c1", true, {}}});
    const auto directory = loaded();

    ASSERT_TRUE(directory->read_page(source_, soon()));

    EXPECT_THAT(stored(), ElementsAre("2"));
    EXPECT_EQ(directory->records(), 1);
}

TEST_F(DirectoryTest, AFaultInThePageKeepsWhatCameAndIsNoEnd) {
    pages({{{record("1", "")}, "c1", true, fault(FaultKind::rate_limited, seconds{5})},
           {{record("2", "")}, "c2", true, {}}});
    const auto directory = loaded();

    const auto page = directory->read_page(source_, soon());

    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().kind, FaultKind::rate_limited);
    EXPECT_EQ(page.error().retry_after, seconds{5});
    EXPECT_THAT(stored(), ElementsAre("1"));
    EXPECT_FALSE(directory->is_complete());
    EXPECT_EQ(completions_, 0);
    EXPECT_TRUE(directory->read_page(source_, soon()).value());
    EXPECT_THAT(source_.whats("read"), ElementsAre("", "c1"));
    EXPECT_EQ(completions_, 1);
}

TEST_F(DirectoryTest, APageThatCannotBeStoredIsReadAgain) {
    pages({{{record("1", "")}, "c1", true, {}}, {{record("1", "")}, "c1", true, {}}});
    const auto directory = loaded();
    Failing full = [](db::Step step) {
        return step == db::Step::commit ? db::Injected::disk_full : db::Injected::none;
    };
    fail(&full);
    EXPECT_FALSE(directory->read_page(source_, soon()));
    EXPECT_EQ(completions_, 0);
    EXPECT_FALSE(directory->is_complete());
    EXPECT_EQ(directory->records(), 0);

    fail(nullptr);
    EXPECT_TRUE(directory->read_page(source_, soon()).value());
    EXPECT_THAT(source_.whats("read"), ElementsAre("", ""));
    EXPECT_THAT(stored(), ElementsAre("1"));
}

/// Remembers what it was told.
class Listener final : public match::Judge {
public:
    Result<match::Verdict> judge(db::Session&, const match::Person&) const override {
        return match::Verdict{};
    }
    void put(std::span<const store::DirectoryRecord> records) override {
        for (const auto& record : records) told.push_back("put " + record.id);
        on_put();
    }
    void remove(std::span<const std::string> ids) override {
        for (const auto& id : ids) told.push_back("gone " + id);
    }
    std::vector<std::string> told;
    std::function<void()> on_put = [] {};
};

TEST_F(DirectoryTest, WhoKeepsRecordsInMemoryIsToldOfWhatIsOnDiskAndOfNothingElse) {
    pages({{{record("1", "")}, "c1", true, {}},
           {{record("1", "")}, "c1", true, {}},
           {{record("2", ""), deleted("1")}, "c2", true, {}}});
    Listener listener;
    DirectoryReader::Parts parts{*database_, clock_, [] {}, &listener};
    DirectoryReader directory(std::move(parts), "customers", "Contacts",
                              std::make_shared<const match::DirectoryKeys>(customers()));
    ASSERT_TRUE(directory.load());
    Failing full = [](db::Step step) {
        return step == db::Step::commit ? db::Injected::disk_full : db::Injected::none;
    };
    fail(&full);
    EXPECT_FALSE(directory.read_page(source_, soon()));
    EXPECT_THAT(listener.told, IsEmpty()) << "the unit was rolled back";

    fail(nullptr);
    ASSERT_TRUE(directory.read_page(source_, soon()));
    ASSERT_TRUE(directory.read_page(source_, soon()));

    EXPECT_THAT(listener.told, ElementsAre("put 1", "gone 1", "put 2"));
}

/// The store fails between the commit of the last page and the count of the records.
TEST_F(DirectoryTest, AFirstReadingIsCompleteThoughItsRecordsCannotBeCounted) {
    pages({{{record("1", ""), record("2", "")}, "c1", true, {}}, {{record("2", "")}, "c2", true, {}}});
    Listener listener;
    listener.on_put = [&] { table_is("directory_records", true); };
    DirectoryReader::Parts parts{*database_, clock_, [this] { ++completions_; }, &listener};
    DirectoryReader directory(std::move(parts), "customers", "Contacts",
                              std::make_shared<const match::DirectoryKeys>(customers()));
    ASSERT_TRUE(directory.load());

    EXPECT_TRUE(directory.read_page(source_, soon()).value());

    EXPECT_EQ(completions_, 1) << "runs wait for it, and no later page completes it again";
    EXPECT_TRUE(directory.is_complete());
    EXPECT_EQ(directory.records(), 2);
    listener.on_put = [] {};
    table_is("directory_records", false);
    EXPECT_TRUE(directory.read_page(source_, soon()).value());
    EXPECT_EQ(completions_, 1);
    EXPECT_EQ(directory.records(), 2);
}

TEST_F(DirectoryTest, ARestartGoesOnWhereTheReadingStood) {
    pages({{{record("1", "")}, "c1", false, {}}, {{record("2", "")}, "c2", true, {}}});
    auto directory = loaded();
    ASSERT_TRUE(directory->read_page(source_, soon()));
    begin();

    directory = loaded();
    EXPECT_EQ(directory->records(), 1);
    EXPECT_FALSE(directory->is_complete());
    EXPECT_TRUE(directory->read_page(source_, soon()).value());
    EXPECT_THAT(source_.whats("read"), ElementsAre("", "c1"));
    begin();

    directory = loaded();
    EXPECT_TRUE(directory->is_complete());
    EXPECT_EQ(completions_, 1) << "what was complete before the restart is not told again";
}

}  // namespace
}  // namespace maillon::hub
