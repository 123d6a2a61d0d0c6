#include "core/route/pipe.h"

#include "core/config/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace maillon::route {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A pipe of one route with these steps, and what came of it.
class PipeTest : public ::testing::Test {
protected:
    /// What is wrong with the configuration; empty when it compiles.
    std::string compile(const std::string& text, std::string_view route = {}) {
        auto loaded = config::load_texts({{"route.yaml", text}}, "/etc/maillon", {}, {"pipe"});
        if (loaded.config)
            pipe_ = Pipe::compile(std::move(*loaded.config), route, TimePoint{}, loaded.diagnostics);
        return loaded.diagnostics.empty() ? std::string()
                                          : config::render(loaded.diagnostics, *loaded.sources);
    }
    std::string compile_steps(const std::string& steps) {
        return compile("routes:\n  r:\n    from: pipe.line\n    steps:\n" + steps);
    }
    std::string run(const std::string& line) {
        std::string out;
        faults_.clear();
        const auto padded = line + std::string(kLinePadding, '}');
        pipe_->process(std::string_view(padded).substr(0, line.size()), ++number_, out, faults_);
        return out;
    }
    std::string fault() const { return faults_.size() == 1 ? faults_.front().what : std::string(); }

    std::unique_ptr<Pipe> pipe_;
    std::vector<PipeFault> faults_;
    std::uint64_t number_ = 0;
};

TEST_F(PipeTest, ValuesAreKeptAsTheHubKeepsThem) {
    ASSERT_EQ(
        compile_steps("      - let: { big: \"${event.big}\", all: \"${event}\", at: "
                      "\"${timestamp('2026-09-14T08:12:44Z')}\", made: { a: [ \"${event.x}\", 1.0 ] } }\n"
                      "      - emit: hub.out\n"
                      "        with: { big: \"${type(big) == string}\", same: \"${all.x}\", "
                      "at: \"${type(at) == string}\", made: \"${made}\" }\n"),
        "");

    EXPECT_EQ(run(R"({"big":9007199254740993,"x":{"y":2.0}})"),
              "{\"big\":true,\"same\":{\"y\":2.0},\"at\":true,\"made\":{\"a\":[{\"y\":2.0},1.0]}}\n");
    EXPECT_THAT(faults_, IsEmpty());
}

TEST_F(PipeTest, TheItemsOfALoopAreThoseOfItsBeginning) {
    ASSERT_EQ(compile_steps("      - let: { list: [ { k: a }, { k: b } ] }\n"
                            "      - each: list\n        as: item\n        key: item.k\n        steps:\n"
                            "          - let: { list: [ { k: \"${event.long}\" } ] }\n"
                            "          - emit: hub.out\n            with: { k: \"${item.k}\" }\n"),
              "");

    EXPECT_EQ(run(R"({"long":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"})"), "{\"k\":\"a\"}\n{\"k\":\"b\"}\n");
}

TEST_F(PipeTest, AHandlerTakesWhatFails) {
    ASSERT_EQ(compile_steps("      - emit: hub.out\n        with: { v: \"${event.v}\" }\n        on_error:\n"
                            "          - emit: hub.bad\n            with: { class: \"${error.class}\", "
                            "step: \"${error.step}\" }\n"),
              "");

    EXPECT_EQ(run("{\"v\":1}"), "{\"v\":1}\n");
    EXPECT_EQ(run("{}"), "{\"class\":\"rejected\",\"step\":\"emit hub.out\"}\n");
    EXPECT_THAT(faults_, IsEmpty());
}

TEST_F(PipeTest, NothingOfOneLineIsSeenByTheNext) {
    ASSERT_EQ(compile_steps("      - let: { v: \"${event.v}\" }\n        when: has(event.v)\n"
                            "      - emit: hub.out\n        with: { v: \"${v}\" }\n"),
              "");

    EXPECT_EQ(run("{\"v\":1}"), "{\"v\":1}\n");
    EXPECT_EQ(run("{}"), "");
    EXPECT_THAT(fault(), AllOf(HasSubstr("variable 'v' has no value"), HasSubstr("'let v'")));
}

TEST_F(PipeTest, EveryRouteTellsItsOwnFault) {
    ASSERT_EQ(compile("routes:\n"
                      "  a: { from: pipe.line, steps: [ { emit: hub.a, with: { a: \"${event.a}\" } } ] }\n"
                      "  b: { from: pipe.line, steps: [ { emit: hub.b, with: { b: \"${event.b}\" } } ] }\n"
                      "  c: { from: pipe.line, steps: [ { emit: hub.c, with: { c: \"${event.c}\" } } ] }\n"),
              "");

    EXPECT_EQ(run("{\"b\":1}"), "{\"b\":1}\n");
    EXPECT_EQ(faults_.size(), 2u);
    EXPECT_EQ(pipe_->written(), 1u);
    EXPECT_EQ(pipe_->routes().front().book().failed, 1u);
}

TEST_F(PipeTest, AConnectorOfThatNameAndAMisspeltEventAreRefused) {
    EXPECT_THAT(compile("connectors:\n  pipe: { plugin: twitter }\n"
                        "routes:\n  r: { from: pipe.line, steps: [ { drop: x } ] }\n"),
                HasSubstr("no connector may be called 'pipe' here"));
    EXPECT_THAT(compile("routes:\n  r: { from: pipe.lines, steps: [ { drop: x } ] }\n"),
                HasSubstr("pipe.line"));
    EXPECT_EQ(pipe_, nullptr);
}

}  // namespace
}  // namespace maillon::route
