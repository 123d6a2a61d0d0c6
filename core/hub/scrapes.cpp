#include "core/hub/scrapes.h"

#include <utility>
#include <vector>

namespace maillon::hub {

void Scrapes::start() {
    thread_ = std::thread([this] { loop(); });
}

void Scrapes::stop() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        wake_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
    answer_while([](const Asked&) { return true; });
}

void Scrapes::ask(web::Responder responder) {
    const std::scoped_lock lock(mutex_);
    asked_.push_back({parts_.clock.steady(), ++last_, std::move(responder)});
    wake_.notify_all();
}

void Scrapes::tick() {
    const auto too_long_ago = parts_.clock.steady() - kPatience;
    answer_while([&](const Asked& one) { return one.since <= too_long_ago; });
}

void Scrapes::loop() {
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || last_ > read_for_; });
            if (stopping_) return;
            read_for_ = last_;
        }
        const auto now = parts_.clock.steady();
        const bool is_read = parts_.read();
        if (is_read) {
            const std::scoped_lock lock(mutex_);
            read_at_ = now;
        }
        answer_while([this](const Asked& one) { return one.number <= read_for_; });
    }
}

void Scrapes::answer_while(const std::function<bool(const Asked&)>& holds) {
    std::vector<web::Responder> out;
    std::chrono::duration<double> age{};
    {
        const std::scoped_lock lock(mutex_);
        for (; !asked_.empty() && holds(asked_.front()); asked_.pop_front())
            out.push_back(std::move(asked_.front().responder));
        age = parts_.clock.steady() - read_at_;
    }
    if (out.empty()) return;
    parts_.metrics
        .gauge("maillon_metrics_age_seconds",
               "How long ago the figures that lie in the store were read; grows while it does not answer.")
        .set(age.count());
    web::HttpResponse response{.status = 200, .body = parts_.metrics.render()};
    response.headers.set("Content-Type", std::string(Metrics::kContentType));
    for (const auto& responder : out) responder.answer(response);
}

}  // namespace maillon::hub
