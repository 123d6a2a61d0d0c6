#include "core/expression/functions.h"
#include "core/expression/macros.h"
#include "tests/unit/expression/support.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace maillon::expression {
namespace {

std::string manual() {
    std::ifstream in(std::string(MAILLON_SOURCE_DIR) + "/docs/expressions.md");
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

/// The contents of the fenced blocks of one language.
std::vector<std::string> blocks(const std::string& text, const std::string& language) {
    std::vector<std::string> out;
    const std::string open = "\n```" + language + "\n", close = "\n```";
    for (std::size_t at = text.find(open); at != std::string::npos; at = text.find(open, at)) {
        at += open.size();
        const std::size_t end = text.find(close, at);
        out.push_back(text.substr(at, end - at));
    }
    return out;
}

struct Example {
    std::string expression;
    std::string result;
};

/// An expression ends at the line that tells its result behind "# => ".
std::vector<Example> examples(const std::string& block) {
    constexpr std::string_view kMark = "# => ";
    std::vector<Example> out;
    std::istringstream lines(block);
    std::string expression;
    for (std::string line; std::getline(lines, line);) {
        const std::size_t mark = line.find(kMark);
        expression += line.substr(0, mark) + "\n";
        if (mark == std::string::npos) continue;
        out.push_back({expression, line.substr(mark + kMark.size())});
        expression.clear();
    }
    EXPECT_EQ(expression.find_first_not_of(" \n"), std::string::npos) << "without a result: " << expression;
    return out;
}

bool agrees(const std::string& got, const std::string& told) {
    if (!told.starts_with("error: ")) return got == told;
    const bool failed = got.starts_with("error: ") || got.starts_with("problem: ");
    return failed && got.find(told.substr(7)) != std::string::npos;
}

TEST(Manual, EveryExampleHasTheResultThatItTells) {
    const std::string text = manual();
    const auto samples = blocks(text, "json");
    ASSERT_EQ(samples.size(), 1u) << "the event that the examples read";
    Bench bench(samples.front());

    std::size_t checked = 0;
    for (const std::string& block : blocks(text, "cel")) {
        for (const Example& example : examples(block)) {
            const std::string got = bench(example.expression);
            EXPECT_TRUE(agrees(got, example.result)) << example.expression << "  gave " << got;
            ++checked;
        }
    }

    EXPECT_GE(checked, 69u);
}

TEST(Manual, NamesEveryFunctionAndMacro) {
    const std::string text = manual();
    std::vector<std::string> names = function_names(FunctionRow::Style::global);
    for (auto& name : function_names(FunctionRow::Style::method)) names.push_back(std::move(name));
    for (auto& name : macro_names()) names.emplace_back(name);

    for (const std::string& name : names) {
        EXPECT_NE(text.find(name + "("), std::string::npos) << name << " is not in docs/expressions.md";
    }
    EXPECT_GE(names.size(), 100u);
}

}  // namespace
}  // namespace maillon::expression
