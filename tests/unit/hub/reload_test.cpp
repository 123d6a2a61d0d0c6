#include "core/hub/same_configuration.h"
#include "core/match/matcher.h"
#include "tests/unit/hub/whole_hub.h"

#include <fstream>
#include <sstream>

namespace maillon::hub {
namespace {

using ::testing::HasSubstr;

constexpr const char* kText = "routes: {}\n";

class ReloadTest : public WholeHubTest {
protected:
    /// The same configuration, with a model whose file ends in `last_line`.
    Result<Prepared> with_model(const std::string& last_line) const {
        std::ifstream in(MAILLON_SOURCE_DIR "/config/matching/customers.yaml");
        std::ostringstream text;
        text << in.rdbuf() << last_line;
        auto model = match::learned_model("customers.yaml", text.str());
        if (!model) return model.error();
        auto out = prepared(kText);
        if (!out) return out;
        auto plan = std::make_shared<route::Plan>(*out->plan);
        plan->directories["customers"] =
            std::make_shared<match::DirectoryKeys>(out->config.directories["customers"]);
        out->plan = plan;
        out->models["customers"] = std::move(*model);
        return out;
    }
    std::string running_model() const {
        return std::string(ask("/v1/configuration").at("models").at("customers").at("text").as_string());
    }
};

TEST_F(ReloadTest, AModelWhoseFileAloneHasChangedIsTakenOn) {
    begin(kText);
    ASSERT_TRUE(hub_->reload([&] { return with_model("# one\n"); }));
    ASSERT_THAT(running_model(), HasSubstr("# one"));

    ASSERT_TRUE(hub_->reload([&] { return with_model("# two\n"); }));

    EXPECT_THAT(running_model(), HasSubstr("# two"));
}

TEST_F(ReloadTest, WithoutAChangeTheConfigurationIsTheSame) {
    const auto one = with_model("# one\n"), again = with_model("# one\n"), two = with_model("# two\n");
    ASSERT_TRUE(one && again && two);

    EXPECT_TRUE(is_same(*one, *again));
    EXPECT_FALSE(is_same(*one, *two));
    EXPECT_FALSE(is_same(*one, *prepared(kText))) << "there is no model any more";
    EXPECT_FALSE(is_same(*prepared(kText), *prepared("routes: {}\n# another\n")));
}

}  // namespace
}  // namespace maillon::hub
