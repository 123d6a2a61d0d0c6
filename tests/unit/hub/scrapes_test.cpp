#include "core/hub/scrapes.h"

#include "core/web/unix_client.h"
#include "tests/unit/db/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

namespace maillon::hub {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

/// Who asks for the metrics over a real server, while a store may keep them waiting.
class ScrapesTest : public ::testing::Test {
protected:
    void SetUp() override {
        auto made = server_.listen_unix(socket(), [this](web::HttpRequest request, web::Responder responder) {
            if (request.path == "/metrics") return scrapes_.ask(std::move(responder));
            responder.answer(web::text_response(200, "alive\n"));
        });
        ASSERT_TRUE(made) << made.error().what;
        scrapes_.start();
        server_.start();
    }
    void TearDown() override {
        server_.stop(seconds{10});
        scrapes_.stop();
    }
    web::HttpResponse ask(const std::string& target) {
        auto answer = request_over_unix_socket(socket(), "GET", target, {}, seconds{60});
        if (answer) return std::move(*answer);
        ADD_FAILURE() << answer.error().what;
        return {};
    }
    /// From now on the store keeps who reads until the promise is kept; tells when somebody does.
    std::future<void> keep_waiting(std::promise<void>& until) {
        auto begun = std::make_shared<std::promise<void>>();
        hold_ = [begun, gate = until.get_future().share()] {
            begun->set_value();
            gate.wait();
        };
        return begun->get_future();
    }
    std::string socket() const { return folder_.file("web.sock"); }

    test::TemporaryFolder folder_;
    FakeClock clock_;
    Metrics metrics_;
    int read_ = 0;
    bool answers_ = true;
    std::function<void()> hold_;
    Scrapes scrapes_{{clock_, metrics_, [this] {
                          if (const auto hold = std::exchange(hold_, nullptr)) hold();
                          if (answers_) metrics_.gauge("test_gauge", "For the test.").set(++read_);
                          return answers_;
                      }}};
    web::HttpServer server_;
};

TEST_F(ScrapesTest, FiguresAreReadAfterTheyWereAskedFor) {
    ask("/metrics");
    clock_.advance(seconds{60});

    const auto answer = ask("/metrics");

    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.find("Content-Type"), Metrics::kContentType);
    EXPECT_THAT(answer.body, HasSubstr("test_gauge 2\n"));
    EXPECT_THAT(answer.body, HasSubstr("maillon_metrics_age_seconds 0\n"));
}

TEST_F(ScrapesTest, WhileTheStoreIsSlowOthersAreAnsweredAndWhoWaitsGetsTheFiguresOfBefore) {
    ask("/metrics");
    clock_.advance(seconds{60});
    std::promise<void> answer_of_the_store;
    auto begun = keep_waiting(answer_of_the_store);
    auto scraped = std::async(std::launch::async, [this] { return ask("/metrics"); });
    begun.wait();

    EXPECT_EQ(ask("/healthz").body, "alive\n");
    scrapes_.tick();
    clock_.advance(Scrapes::kPatience);
    scrapes_.tick();

    const auto answer = scraped.get();
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, HasSubstr("test_gauge 1\n"));
    EXPECT_THAT(answer.body, HasSubstr("maillon_metrics_age_seconds 62\n"));
    answer_of_the_store.set_value();
    EXPECT_THAT(ask("/metrics").body, HasSubstr("maillon_metrics_age_seconds 0\n")) << "it answers again";
}

TEST_F(ScrapesTest, FiguresThatCannotBeReadStandAndGrowOld) {
    ask("/metrics");
    answers_ = false;
    clock_.advance(seconds{90});

    const auto answer = ask("/metrics");

    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, HasSubstr("test_gauge 1\n"));
    EXPECT_THAT(answer.body, HasSubstr("maillon_metrics_age_seconds 90\n"));
}

TEST_F(ScrapesTest, WhoWaitsAtTheEndIsAnswered) {
    std::promise<void> answer_of_the_store;
    auto begun = keep_waiting(answer_of_the_store);
    auto first = std::async(std::launch::async, [this] { return ask("/metrics").status; });
    begun.wait();
    auto ending = std::async(std::launch::async, [this] { scrapes_.stop(); });
    answer_of_the_store.set_value();
    ending.wait();

    EXPECT_EQ(first.get(), 200);
}

}  // namespace
}  // namespace maillon::hub
