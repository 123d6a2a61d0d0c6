#pragma once

#include "core/base/clock.h"
#include "core/hub/ingest.h"
#include "core/observe/log.h"
#include "core/plugin/connector.h"

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace maillon::hub {

/// What came of handing a web request to a connector, once its events are on disk.
struct WebAnswer {
    int status = 503;
    std::string body, content_type = "text/plain";
};

/// A request of a service, and whoever waits for its answer.
struct WaitingRequest {
    plugin::WebRequest request;
    std::function<void(WebAnswer)> answer;  ///< called once, on any thread
};

/// The web requests that wait for one connector: bounded in number and in bytes, so that a service is told to
/// come again before memory grows. The one who has the queue guards it.
class WebQueue {
public:
    /// False, and `web` is left as it was, when too many wait, or too much of them is in memory. What was
    /// taken off the queue counts until it is answered.
    bool add(WaitingRequest& web);
    std::optional<WaitingRequest> next();
    /// Answers all that wait.
    void refuse_all(const std::string& why);

    bool empty() const { return waiting_.empty(); }
    std::size_t size() const { return waiting_.size(); }

private:
    std::deque<WaitingRequest> waiting_;
    /// Bytes of requests that are not answered yet; shared with their answers.
    std::shared_ptr<std::atomic<std::size_t>> bytes_ = std::make_shared<std::atomic<std::size_t>>(0);
};

/// What a connector made of web requests, on its way to the journal: what comes close together is written
/// together. Of the lane's thread.
class WebIntake {
public:
    struct Parts {
        const Clock& clock;
        Log& log;
        Ingest& ingest;
    };
    WebIntake(Parts parts, std::string instance) : parts_(parts), instance_(std::move(instance)) {}

    /// Answers what was refused; keeps the others until they are passed on.
    void add(WaitingRequest web, Result<plugin::Received> received);
    /// A request that was taken does not wait any longer for those behind it.
    bool is_time_to_pass_on() const;
    void pass_on();

private:
    Parts parts_;
    std::string instance_;
    std::vector<Ingest::Told> told_;
    SteadyPoint since_{};
};

}  // namespace maillon::hub
