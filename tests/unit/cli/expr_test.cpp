#include "tests/unit/cli/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace maillon::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kFromShop = " --from shop.order.placed --plugins " CLI_SAMPLES;

TEST(ExprCommand, PrintsTheValueAsJson) {
    const Program program;

    const auto ran = program.run("expr eval '{\"a\": [1, 2].map(x, x * 2), \"b\": null}'");

    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.out, "{\"a\":[2,4],\"b\":null}\n");
    EXPECT_EQ(program.run("expr eval '1.5 + 1.0' --json").out,
              "{\"ok\":true,\"type\":\"double\",\"value\":2.5}\n");
}

TEST(ExprCommand, BindsABodyOrAnEnvelopeFromAFile) {
    const Program program;
    program.write("body.json", R"({"text": "hello"})");
    program.write("envelope.json", R"({"meta": {"id": "e-1"}, "event": {"text": "hello"}})");

    EXPECT_EQ(program.run("expr eval 'size(event.text)' --event body.json").out, "5\n");
    EXPECT_EQ(program.run("expr eval 'meta.id + event.text' --event envelope.json").out, "\"e-1hello\"\n");
}

TEST(ExprCommand, AFileThatIsMissingOrNoJsonIsAFailure) {
    const Program program;
    program.write("bad.json", "{");

    const auto missing = program.run("expr eval event --event none.json");
    const auto bad = program.run("expr eval event --event bad.json");

    EXPECT_EQ(missing.code, 1);
    EXPECT_EQ(missing.err, "maillon: reading none.json: it cannot be opened\n");
    EXPECT_EQ(bad.code, 1);
    EXPECT_THAT(bad.out, IsEmpty());
    EXPECT_FALSE(bad.err.empty());
}

TEST(ExprCommand, AFailedEvaluationShowsThePlaceAndTheRemedy) {
    const Program program;
    program.write("body.json", R"({"text": "hello"})");

    const auto ran =
        program.run("expr eval 'event.text == \"\" || event.city == \"Lyon\"' --event body.json");

    EXPECT_EQ(ran.code, 1);
    EXPECT_THAT(ran.out, IsEmpty());
    EXPECT_EQ(ran.err,
              "1:21: no such key 'city' in 'event'\n"
              "  | event.text == \"\" || event.city == \"Lyon\"\n"
              "  |                     ^^^^^^^^^^\n"
              "  = use has(event.city) or event.?city.orValue(…)\n");
}

TEST(ExprCommand, AValueThatJsonDoesNotKnowIsAFailure) {
    const auto ran = Program().run("expr eval '{1: 2}'");

    EXPECT_EQ(ran.code, 1);
    EXPECT_THAT(ran.err, HasSubstr("a map with keys of type int cannot be written as JSON"));
}

TEST(ExprCommand, CheckTellsTypeAndCost) {
    const Program program;

    const auto ran = program.run("expr check '[1, 2].map(x, string(x))'");
    const auto json = program.run("expr check 'event.a > 1 && meta.id == \"\"' --json");

    EXPECT_EQ(ran.code, 0);
    EXPECT_THAT(ran.out, ::testing::MatchesRegex("type  list\\(string\\)\ncost  [0-9]+ to [0-9]+ units\n"));
    EXPECT_THAT(json.out, HasSubstr("\"type\":\"bool\""));
    EXPECT_THAT(json.out, HasSubstr("\"variables\":[\"event\",\"meta\"]"));
}

TEST(ExprCommand, CheckTellsEveryMistake) {
    const Program program;

    const auto ran = program.run("expr check 'evnt.text + 1 == size(event.text, 2)'");
    const auto json = program.run("expr check 'evnt' --json");

    EXPECT_EQ(ran.code, 1);
    EXPECT_THAT(ran.err, HasSubstr("1:1: unknown variable 'evnt'"));
    EXPECT_THAT(ran.err, HasSubstr("did you mean 'event'?"));
    EXPECT_THAT(ran.err, HasSubstr("'size' takes 1 argument, not 2"));
    EXPECT_EQ(json.code, 1);
    EXPECT_THAT(json.out,
                HasSubstr("{\"ok\":false,\"problems\":[{\"line\":1,\"column\":1,\"begin\":0,\"end\":4,"));
    EXPECT_THAT(json.err, IsEmpty());
}

TEST(ExprCommand, FromAnEventTheFieldsAreChecked) {
    const Program program;

    const auto good = program.run(std::string("expr check event.total") + kFromShop);
    const auto bad = program.run(std::string("expr check 'event.totl > 1.0 || meta.kind'") + kFromShop);

    EXPECT_EQ(good.code, 0) << good.err;
    EXPECT_THAT(good.out, HasSubstr("type  double\n"));
    EXPECT_EQ(bad.code, 1);
    EXPECT_THAT(bad.err, HasSubstr("'event' has no field 'totl'"));
    EXPECT_THAT(bad.err, HasSubstr("did you mean 'total'?"));
}

TEST(ExprCommand, FromAnEventNumbersAreReadAsTheSchemaSays) {
    const Program program;
    program.write("order.json", R"({"number": "7", "total": 3})");

    EXPECT_EQ(program.run(std::string("expr eval 'event.total + 0.5' --event order.json") + kFromShop).out,
              "3.5\n");
    EXPECT_EQ(program.run("expr eval 'event.total + 0.5' --event order.json").code, 1);
}

TEST(ExprCommand, AnEventThatNoPlugInHasIsAFailureThatNamesTheOthers) {
    const Program program;

    const auto event = program.run("expr check event --from shop.order.gone --plugins " CLI_SAMPLES);
    const auto plugin = program.run("expr check event --from stall.order --plugins " CLI_SAMPLES);

    EXPECT_EQ(event.code, 1);
    EXPECT_EQ(event.err, "maillon: there are no events shop.order.gone; there are shop.order.placed\n");
    EXPECT_EQ(plugin.code, 1);
    EXPECT_THAT(plugin.err, HasSubstr("no plug-in 'stall'"));
}

TEST(ExprCommand, ConformanceCountsAndFailsWhenACaseFails) {
    const Program program;
    program.write("good.json",
                  R"([{"file": "own", "section": "sum", "expr": "1 + 1", "value": {"int": "2"}}])");
    program.write("bad.json",
                  R"([{"file": "own", "section": "sum", "expr": "1 + 1", "value": {"int": "3"}}])");

    const auto good = program.run("expr conformance good.json");
    const auto both = program.run("expr conformance good.json bad.json --verbose");

    EXPECT_EQ(good.code, 0);
    EXPECT_TRUE(good.out.ends_with("1 passed, 0 failed\n")) << good.out;
    EXPECT_EQ(both.code, 1);
    EXPECT_TRUE(both.out.ends_with("1 passed, 1 failed\n")) << both.out;
    EXPECT_THAT(both.err, HasSubstr("got      int 2"));
}

TEST(ExprCommand, ConformanceOfAFileThatHoldsNoCasesIsAFailure) {
    const Program program;
    program.write("odd.json", "{}");

    const auto ran = program.run("expr conformance odd.json");

    EXPECT_EQ(ran.code, 1);
    EXPECT_THAT(ran.err, HasSubstr("odd.json"));
}

}  // namespace
}  // namespace maillon::cli
