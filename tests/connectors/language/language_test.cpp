#include "maillon/testkit.hpp"

#include <gtest/gtest.h>

namespace maillon {
namespace {

using testkit::Driver;
using testkit::FakeHost;

json::object answer(Driver& plugin, std::string_view text) {
    const auto got = plugin.process({json::object{{"text", text}}});
    EXPECT_EQ(got.status, MAILLON_OK) << got.detail;
    EXPECT_TRUE(got.outcomes.at(0).has_value());
    EXPECT_EQ(got.outcomes[0]->code, Code::ok) << got.outcomes[0]->detail;
    return got.outcomes[0]->value.as_object();
}

std::string language_of(Driver& plugin, std::string_view text) {
    return std::string(answer(plugin, text).at("language").as_string());
}

class LanguageTest : public testing::Test {
protected:
    FakeHost host;
    Driver plugin{host, {}};
};

TEST_F(LanguageTest, TellsTheLanguagesOfTypicalPosts) {
    EXPECT_EQ(language_of(plugin, "Bonjour, mon colis n'est toujours pas arrivé, que faire ?"), "fr");
    EXPECT_EQ(language_of(plugin, "Hello, my parcel still has not arrived. What should I do?"), "en");
    EXPECT_EQ(language_of(plugin, "Wo bleibt meine Bestellung? Ich warte seit zwei Wochen."), "de");
    EXPECT_EQ(language_of(plugin, "¿Dónde está mi pedido? Llevo dos semanas esperando."), "es");
    EXPECT_EQ(language_of(plugin, "أين طلبي؟ أنتظر منذ أسبوعين ولم يصل حتى الآن"), "ar");
    EXPECT_EQ(language_of(plugin, "注文した商品がまだ届きません。どうすればいいですか?"), "ja");
    EXPECT_EQ(language_of(plugin, "我的訂單還沒有到,請問什麼時候送達?"), "zh-Hant");
    EXPECT_EQ(language_of(plugin, "Hvor er pakken min? Jeg har ventet i to uker nå."), "nb");
}

TEST_F(LanguageTest, LooksPastHandlesHashtagsAndAddresses) {
    const auto text =
        "@acme_support @wonderful_people où est donc ma commande, s'il vous plaît ? "
        "#customerservice #neveragain #whathappenedtomyorder https://example.org/where-is-my-order-please";

    EXPECT_EQ(language_of(plugin, text), "fr");
}

TEST_F(LanguageTest, IsHonestAboutTextsWithoutALanguage) {
    for (const auto text : {"", "   ", "😀😀👍", "12345", "ok", "@acme #fail https://example.org"}) {
        const auto got = answer(plugin, text);
        EXPECT_EQ(got.at("language"), "und") << text;
        EXPECT_EQ(got.at("confidence").as_double(), 0) << text;
        EXPECT_EQ(got.at("reliable"), false) << text;
    }
}

TEST_F(LanguageTest, EmojiDoNotHideTheWords) {
    EXPECT_EQ(language_of(plugin, "😡😡 Toujours aucune nouvelle de ma commande 😡😡😡😡"), "fr");
}

TEST_F(LanguageTest, OfAMixedTextTheLargerShareWinsWithLessConfidence) {
    const auto pure = answer(plugin,
                             "Je l'attends depuis deux semaines et personne ne répond à mes messages, "
                             "c'est vraiment décevant de la part de votre entreprise.");
    const auto mixed = answer(plugin,
                              "Je l'attends depuis deux semaines et personne ne répond à mes messages, "
                              "c'est vraiment décevant de la part de votre entreprise. "
                              "I have been a customer for ten years and never had such a problem before.");

    EXPECT_EQ(mixed.at("language"), "fr");
    EXPECT_LT(mixed.at("confidence").as_double(), pure.at("confidence").as_double());
}

TEST_F(LanguageTest, ABodyWithoutTextHasNoLanguage) {
    const auto got =
        plugin.process({json::object{}, json::object{{"text", 7}}, json::object{{"text", nullptr}}});

    for (const auto& outcome : got.outcomes) {
        ASSERT_TRUE(outcome.has_value());
        EXPECT_EQ(outcome->code, Code::ok);
        EXPECT_EQ(outcome->value.at("language"), "und");
    }
}

TEST_F(LanguageTest, AnswersEveryEventOfABatchInItsPlace) {
    const auto got =
        plugin.process({json::object{{"text", "Where is my parcel?"}}, json::object{{"text", ""}},
                        json::object{{"text", "¿Dónde está mi pedido?"}}});

    EXPECT_EQ(got.outcomes.at(0)->value.at("language"), "en");
    EXPECT_EQ(got.outcomes.at(1)->value.at("language"), "und");
    EXPECT_EQ(got.outcomes.at(2)->value.at("language"), "es");
}

TEST(LanguageSettings, OtherLanguagesThanTheWantedAreUndetermined) {
    FakeHost host;
    Driver plugin(host, {{"languages", {"fr", "no"}}});

    EXPECT_EQ(language_of(plugin, "Où est ma commande ?"), "fr");
    EXPECT_EQ(language_of(plugin, "Hvor er pakken min? Jeg har ventet i to uker nå."), "nb");
    EXPECT_EQ(language_of(plugin, "Where is my parcel?"), "und");
}

TEST(LanguageSettings, MinConfidenceDecidesAboutDoubtfulAnswers) {
    FakeHost host;
    Driver strict(host, {{"min_confidence", 0.95}});
    Driver easy(host, {{"min_confidence", 0.1}});

    EXPECT_EQ(language_of(strict, "Merci beaucoup"), "und");
    EXPECT_EQ(language_of(easy, "Merci beaucoup"), "fr");
}

TEST(LanguageSettings, TheTextMayStandInANestedField) {
    FakeHost host;
    Driver plugin(host, {{"text_field", "record.description"}});

    const auto got = plugin.process({json::object{{"record", {{"description", "Où est ma commande ?"}}}},
                                     json::object{{"record", "flat"}}});

    EXPECT_EQ(got.outcomes.at(0)->value.at("language"), "fr");
    EXPECT_EQ(got.outcomes.at(1)->value.at("language"), "und");
}

TEST(LanguageSettings, WrongOnesAreNamed) {
    const auto refusal = [](json::object config) {
        FakeHost host;
        try {
            Driver plugin(host, std::move(config));
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.code(), Code::config);
            return std::string(failure.what());
        }
        return std::string();
    };

    EXPECT_NE(refusal({{"languages", {"fr", 7}}}).find("/languages/1"), std::string::npos);
    EXPECT_NE(refusal({{"languages", {"f"}}}).find("/languages/0"), std::string::npos);
    EXPECT_NE(refusal({{"text_field", "a..b"}}).find("/text_field"), std::string::npos);
}

TEST_F(LanguageTest, GivesWhatItSaysThatItGives) {
    const auto result = plugin.operations().at("process").at("result").as_object();
    const auto got = answer(plugin, "Bonjour, mon colis n'est toujours pas arrivé, que faire ?");

    const auto& properties = result.at("properties").as_object();
    EXPECT_EQ(got.size(), properties.size());
    for (const auto& name : result.at("required").as_array()) {
        const auto& value = got.at(name.as_string());
        const auto& type = properties.at(name.as_string()).at("type");
        EXPECT_EQ(type, value.is_string() ? "string" : value.is_bool() ? "boolean" : "number") << name;
    }
}

TEST(LanguageModule, IsAProcessorAndNothingElse) {
    const auto* module = maillon_module_entry();

    ASSERT_EQ(module->connector_count, 1u);
    const auto& connector = *module->connectors[0];
    EXPECT_EQ(view(connector.id), "language");
    EXPECT_NE(connector.processor, nullptr);
    EXPECT_EQ(connector.source, nullptr);
    EXPECT_EQ(connector.sink, nullptr);
    EXPECT_TRUE(connector.caps & MAILLON_CAP_CONCURRENT);
}

}  // namespace
}  // namespace maillon
