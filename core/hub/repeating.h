#pragma once

#include "core/base/fault.h"
#include "core/observe/log.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace maillon::hub {

/// A thread that does something again and again, with a pause after each time. A failure is logged as
/// "<name>.trouble", and the next time comes all the same.
class Repeating {
public:
    Repeating(std::string name, std::chrono::milliseconds pause, std::function<Result<>()> work, Log& log)
        : name_(std::move(name)), pause_(pause), work_(std::move(work)), log_(log) {}
    ~Repeating() { stop(); }

    void start();
    /// Waits for what is being done; it is not begun again. Safe to call twice.
    void stop();

private:
    void loop();

    std::string name_;
    std::chrono::milliseconds pause_;
    std::function<Result<>()> work_;
    Log& log_;

    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace maillon::hub
