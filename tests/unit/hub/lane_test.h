#pragma once

#include "core/hub/source_lane.h"
#include "tests/unit/hub/hub_test.h"
#include "tests/unit/hub/scripted_source.h"

#include <future>

namespace maillon::hub {

/// A source lane "x" on a scripted connector. Its thread sees the fake clock when something wakes it; web
/// requests do, and go before everything else.
class LaneTest : public HubTest {
protected:
    void TearDown() override { stop(); }

    void start(std::optional<milliseconds> every = {}) {
        ASSERT_NO_FATAL_FAILURE(make(every));
        lane_->start();
    }
    void make(std::optional<milliseconds> every = {}) {
        config::Instance settings;
        settings.name.value = "x";
        settings.every = every;
        lane_ =
            std::make_unique<SourceLane>(SourceLane::Parts{clock_, log_, *ingest_, health_,
                                                           [] { return 0.5; }, [this] { ++connections_; }},
                                         settings, source_);
        for (auto& directory : directories_) lane_->add_directory(std::move(directory));
        directories_.clear();
        ASSERT_TRUE(lane_->load());
    }
    void stop() {
        if (!lane_) return;
        lane_->ask_to_stop();
        lane_->join(std::chrono::steady_clock::now() + minutes{1});
        lane_.reset();
    }

    std::future<WebAnswer> post(const std::string& body) {
        auto promise = std::make_shared<std::promise<WebAnswer>>();
        auto out = promise->get_future();
        lane_->receive({"POST", "/hooks/x", body, {}},
                       [promise](WebAnswer answer) { promise->set_value(std::move(answer)); });
        lane_->attend();
        return out;
    }
    /// The answer to a request; gives the lane a turn to look at the clock, too.
    WebAnswer posted(const std::string& body = {}) {
        auto out = post(body);
        if (out.wait_for(minutes{1}) != std::future_status::ready) {
            ADD_FAILURE() << "no answer came";
            return {0, {}, {}};
        }
        return out.get();
    }
    /// Turns the lane, without letting time pass, until `done`.
    bool comes_to(const std::function<bool()>& done) {
        const auto end = std::chrono::steady_clock::now() + minutes{1};
        while (!done()) {
            if (std::chrono::steady_clock::now() > end) return false;
            posted();
        }
        return true;
    }
    /// Lets `pause` go by and expects the next call of `verb` at its end, not a millisecond sooner.
    void expect_next(const std::string& verb, milliseconds pause) {
        const auto before = source_.seen(verb);
        ASSERT_FALSE(before.empty());
        const auto due = before.back().at + pause;
        posted();  // answered: the turn that made the last call is over
        clock_.advance(due - clock_.steady() - milliseconds{1});
        for (int i = 0; i < 5; ++i) posted();
        EXPECT_EQ(source_.seen(verb).size(), before.size()) << "too soon";
        clock_.advance(milliseconds{1});
        posted();
        ASSERT_TRUE(source_.is_asked(verb, before.size() + 1));
        EXPECT_EQ(source_.seen(verb)[before.size()].at, due);
    }
    static Fault fault(FaultKind kind, std::optional<milliseconds> after = {}) {
        return {kind, "the service says " + std::string(name_of(kind)), after};
    }

    ScriptedSource source_{clock_};
    std::vector<std::unique_ptr<DirectoryReader>> directories_;
    std::atomic<int> connections_{0};
    std::unique_ptr<SourceLane> lane_;
};

}  // namespace maillon::hub
