#include "core/store/store.h"
#include "tests/unit/db/postgres_server.h"
#include "tests/unit/hub/whole_hub.h"

#include <boost/json/serialize.hpp>

namespace maillon::hub {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kAtItsStart = "routes: {}\n";

/// A stand-by that takes over from another hub, whose store is closed while the stand-by waits.
class TakeoverTest : public WholeHubTest {
protected:
    void SetUp() override {
        auto* server = test::PostgresServer::of_program();
        if (server == nullptr) GTEST_SKIP() << test::PostgresServer::why_none();
        store_url_ = server->new_schema();
        auto opened = store::open({.url = store_url_, .clock = &clock_});
        ASSERT_TRUE(opened) << opened.error().what;
        active_ = std::move(*opened);
    }
    /// Takes over, after its files have come to say `text`.
    void take_over(const std::string& text) {
        Hub::Options options;
        options.wait_as_standby = [this, text](std::chrono::milliseconds) {
            files_ = text;
            active_.reset();
            return true;
        };
        options.prepare_again = [this] { return prepared(files_); };
        begin(kAtItsStart, std::move(options));
    }
    std::string hash_of(const std::string& text) const { return prepared(text)->config.hash; }

    SystemClock clock_;
    std::unique_ptr<db::Database> active_;
    std::string files_ = kAtItsStart;
};

TEST_F(TakeoverTest, AStandByTakesOverWithWhatItsFilesSayByThen) {
    const std::string changed = "routes: {}\n# another\n";

    take_over(changed);

    const auto status = ask("/v1/status");
    EXPECT_EQ(status.at("config").as_string(), hash_of(changed));
    EXPECT_THAT(boost::json::serialize(status), Not(HasSubstr(R"("name":"configuration")")));
}

TEST_F(TakeoverTest, WithFilesThatAreWrongItGoesOnAsItStartedAndSaysSoUntilAReload) {
    take_over("routes: 5\n");

    auto status = ask("/v1/status");
    EXPECT_EQ(status.at("config").as_string(), hash_of(kAtItsStart));
    EXPECT_THAT(boost::json::serialize(status), HasSubstr(R"({"name":"configuration","state":"failing")"));

    ASSERT_TRUE(hub_->reload([this] { return prepared(kAtItsStart); }));

    status = ask("/v1/status");
    EXPECT_THAT(boost::json::serialize(status), Not(HasSubstr(R"("name":"configuration")")));
}

}  // namespace
}  // namespace maillon::hub
