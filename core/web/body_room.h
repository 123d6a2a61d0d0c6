#pragma once

#include <atomic>
#include <cstddef>

namespace maillon {
inline namespace web {

/// How many bytes the bodies that are being read may take together. Thread-safe.
class BodyRoom {
public:
    explicit BodyRoom(std::size_t most) : most_(most) {}

    /// False, and nothing is taken, when there is no room for so much more.
    bool take(std::size_t bytes) {
        auto held = held_.load();
        do {
            if (held > most_ || bytes > most_ - held) return false;
        } while (!held_.compare_exchange_weak(held, held + bytes));
        return true;
    }
    void give_back(std::size_t bytes) { held_.fetch_sub(bytes); }
    std::size_t held() const { return held_; }

private:
    const std::size_t most_;
    std::atomic<std::size_t> held_{0};
};

/// What one body takes of the room; given back at its end. The room must outlive it.
class BodyShare {
public:
    explicit BodyShare(BodyRoom& room) : room_(room) {}
    ~BodyShare() { room_.give_back(bytes_); }
    BodyShare(const BodyShare&) = delete;
    BodyShare& operator=(const BodyShare&) = delete;

    /// False, and it stays as it was, when there is no room.
    bool grow_to(std::size_t bytes) {
        if (bytes <= bytes_) return true;
        if (!room_.take(bytes - bytes_)) return false;
        bytes_ = bytes;
        return true;
    }

private:
    BodyRoom& room_;
    std::size_t bytes_ = 0;
};

}  // namespace web
}  // namespace maillon
