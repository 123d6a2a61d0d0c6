#include "core/hub/repeating.h"

namespace maillon::hub {

void Repeating::start() {
    thread_ = std::thread([this] { loop(); });
}

void Repeating::stop() {
    stop_.request_stop();
    {
        const std::scoped_lock lock(mutex_);
        wake_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void Repeating::loop() {
    for (;;) {
        if (const auto done = work_(stop_.get_token()); !done)
            log_.error(name_ + ".trouble", {{"reason", done.error().what}});
        std::unique_lock lock(mutex_);
        if (wake_.wait_for(lock, pause_, [this] { return stop_.stop_requested(); })) return;
    }
}

}  // namespace maillon::hub
