#pragma once

#include "world.h"

#include <condition_variable>
#include <thread>

namespace sandbox {

/// Publishes the story at its rate, from the moment it is told to. Ends with its destructor.
class Publisher {
public:
    explicit Publisher(World& world);
    ~Publisher();
    Publisher(const Publisher&) = delete;
    Publisher& operator=(const Publisher&) = delete;

    /// False when it had begun already. The world's lock is held.
    bool start();

    /// How much of a list of `total` is out when `mentions` of all mentions are; all of it at the end. Public
    /// for its test.
    static std::size_t share(std::size_t total, std::size_t mentions, std::size_t all_mentions);

private:
    void run(const std::stop_token& stop);
    /// One step; false when everything is out. The world's lock is held.
    bool publish_up_to(std::size_t count);

    World& world_;
    std::condition_variable_any changed_;
    std::jthread thread_;
};

}  // namespace sandbox
