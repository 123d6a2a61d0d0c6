#include "core/hub/masking.h"

#include "core/event/json_text.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace maillon::hub {
namespace {

const Person kAnne{.identities = {{"email", "anne@example.org"},
                                  {"handle_x", "anneko"},
                                  {"id_x", "4711"},
                                  {"phone", "+33612345678"},
                                  {"record_customers", "c-anne-0001"}},
                   .names = {"Anne Kowalczyk", "Anne"},
                   .things = {"case-12345", "7"}};

std::string masked(std::string text) {
    Needles(kAnne).mask(text);
    return text;
}

std::string masked_json(const std::string& text) {
    const Needles needles(kAnne);
    auto value = boost::json::parse(text);
    mask(value, {.text = [&](std::string& one) { return needles.mask(one); },
                 .is_them = [](const People::Told& told) { return kAnne.is(told.group); }});
    return json_text(value);
}

TEST(Needles, AllWordsForAPersonAreMaskedInTexts) {
    EXPECT_EQ(masked("hi @AnneKo!"), "hi [erased]!");
    EXPECT_EQ(masked("write to ANNE@example.org."), "write to [erased].");
    EXPECT_EQ(masked("call +33612345678 now"), "call [erased] now");
    EXPECT_EQ(masked("x.com/anneko/status/9"), "x.com/[erased]/status/9");
    EXPECT_EQ(masked("anne KOWALCZYK said so, Anne Kowalczyk did"), "[erased] said so, [erased] did");
    EXPECT_EQ(masked("see case-12345"), "see [erased]");
}

TEST(Needles, PartsOfOtherWordsAreNot) {
    EXPECT_EQ(masked("@annekort, Anne Kowalczykova"), "@annekort, Anne Kowalczykova");
    EXPECT_EQ(masked("joanne@example.org"), "joanne@example.org");
    EXPECT_EQ(masked("case-123456"), "case-123456");
    EXPECT_EQ(masked("Anne Kowalczyké"), "Anne Kowalczyké") << "letters beyond ASCII are letters";
}

TEST(Needles, ShortOrCommonWordsOnlyWhereTheyStandAlone) {
    EXPECT_EQ(masked("4711"), "[erased]");
    EXPECT_EQ(masked("bottle no 4711"), "bottle no 4711");
    EXPECT_EQ(masked("anneko"), "[erased]");
    EXPECT_EQ(masked("Anne"), "Anne") << "a first name is nobody's alone";
    EXPECT_EQ(masked("7"), "7");
}

TEST(Mask, AnObjectThatStandsForThemIsEmptiedAndOthersKeepTheirName) {
    EXPECT_EQ(masked_json(R"({"to":{"network":"x","id":"4711","name":"A."},"n":1})"),
              R"({"to":{"network":"[erased]","id":"[erased]","name":"[erased]"},"n":1})");
    EXPECT_EQ(masked_json(R"({"network":"x","id":"9","name":"Anne Kowalczyk","bio":"sister of @anneko"})"),
              R"({"network":"x","id":"9","name":"Anne Kowalczyk","bio":"sister of [erased]"})");
}

TEST(Mask, KeysNumbersAndNestedValuesAreSeen) {
    EXPECT_EQ(masked_json(R"({"anne@example.org":[{"user_id":4711,"n":471}]})"),
              R"({"[erased]":[{"user_id":"[erased]","n":471}]})");
}

TEST(Mask, TextThatIsNoJsonIsMaskedAsText) {
    const Needles needles(kAnne);
    std::string text = "{not json, @anneko";
    EXPECT_TRUE(mask_text(text, {.text = [&](std::string& one) { return needles.mask(one); },
                                 .is_them = [](const People::Told&) { return false; }}));
    EXPECT_EQ(text, "{not json, [erased]");
}

TEST(PersonIs, AnIdDecidesWhereBothKnowOne) {
    EXPECT_TRUE(kAnne.is({{"id_x", "4711"}, {"handle_x", "other"}}));
    EXPECT_FALSE(kAnne.is({{"id_x", "5"}, {"handle_x", "anneko"}}));
    EXPECT_TRUE(kAnne.is({{"handle_x", "anneko"}}));
    EXPECT_TRUE(kAnne.is({{"id_facebook", "5"}, {"email", "anne@example.org"}}));
    EXPECT_FALSE(kAnne.is({}));
}

}  // namespace
}  // namespace maillon::hub
