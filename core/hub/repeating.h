#pragma once

#include "core/base/fault.h"
#include "core/observe/log.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

namespace maillon::hub {

/// A thread that does something again and again, with a pause after each time. A failure is logged as
/// "<name>.trouble", and the next time comes all the same. Work that takes long asks its token between units,
/// and leaves the rest to the first time of whoever comes after.
class Repeating {
public:
    using Work = std::function<Result<>(const std::stop_token&)>;
    Repeating(std::string name, std::chrono::milliseconds pause, Work work, Log& log)
        : name_(std::move(name)), pause_(pause), work_(std::move(work)), log_(log) {}
    ~Repeating() { stop(); }

    void start();
    /// Has what is being done broken off, and waits for that; it is not begun again. Safe to call twice.
    void stop();

private:
    void loop();

    std::string name_;
    std::chrono::milliseconds pause_;
    Work work_;
    Log& log_;

    std::mutex mutex_;
    std::condition_variable wake_;
    std::stop_source stop_;
    std::thread thread_;
};

}  // namespace maillon::hub
