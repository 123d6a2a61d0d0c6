#include "publisher.h"

#include <algorithm>

namespace sandbox {

using namespace std::chrono_literals;

// While a story is published at once, requests get a turn after so many mentions.
constexpr std::size_t kStep = 200;
constexpr auto kTick = 5ms;

Publisher::Publisher(World& world)
    : world_(world), thread_([this](const std::stop_token& stop) { run(stop); }) {}

Publisher::~Publisher() {
    thread_.request_stop();
    changed_.notify_all();
}

bool Publisher::start() {
    if (world_.started) return false;
    world_.started = true;
    changed_.notify_all();
    return true;
}

std::size_t Publisher::share(std::size_t total, std::size_t mentions, std::size_t all_mentions) {
    return mentions >= all_mentions ? total : total * mentions / all_mentions;
}

void Publisher::run(const std::stop_token& stop) {
    std::unique_lock lock(world_.lock);
    changed_.wait(lock, stop, [this] { return world_.started; });
    const auto began = std::chrono::steady_clock::now();
    std::size_t due = 0;
    while (!stop.stop_requested()) {
        const std::chrono::duration<double> gone = std::chrono::steady_clock::now() - began;
        due = world_.rate > 0 ? static_cast<std::size_t>(gone.count() * world_.rate) : due + kStep;
        if (!publish_up_to(due)) return;
        changed_.wait_for(lock, stop, world_.rate > 0 ? kTick : 1ms, [] { return false; });
    }
}

bool Publisher::publish_up_to(std::size_t count) {
    const std::size_t all = world_.mentions.size();
    const std::size_t comments = world_.comments.comments.size();
    while (world_.mentions_published < std::min(count, all)) world_.publish_mention();
    // Without mentions the comments have the rate to themselves.
    const std::size_t wanted =
        all == 0 ? std::min(count, comments) : share(comments, world_.mentions_published, all);
    while (world_.comments_published < wanted) world_.publish_comment();
    return !world_.is_published();
}

}  // namespace sandbox
