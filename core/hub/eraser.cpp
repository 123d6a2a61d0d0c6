#include "core/hub/eraser.h"

namespace maillon::hub {
namespace {

constexpr std::chrono::seconds kAfterTrouble{2};

}  // namespace

void Eraser::start() {
    thread_ = std::thread([this] { loop(); });
}

void Eraser::stop() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
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
    changed_.wait(lock, [&] { return quiet_result_ || stopping_; });
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
                         return !stopping_;
                     },
                     parts_.on_removed});
    if (auto again = erasing.begin_again(); !again) return again.error();
    auto open = parts_.database.read([](db::Reader& reader) { return store::Erasures::open(reader); });
    if (!open) return open.error();
    if (open->empty()) return false;
    auto row = erasing.finish(std::move(open->front()));
    if (!row) return row.error();
    parts_.log.info("erasure.done", {{"erasure", row->id.value()}});
    return true;
}

void Eraser::loop() {
    for (;;) {
        const auto more = step();
        std::unique_lock lock(mutex_);
        if (stopping_) return;
        state_.trouble = more ? std::string() : more.error().what;
        if (!more) {
            parts_.log.warning("erasure.trouble", {{"reason", more.error().what}});
            changed_.wait_for(lock, kAfterTrouble, [&] { return stopping_; });
        } else if (!*more) {
            changed_.wait(lock, [&] { return woken_ || stopping_; });
        }
        if (stopping_) return;
        woken_ = false;
    }
}

}  // namespace maillon::hub
