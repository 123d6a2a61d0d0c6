#include "core/hub/eraser.h"

#include <algorithm>

namespace maillon::hub {
namespace {

constexpr std::chrono::seconds kAfterTrouble{2};
/// A pause grows to so many times its first length.
constexpr int kMostGrowth = 32;

}  // namespace

std::chrono::milliseconds Eraser::pause_after(const Fault& fault, int failures) {
    const auto first = fault.retry_after.value_or(kAfterTrouble);
    return first * std::min(1 << std::min(failures - 1, 20), kMostGrowth);
}

void Eraser::start() {
    thread_ = std::thread([this] { loop(); });
}

void Eraser::stop() {
    stop_.request_stop();
    {
        const std::scoped_lock lock(mutex_);
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void Eraser::wake() {
    const std::scoped_lock lock(mutex_);
    woken_ = true;
    changed_.notify_all();
}

Eraser::State Eraser::state() const {
    const std::scoped_lock lock(mutex_);
    return state_;
}

bool Eraser::wants_quiet() const {
    const std::scoped_lock lock(mutex_);
    return quiet_work_ && !quiet_result_;
}

void Eraser::be_quiet() {
    const std::function<Result<>()>* work = nullptr;
    {
        const std::scoped_lock lock(mutex_);
        work = quiet_work_;
    }
    if (!work) return;
    auto done = (*work)();
    const std::scoped_lock lock(mutex_);
    quiet_result_ = std::move(done);
    changed_.notify_all();
}

Result<> Eraser::in_quiet(const std::function<Result<>()>& work) {
    std::unique_lock lock(mutex_);
    quiet_result_.reset();
    quiet_work_ = &work;
    changed_.wait(lock, [&] { return quiet_result_ || stop_.stop_requested(); });
    auto done = quiet_result_.value_or(Result<>(Fault{FaultKind::cancelled, "the hub is stopping", {}}));
    quiet_work_ = nullptr;
    quiet_result_.reset();
    return done;
}

Result<bool> Eraser::step() {
    const auto people = parts_.people();
    Erasing erasing({parts_.database, parts_.journal, parts_.clock, people, parts_.erased,
                     [this](const std::function<Result<>()>& work) { return in_quiet(work); },
                     [this](std::int64_t done, std::int64_t all) {
                         const std::scoped_lock lock(mutex_);
                         state_.done = done;
                         state_.all = all;
                         return !stop_.stop_requested();
                     },
                     parts_.on_removed, stop_.get_token()});
    if (auto again = erasing.begin_again(); !again) return again.error();
    auto open = parts_.database.read([](db::Reader& reader) { return store::Erasures::open(reader); });
    if (!open) return open.error();
    if (open->empty()) return false;
    // Who is still to be taken out does not wait until there is room to write the file anew.
    const auto next = std::ranges::find(*open, store::ErasureState::removing, &store::ErasureRow::state);
    auto row = erasing.finish(std::move(next == open->end() ? open->front() : *next));
    if (!row) return row.error();
    parts_.log.info("erasure.done", {{"erasure", row->id.value()}});
    return true;
}

void Eraser::loop() {
    for (int failures = 0;;) {
        const auto more = step();
        std::unique_lock lock(mutex_);
        if (stop_.stop_requested()) return;
        failures = more ? 0 : failures + 1;
        state_.trouble = more ? std::string() : more.error().what;
        const auto is_called = [&] { return woken_ || stop_.stop_requested(); };
        if (!more) {
            const auto pause = pause_after(more.error(), failures);
            const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(pause).count();
            parts_.log.warning("erasure.trouble",
                               {{"reason", more.error().what}, {"next_try_s", std::to_string(seconds)}});
            changed_.wait_for(lock, pause, is_called);
        } else if (!*more) {
            changed_.wait(lock, is_called);
        }
        if (stop_.stop_requested()) return;
        woken_ = false;
    }
}

}  // namespace maillon::hub
