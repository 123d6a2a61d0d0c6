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

const std::filesystem::path kOwn =
    std::filesystem::path(MAILLON_SOURCE_DIR) / "tests/unit/expression/data/cases.json";
const std::filesystem::path kOfficial =
    std::filesystem::path(MAILLON_SOURCE_DIR) / "../shared/conformance/cel";

boost::json::array cases_of(const std::filesystem::path& path) {
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    return boost::json::parse(text.str()).as_array();
}

struct Tally {
    std::size_t passed = 0;
    std::string failures;
};

Tally run_all(const boost::json::array& cases) {
    Tally tally;
    for (const auto& each : cases) {
        const auto& one = each.as_object();
        const CaseResult result = run_case(one);
        if (result.passed) {
            ++tally.passed;
        } else {
            tally.failures += "\n  " + std::string(one.at("expr").as_string()) + "\n    expected " +
                              result.expected + "\n    gave " + result.got;
        }
    }
    return tally;
}

TEST(Conformance, OurOwnSampleOfTheLanguagePasses) {
    const boost::json::array cases = cases_of(kOwn);

    const Tally tally = run_all(cases);

    EXPECT_GE(cases.size(), 60u);
    EXPECT_EQ(tally.passed, cases.size()) << tally.failures;
}

struct Floor {
    const char* file;
    std::size_t passes;
};

class OfficialCases : public testing::TestWithParam<Floor> {};

TEST_P(OfficialCases, PassUpToTheFloorThatIsKept) {
    const auto path = kOfficial / (std::string(GetParam().file) + ".json");
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "the official cases are not beside this tree";

    const Tally tally = run_all(cases_of(path));

    EXPECT_GE(tally.passed, GetParam().passes) << tally.failures;
}

INSTANTIATE_TEST_SUITE_P(Cel, OfficialCases,
                         testing::Values(Floor{"basic", 26}, Floor{"bindings_ext", 5},
                                         Floor{"comparisons", 200}, Floor{"conversions", 65},
                                         Floor{"encoders_ext", 2}, Floor{"fields", 36}, Floor{"fp_math", 18},
                                         Floor{"integer_math", 38}, Floor{"lists", 23}, Floor{"logic", 18},
                                         Floor{"macros", 26}, Floor{"macros2", 28}, Floor{"math_ext", 119},
                                         Floor{"namespace", 8}, Floor{"network_ext", 41},
                                         Floor{"optionals", 35}, Floor{"parse", 116}, Floor{"plumbing", 3},
                                         Floor{"string", 31}, Floor{"string_ext", 128},
                                         Floor{"timestamps", 47}, Floor{"type_deduction", 16}),
                         [](const auto& floor) { return std::string(floor.param.file); });

}  // namespace
}  // namespace maillon::expression
