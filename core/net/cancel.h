#pragma once

#include <atomic>

namespace maillon {

/// A token that makes blocked calls return soon. One owner calls `cancel()`, once and for all; any number of
/// calls watch it. Thread-safe. Costs a file descriptor from the first blocking wait on.
class Cancel {
public:
    Cancel() = default;
    ~Cancel();
    Cancel(const Cancel&) = delete;
    Cancel& operator=(const Cancel&) = delete;

    void cancel();
    bool is_cancelled() const { return cancelled_.load(std::memory_order_acquire); }

    /// A descriptor for poll(2), readable from the cancel on, or -1 when the system has none left: then look
    /// at `is_cancelled()` now and again.
    int wake_fd() const;

private:
    std::atomic<bool> cancelled_{false};
    mutable std::atomic<int> fd_{-1};
};

}  // namespace maillon
