#include "core/base/phone_book.h"
#include "core/expression/conformance.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace maillon::expression {
namespace {

const std::filesystem::path kFolder =
    std::filesystem::path(MAILLON_SOURCE_DIR) / "tests/unit/expression/data/cases";

boost::json::array cases_of(const std::string& name) {
    std::ifstream in(kFolder / (name + ".json"));
    std::stringstream text;
    text << in.rdbuf();
    return boost::json::parse(text.str()).as_array();
}

struct File {
    const char* name;
    std::size_t cases;  ///< so that none gets lost
};

class OwnCases : public testing::TestWithParam<File> {};

TEST_P(OwnCases, AllPass) {
    if (GetParam().name == std::string_view("phone") && phone_book().face == nullptr)
        GTEST_SKIP() << phone_book().problem;
    const boost::json::array cases = cases_of(GetParam().name);

    for (const auto& each : cases) {
        const boost::json::object& one = each.as_object();
        const CaseResult result = run_case(one);
        EXPECT_TRUE(result.passed) << one.at("expr").as_string() << "\n  by " << one.at("source").as_string()
                                   << "\n  expected " << result.expected << "\n  gave " << result.got;
    }
    EXPECT_GE(cases.size(), GetParam().cases);
}

INSTANTIATE_TEST_SUITE_P(Library, OwnCases,
                         testing::Values(File{"calendar", 43}, File{"email", 36}, File{"format", 102},
                                         File{"language", 183}, File{"lists", 32}, File{"network", 47},
                                         File{"phone", 25}, File{"regex", 31}, File{"sets", 16},
                                         File{"text", 46}, File{"time", 108}, File{"values", 147},
                                         File{"weighted", 24}),
                         [](const auto& file) { return std::string(file.param.name); });

}  // namespace
}  // namespace maillon::expression
