#pragma once

#include "core/base/clock.h"
#include "core/observe/metrics.h"
#include "core/web/http_server.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace maillon::hub {

/// Answers who asks for the metrics, on a thread of its own: some figures are read from the store, which may
/// take its time, and health and webhooks are not to wait for that.
///
/// Figures are read after they were asked for, once for all who wait. Where that takes long, whoever asked
/// gets those of before; `maillon_metrics_age_seconds` says how old they are.
class Scrapes {
public:
    struct Parts {
        const Clock& clock;
        Metrics& metrics;
        std::function<bool()> read;  ///< brings the figures up to date; false when it could not
    };
    /// Well below the time after which a scrape is given up (10 s by default).
    static constexpr std::chrono::seconds kPatience{2};

    explicit Scrapes(Parts parts) : parts_(std::move(parts)), read_at_(parts_.clock.steady()) {}
    ~Scrapes() { stop(); }

    void start();
    /// Waits for what is being read; who waits still gets the figures of before. Safe to call twice.
    void stop();

    /// Returns at once.
    void ask(web::Responder responder);
    /// To be called every second or so: answers those whose patience is over.
    void tick();

private:
    struct Asked {
        SteadyPoint since;
        std::uint64_t number;
        web::Responder responder;
    };
    void loop();
    /// Takes those out of the front of the queue for whom this holds, and answers them.
    void answer_while(const std::function<bool(const Asked&)>& holds);

    Parts parts_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Asked> asked_;  ///< in the order of their numbers
    std::uint64_t last_ = 0, read_for_ = 0;
    SteadyPoint read_at_;  ///< when the figures were read, or there were none
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace maillon::hub
