#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string_view>
#include <thread>

namespace maillon::match {

/// What tells a caller how far long work is; false ends the work.
using Watch = std::function<bool(std::string_view what, std::int64_t done, std::int64_t all)>;

/// One work of several threads. The watch is called on the thread that made this, and nowhere else.
class SharedWatch {
public:
    /// `watch` must outlive this.
    SharedWatch(const Watch& watch, std::string_view what, std::int64_t all)
        : watch_(watch), what_(what), all_(all) {}

    /// False: the work is to end.
    bool add(std::int64_t done) {
        const auto so_far = done_ += done;
        if (std::this_thread::get_id() == owner_ && goes_on_ && !watch_(what_, so_far, all_))
            goes_on_ = false;
        return goes_on_;
    }
    bool goes_on() const { return goes_on_; }
    /// When all threads are done: tells how far it came, and whether nobody ended it.
    bool finish() { return goes_on_ && add(0); }

private:
    const Watch& watch_;
    std::string_view what_;
    std::int64_t all_;
    std::thread::id owner_ = std::this_thread::get_id();
    std::atomic<std::int64_t> done_{0};
    std::atomic<bool> goes_on_{true};
};

}  // namespace maillon::match
