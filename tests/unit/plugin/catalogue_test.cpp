#include "tests/unit/plugin/plugin_fixture.h"

namespace maillon::plugin {
namespace {

using ::testing::HasSubstr;

using CatalogueTest = PluginTest;

TEST_F(CatalogueTest, FindsAConnectorByItsIdAndLoadsItOnce) {
    install("sample");
    const auto first = catalogue_.find("sample");
    ASSERT_TRUE(first) << first.error().what;
    EXPECT_EQ(first->entry->info.id, "sample");
    const auto second = catalogue_.find("sample");
    ASSERT_TRUE(second);
    EXPECT_EQ(first->module, second->module);
}

TEST_F(CatalogueTest, SaysWhereItLookedAndWhatWasMeant) {
    install("sample");
    const auto found = catalogue_.find("sampel");
    ASSERT_FALSE(found);
    EXPECT_THAT(found.error().what, HasSubstr("no plug-in 'sampel' in " + folder_.path().string()));
    EXPECT_THAT(found.error().what, HasSubstr("did you mean 'sample'?"));
}

TEST_F(CatalogueTest, SaysWhatIsThereWhenNothingIsNear) {
    install("sample");
    const auto found = catalogue_.find("mastodon");
    ASSERT_FALSE(found);
    EXPECT_THAT(found.error().what, HasSubstr("there are sample"));
}

TEST_F(CatalogueTest, RefusesAFileThatIsNotNamedAfterItsConnector) {
    install("sample", "other");
    const auto found = catalogue_.find("other");
    ASSERT_FALSE(found);
    EXPECT_THAT(found.error().what, HasSubstr("holds no connector 'other' but 'sample'"));
}

TEST_F(CatalogueTest, ListsAFileThatIsNotNamedAfterItsConnectorAsBad) {
    install("sample", "other");
    const auto all = catalogue_.all();
    ASSERT_EQ(all.size(), 1u);
    ASSERT_FALSE(all[0].module);
    EXPECT_THAT(all[0].module.error().what, HasSubstr("a file is named after its connector's id"));
}

TEST_F(CatalogueTest, ALinkThatLeadsNowhereIsNotTakenForAMissingPlugIn) {
    std::filesystem::create_symlink("nowhere", folder_.path() / "sample.so");
    const auto found = catalogue_.find("sample");
    ASSERT_FALSE(found);
    EXPECT_THAT(found.error().what, HasSubstr("a link that leads nowhere"));
}

TEST_F(CatalogueTest, ListsEveryFileGoodOrBadInOrder) {
    install("sample");
    install("no_entry");
    const auto all = catalogue_.all();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].file.filename(), "no_entry.so");
    EXPECT_FALSE(all[0].module);
    EXPECT_EQ(all[1].file.filename(), "sample.so");
    EXPECT_TRUE(all[1].module);
}

TEST_F(CatalogueTest, AFolderThatDoesNotExistHoldsNothingAndIsNamed) {
    Catalogue none(std::vector<std::filesystem::path>{folder_.path() / "nowhere"});
    EXPECT_TRUE(none.all().empty());
    const auto found = none.find("sample");
    ASSERT_FALSE(found);
    EXPECT_THAT(found.error().what, HasSubstr("there is no folder " + (folder_.path() / "nowhere").string()));
}

}  // namespace
}  // namespace maillon::plugin
