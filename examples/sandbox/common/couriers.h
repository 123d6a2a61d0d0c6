#pragma once

#include "http_post.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>

namespace sandbox {

/// Threads that carry messages out, so that no service waits for the one it calls. Thread-safe.
///
/// Each thread has a connection of its own, which a job may use while it runs. A job never throws.
class Couriers {
public:
    using Job = std::function<void(Caller&)>;

    explicit Couriers(int count);
    /// Jobs that have not begun are dropped; calls under way are interrupted.
    ~Couriers();
    Couriers(const Couriers&) = delete;
    Couriers& operator=(const Couriers&) = delete;

    void send(Job job) { send_after({}, std::move(job)); }
    void send_after(std::chrono::milliseconds pause, Job job);

private:
    struct Entry {
        std::chrono::steady_clock::time_point due;
        std::uint64_t number;
        Job job;
        bool operator<(const Entry& other) const {
            return due != other.due ? due > other.due : number > other.number;
        }
    };
    void work(Caller& caller);

    std::mutex mutex_;
    std::condition_variable changed_;
    std::priority_queue<Entry> waiting_;
    std::uint64_t counter_ = 0;
    bool stopping_ = false;
    std::vector<Caller> callers_;  // one a thread; not resized while threads run
    std::vector<std::jthread> threads_;
};

}  // namespace sandbox
