#include "core/hub/searches.h"

#include <gtest/gtest.h>

#include <future>

namespace maillon::hub {
namespace {

namespace json = boost::json;

/// Work that waits at its pages until it is let on.
class SearchesTest : public testing::Test {
protected:
    std::int64_t begin(const Searches::Work& work) {
        const auto begun = searches_.begin(work);
        EXPECT_TRUE(begun) << begun.error().what;
        return begun->at("search").get_int64();
    }
    static Searches::Work finding(const std::string& what) {
        return [what](const Searches::Progress&) -> Result<json::object> {
            return json::object{{"found", what}};
        };
    }
    /// Tells that it is at 10 of 20, and goes on when `let_on_` is set.
    Searches::Work waiting() {
        return [this, let_on = let_on_.get_future().share()](
                   const Searches::Progress& progress) -> Result<json::object> {
            progress(10, 20);
            at_page_.set_value();
            let_on.wait();
            if (!progress(20, 20)) return Fault{FaultKind::cancelled, "the search was ended", {}};
            return json::object{{"found", "late"}};
        };
    }
    Result<json::object> finished(std::int64_t id) {
        for (;;) {
            auto seen = searches_.view(id);
            if (!seen || !seen->contains("search")) return seen;
            std::this_thread::yield();
        }
    }

    std::promise<void> at_page_, let_on_;
    Searches searches_;
};

TEST_F(SearchesTest, TellHowFarTheyAreAndThenWhatTheyFound) {
    const auto id = begin(waiting());
    at_page_.get_future().wait();
    EXPECT_EQ(
        *searches_.view(id),
        (json::object{{"search", id}, {"state", "looking"}, {"looked_at", 10}, {"of", 20}, {"turn", 0}}));

    let_on_.set_value();

    EXPECT_EQ(finished(id)->at("found"), "late");
    EXPECT_EQ(finished(id)->at("found"), "late") << "an answer that was cut can be had again";
}

TEST_F(SearchesTest, AreDoneOneAfterTheOther) {
    const auto first = begin(waiting()), second = begin(finding("anne"));
    at_page_.get_future().wait();
    EXPECT_EQ(searches_.view(second)->at("state"), "waiting");

    let_on_.set_value();

    EXPECT_EQ(finished(second)->at("found"), "anne");
    EXPECT_EQ(finished(first)->at("found"), "late");
}

TEST_F(SearchesTest, AFaultIsTheAnswerToo) {
    const auto id = begin([](const Searches::Progress&) -> Result<json::object> {
        return Fault{FaultKind::unsupported, "nobody is known by it", {}};
    });
    EXPECT_EQ(finished(id).error().what, "nobody is known by it");
}

TEST_F(SearchesTest, OneThatIsCancelledEndsAtItsNextPage) {
    const auto id = begin(waiting());
    at_page_.get_future().wait();
    searches_.cancel(id);
    let_on_.set_value();
    EXPECT_EQ(finished(id).error().kind, FaultKind::cancelled);
}

TEST_F(SearchesTest, OnlyAFewMayWaitAndOfThoseDoneAFewAreKept) {
    const auto first = begin(waiting());
    at_page_.get_future().wait();
    for (std::size_t i = 1; i < Searches::kMostWaiting; ++i) begin(finding("one of many"));
    EXPECT_EQ(searches_.begin(finding("too many")).error().kind, FaultKind::conflict);

    let_on_.set_value();
    ASSERT_TRUE(finished(first));
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(finished(begin(finding("more"))));

    EXPECT_EQ(searches_.view(first)->at("state"), "ended");
    EXPECT_EQ(searches_.view(7)->at("state"), "ended") << "of which nothing was ever known";
}

TEST(SearchesEnd, EvenWhileOneIsUnderWay) {
    std::promise<void> begun;
    std::atomic<bool> was_ended = false;
    {
        Searches searches;
        ASSERT_TRUE(searches.begin([&](const Searches::Progress& progress) -> Result<json::object> {
            begun.set_value();
            while (progress(1, 2)) std::this_thread::yield();
            was_ended = true;
            return Fault{FaultKind::cancelled, "the search was ended", {}};
        }));
        begun.get_future().wait();
    }
    EXPECT_TRUE(was_ended);
}

}  // namespace
}  // namespace maillon::hub
