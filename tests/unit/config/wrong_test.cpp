// Every wrong configuration in data/wrong beside what Maillon says about it. To write the expectations anew
// after a change of wording, run with MAILLON_WRITE_EXPECTED=1 and read the difference.
#include "config_testing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace maillon::config {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> wrong_files() {
    std::vector<fs::path> out;
    for (const auto& entry : fs::directory_iterator(fs::path(MAILLON_TEST_DATA) / "wrong")) {
        if (entry.path().extension() == ".yaml") out.push_back(entry.path());
    }
    std::ranges::sort(out);
    return out;
}

std::string diagnose(const fs::path& path) {
    const auto result =
        load_texts({{path.filename().string(), read_file(path)}}, "/etc/maillon", test_environment());
    return render(result.diagnostics, *result.sources);
}

class Wrong : public testing::TestWithParam<fs::path> {};

TEST_P(Wrong, IsExplainedInExactlyTheseWords) {
    const auto expected = fs::path(GetParam()).replace_extension(".expected");

    const std::string said = diagnose(GetParam());

    if (std::getenv("MAILLON_WRITE_EXPECTED") != nullptr) std::ofstream(expected) << said;
    EXPECT_FALSE(said.empty());
    EXPECT_EQ(said, read_file(expected));
}

INSTANTIATE_TEST_SUITE_P(Data, Wrong, testing::ValuesIn(wrong_files()), [](const auto& test) {
    std::string name = test.param.stem().string();
    std::ranges::replace_if(
        name, [](char c) { return c == '-' || c == '.'; }, '_');
    return name;
});

TEST(WrongFiles, AreManyEnoughToMeanSomething) {
    EXPECT_GE(wrong_files().size(), 40u);
}

}  // namespace
}  // namespace maillon::config
