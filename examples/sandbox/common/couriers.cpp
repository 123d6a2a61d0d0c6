#include "couriers.h"

namespace sandbox {

Couriers::Couriers(int count) {
    callers_.resize(static_cast<std::size_t>(count));
    for (Caller& caller : callers_) threads_.emplace_back([this, &caller] { work(caller); });
}

Couriers::~Couriers() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    for (Caller& caller : callers_) caller.interrupt();
    threads_.clear();  // joins
}

void Couriers::send_after(std::chrono::milliseconds pause, Job job) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.push({std::chrono::steady_clock::now() + pause, counter_++, std::move(job)});
    }
    changed_.notify_one();
}

void Couriers::work(Caller& caller) {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (waiting_.empty()) {
            changed_.wait(lock);
            continue;
        }
        const auto due = waiting_.top().due;
        if (due > std::chrono::steady_clock::now()) {
            changed_.wait_until(lock, due);
            continue;
        }
        const Job job = waiting_.top().job;
        waiting_.pop();
        lock.unlock();
        job(caller);
        lock.lock();
    }
}

}  // namespace sandbox
