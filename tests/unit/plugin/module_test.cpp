#include "tests/unit/plugin/plugin_fixture.h"

#include <fstream>

namespace maillon::plugin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ModuleTest : public PluginTest {
protected:
    /// What is said about a file that must not load.
    static std::string refusal(const std::filesystem::path& file) {
        const auto module = Module::load(file);
        if (module) return "(it was loaded)";
        EXPECT_EQ(module.error().kind, FaultKind::config);
        EXPECT_THAT(module.error().what, StartsWith("plug-in " + file.string() + ": "));
        return module.error().what;
    }
    static void allow(const std::filesystem::path& file, std::filesystem::perms what) {
        std::filesystem::permissions(file, what, std::filesystem::perm_options::add);
    }
};

TEST_F(ModuleTest, ATextFileThatIsCalledSoIsRefusedAsNoLibrary) {
    const auto file = folder_.path() / "text.so";
    std::ofstream(file) << "#!/bin/sh\necho hello\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    EXPECT_THAT(refusal(file), HasSubstr("no shared library (ELF)"));
}

TEST_F(ModuleTest, AnEmptyFileIsRefused) {
    const auto file = folder_.path() / "empty.so";
    std::ofstream(file).flush();
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    EXPECT_THAT(refusal(file), HasSubstr("no shared library (ELF)"));
}

TEST_F(ModuleTest, ALibraryThatIsCutShortAnywhereIsRefusedAndDoesNotEndTheProcess) {
    const auto file = install("sample");
    for (auto size = std::filesystem::file_size(file) * 3 / 4; size > 4; size /= 2) {
        std::filesystem::resize_file(file, size);
        EXPECT_THAT(refusal(file), HasSubstr("cut short")) << size;
    }
}

TEST_F(ModuleTest, ALibraryForAnotherMachineIsRefusedAsSuch) {
    const auto file = install("sample");
    std::fstream(file, std::ios::in | std::ios::out | std::ios::binary).seekp(18).write("\x08\0", 2);  // MIPS
    EXPECT_THAT(refusal(file), HasSubstr("another kind of machine"));
}

TEST_F(ModuleTest, AnObjectFileIsNoSharedLibrary) {
    const auto file = install("sample");
    std::fstream(file, std::ios::in | std::ios::out | std::ios::binary)
        .seekp(16)
        .write("\x01\0", 2);  // ET_REL
    EXPECT_THAT(refusal(file), HasSubstr("is no shared library but a program or a part of one"));
}

TEST_F(ModuleTest, ALinkThatLeadsNowhereIsRefused) {
    const auto file = folder_.path() / "link.so";
    std::filesystem::create_symlink("nowhere", file);
    EXPECT_THAT(refusal(file), HasSubstr("a link that leads nowhere"));
}

TEST_F(ModuleTest, AMissingSymbolIsNamedWithoutTheWordsOfTheLoader) {
    const auto why = refusal(install("missing_symbol"));
    EXPECT_THAT(why, HasSubstr("cannot be loaded: undefined symbol: defined_nowhere; link the library"));
    EXPECT_THAT(why, ::testing::Not(HasSubstr("boost")));
}

TEST_F(ModuleTest, AnEmptyEntryInTheListOfConnectorsIsRefused) {
    EXPECT_THAT(refusal(install("empty_entry")), HasSubstr("an empty entry"));
}

TEST_F(ModuleTest, AMissingFileIsRefused) {
    EXPECT_THAT(refusal(folder_.path() / "nowhere.so"), HasSubstr("No such file"));
}

TEST_F(ModuleTest, AFolderIsRefused) {
    const auto file = folder_.path() / "folder.so";
    std::filesystem::create_directory(file);
    EXPECT_THAT(refusal(file), HasSubstr("not a regular file"));
}

TEST_F(ModuleTest, AFileThatItsGroupCanWriteIsRefusedAndTheMendingCommandIsNamed) {
    const auto file = install("sample");
    allow(file, std::filesystem::perms::group_write);
    EXPECT_THAT(refusal(file), HasSubstr("chmod go-w " + file.string()));
}

TEST_F(ModuleTest, AFileThatEverybodyCanWriteIsRefused) {
    const auto file = install("sample");
    allow(file, std::filesystem::perms::others_write);
    EXPECT_THAT(refusal(file), HasSubstr("writable by others"));
}

TEST_F(ModuleTest, AFileInAFolderThatEverybodyCanWriteIsRefused) {
    const auto file = install("sample");
    allow(folder_.path(), std::filesystem::perms::others_write);
    EXPECT_THAT(refusal(file), HasSubstr("chmod o-w " + folder_.path().string()));
}

TEST_F(ModuleTest, ALibraryWithoutTheEntryIsRefused) {
    EXPECT_THAT(refusal(install("no_entry")), HasSubstr("exports no maillon_module_entry"));
}

TEST_F(ModuleTest, AnotherMajorOfTheAbiIsRefusedBeforeAnythingElseIsLookedAt) {
    EXPECT_THAT(refusal(install("wrong_major")), HasSubstr("built for ABI 2, this hub speaks ABI 1"));
}

TEST_F(ModuleTest, AModuleThatNeedsALaterMinorIsRefused) {
    EXPECT_THAT(refusal(install("newer_minor")), HasSubstr("needs ABI 1.1, this hub offers 1.0"));
}

TEST_F(ModuleTest, AConnectorWithoutAnIdIsRefused) {
    EXPECT_THAT(refusal(install("no_id")), HasSubstr("a connector without an id"));
}

TEST_F(ModuleTest, AGoodOneTellsWhatItIs) {
    const auto module = Module::load(install("sample"));
    ASSERT_TRUE(module) << module.error().what;
    ASSERT_EQ((*module)->connectors().size(), 1u);
    const auto& info = (*module)->connectors().front().info;
    EXPECT_EQ(info.id, "sample");
    EXPECT_EQ(info.name, "Sample");
    EXPECT_EQ(info.version, "1.2.3");
    EXPECT_EQ(info.vendor, "Tests");
    EXPECT_EQ(info.summary, "For the tests of the hub");
    EXPECT_EQ(info.docs_url, "https://example.com/docs");
    EXPECT_EQ(info.max_batch, 3u);
    EXPECT_TRUE(info.config_schema.at("properties").as_object().contains("greeting"));
    EXPECT_TRUE(info.polls && info.receives && info.delivers && info.processes && info.reconciles &&
                info.reads_directory);
    EXPECT_EQ(info.events.at("message.received").title, "A message came");
    EXPECT_EQ((*module)->sha256().size(), 64u);
}

TEST_F(ModuleTest, WhatAProcessorIsAskedAndGivesIsNoOperationThatRoutesCall) {
    const auto module = Module::load(install("sample"));
    ASSERT_TRUE(module);
    const auto& info = (*module)->connectors().front().info;

    ASSERT_TRUE(info.process);
    EXPECT_EQ(info.process->title, "Says it back");
    EXPECT_TRUE(info.process->arguments.at("properties").as_object().contains("how"));
    EXPECT_TRUE(info.process->result.at("properties").as_object().contains("said"));
    EXPECT_EQ(info.operation("process"), nullptr);
}

TEST_F(ModuleTest, OperationsTellWhetherTheyMayBeRepeatedAndWhatTheyChange) {
    const auto module = Module::load(install("sample"));
    ASSERT_TRUE(module);
    const auto& info = (*module)->connectors().front().info;
    const auto* say = info.operation("say");
    ASSERT_NE(say, nullptr);
    EXPECT_EQ(say->title, "Say it");
    EXPECT_TRUE(say->outbound);
    EXPECT_FALSE(say->is_repeatable());
    EXPECT_THAT(say->target, ElementsAre("how"));
    EXPECT_TRUE(say->arguments.at("properties").as_object().contains("how"));
    EXPECT_TRUE(info.operation("look")->is_repeatable());
    EXPECT_TRUE(info.operation("put")->is_repeatable());
    EXPECT_EQ(info.operation("shout"), nullptr);
}

}  // namespace
}  // namespace maillon::plugin
