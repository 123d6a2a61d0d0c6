#include "tests/unit/hub/modules.h"

namespace maillon::hub {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class PrepareTest : public ::testing::Test {
protected:
    Modules modules_;
};

TEST_F(PrepareTest, AGoodConfigurationHasItsPlugInsAndTypedSettings) {
    const auto made = modules_.prepare(R"(
connectors:
  crm: { plugin: shop, url: https://crm.test, token: "${secret.crm_token}" }
  x: { plugin: talk }
processors:
  count: { plugin: words }
directories:
  customers: { records: crm.Contacts, fields: { email: email1 } }
routes:
  all: { from: x.message.received, steps: [ { use: count } ] }
)");

    ASSERT_TRUE(made.prepared) << Modules::said(made);
    const auto& crm = made.prepared->instances.at("crm");
    EXPECT_EQ(crm.found.entry->info.id, "shop");
    EXPECT_FALSE(crm.is_processor);
    EXPECT_EQ(crm.values.at("files"), "https://files.test:8443/x") << "the plug-in's default";
    EXPECT_EQ(crm.values.at("token"), (boost::json::object{{"$secret", "crm_token"}}));
    EXPECT_TRUE(made.prepared->instances.at("count").is_processor);
    EXPECT_TRUE(made.prepared->plan->routes.contains("all"));
    EXPECT_TRUE(made.prepared->plan->directories.contains("customers"));
}

TEST_F(PrepareTest, AClassOfEvidenceThatThereIsNotIsAMistakeAndWordsOfAModelAreNone) {
    const std::string model = MAILLON_SOURCE_DIR "/config/matching/customers.yaml";
    const auto text = [](const std::string& match) {
        return R"(
connectors:
  crm: { plugin: shop, url: https://crm.test, token: "${secret.crm_token}" }
directories:
  customers: { records: crm.Contacts, fields: { email: email1 }, match: )" +
               match + " }\n";
    };
    const auto good =
        modules_.prepare(text("{ model: " + model + ", link: { classes: [ key:email, name and firm ] } }"));
    EXPECT_TRUE(good.prepared) << Modules::said(good);

    const auto misspelt =
        modules_.prepare(text("{ model: " + model + ", link: { classes: [ name and frim ] } }"));
    EXPECT_FALSE(misspelt.prepared);
    EXPECT_THAT(Modules::said(misspelt), HasSubstr("error: there is no class of evidence 'name and frim'"));
    EXPECT_THAT(Modules::said(misspelt), HasSubstr("did you mean 'name and firm'?"));

    const auto alone = modules_.prepare(text("{ link: { classes: [ key:emial, name and firm ] } }"));
    EXPECT_FALSE(alone.prepared);
    EXPECT_THAT(
        Modules::said(alone),
        HasSubstr("maillon.yaml:5:94: error: there is no class of evidence 'key:emial' without a model"));
    EXPECT_THAT(Modules::said(alone), HasSubstr("did you mean 'key:email'?"));
    EXPECT_THAT(Modules::said(alone), HasSubstr("known here: key:email, key:phone, key:handle and key:id"));
}

TEST_F(PrepareTest, AChannelIsNoProcessor) {
    const auto made = modules_.prepare("processors:\n  count: { plugin: talk }\n");

    EXPECT_FALSE(made.prepared);
    EXPECT_THAT(Modules::said(made), HasSubstr("maillon.yaml:2:20: error: plug-in 'talk' is no processor"));
    EXPECT_THAT(Modules::said(made), HasSubstr("move it to 'connectors:'"));
}

TEST_F(PrepareTest, AProcessorIsNoConnector) {
    const auto made = modules_.prepare("connectors:\n  x: { plugin: words }\n");

    EXPECT_FALSE(made.prepared);
    EXPECT_THAT(Modules::said(made), HasSubstr("maillon.yaml:2:16: error: plug-in 'words' is a processor"));
    EXPECT_THAT(Modules::said(made), HasSubstr("move it to 'processors:'"));
}

TEST_F(PrepareTest, AMissingPlugInDoesNotHideWhatElseIsWrong) {
    const auto made = modules_.prepare(R"(
connectors:
  a: { plugin: shopp, url: https://a.test }
  crm: { plugin: shop, url: "ftp://crm.test", token: "${secret.t}" }
  x: { plugin: talk }
processors:
  count: { plugin: talk }
directories:
  people: { records: x.People, fields: { email: e } }
)");

    EXPECT_FALSE(made.prepared);
    EXPECT_EQ(made.diagnostics.errors(), 4u) << Modules::said(made);
    EXPECT_THAT(Modules::said(made), HasSubstr("did you mean 'shop'?"));
    EXPECT_THAT(Modules::said(made), HasSubstr("maillon.yaml:4:29: error"));
    EXPECT_THAT(Modules::said(made), HasSubstr("'talk' is no processor"));
    EXPECT_THAT(Modules::said(made), HasSubstr("connector 'x' cannot read records"));
}

TEST_F(PrepareTest, RoutesAreNotBlamedForAMissingPlugIn) {
    const auto made = modules_.prepare(R"(
connectors:
  x: { plugin: tolk }
routes:
  all: { from: x.message.received, steps: [ { drop: never } ] }
)");

    EXPECT_FALSE(made.prepared);
    EXPECT_EQ(made.diagnostics.errors(), 1u) << Modules::said(made);
}

TEST_F(PrepareTest, AMistakeInARouteIsToldOfAtItsPlace) {
    const auto made = modules_.prepare(R"(
connectors:
  x: { plugin: talk }
routes:
  all: { from: x.message.recieved, steps: [ { drop: never } ] }
)");

    EXPECT_FALSE(made.prepared);
    EXPECT_THAT(Modules::said(made), HasSubstr("maillon.yaml:5:"));
    EXPECT_THAT(Modules::said(made), HasSubstr("did you mean 'x.message.received'?"));
}

TEST_F(PrepareTest, ARouteIsHeldAgainstWhatItsPlugInsDescribe) {
    const auto made = modules_.prepare(R"(
connectors:
  crm: { plugin: shop, url: https://crm.test, token: "${secret.crm_token}" }
  x: { plugin: talk }
routes:
  all:
    from: x.message.received
    when: meta.connecter == 'x'
    steps: [ { call: crm.ask, with: { what: "${meta.hops}" } } ]
)");

    EXPECT_FALSE(made.prepared);
    EXPECT_EQ(made.diagnostics.errors(), 2u) << Modules::said(made);
    EXPECT_THAT(Modules::said(made), HasSubstr("maillon.yaml:8:16: error: 'meta' has no field 'connecter'"));
    EXPECT_THAT(Modules::said(made), HasSubstr("did you mean 'connector'?"));
    EXPECT_THAT(Modules::said(made),
                HasSubstr("maillon.yaml:9:48: error: crm.ask: 'what' must be string, this is int"));
    EXPECT_THAT(Modules::said(made), HasSubstr("write string(meta.hops)"));
}

TEST_F(PrepareTest, ADirectoryNeedsAConnectorThatReadsRecords) {
    const auto made = modules_.prepare(R"(
connectors:
  x: { plugin: talk }
directories:
  people: { records: x.People, fields: { email: e } }
)");

    EXPECT_FALSE(made.prepared);
    EXPECT_EQ(made.diagnostics.errors(), 1u) << Modules::said(made);
    EXPECT_THAT(Modules::said(made), HasSubstr("a directory needs a CRM connector"));
}

TEST_F(PrepareTest, PlugInsAreLookedForWhereTheConfigurationSays) {
    test::TemporaryFolder empty;
    const auto made = modules_.prepare("hub: { plugins: \"" + empty.path().string() +
                                       "\" }\nconnectors:\n  x: { plugin: talk }\n");

    EXPECT_FALSE(made.prepared);
    EXPECT_THAT(Modules::said(made), HasSubstr("no plug-in 'talk' in " + empty.path().string()));
    EXPECT_THAT(Modules::said(made), Not(HasSubstr(modules_.folder().string())));
}

TEST_F(PrepareTest, AFileThatIsNotThereIsADiagnosticToo) {
    const auto made = prepare(modules_.folder() / "none.yaml", {}, modules_.folder());

    EXPECT_FALSE(made.prepared);
    EXPECT_THAT(Modules::said(made), HasSubstr("there is no such file"));
}

}  // namespace
}  // namespace maillon::hub
