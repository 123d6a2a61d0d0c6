#pragma once

#include "core/config/config.h"
#include "core/deliver/budgets.h"
#include "core/hub/directories.h"
#include "core/hub/ingest.h"
#include "core/hub/web_requests.h"
#include "core/observe/health.h"
#include "core/observe/log.h"
#include "core/plugin/connector.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace maillon::hub {

/// What a source is doing, for status.
struct SourceState {
    std::string instance;
    std::string state;   ///< "starting", "ok", "failing", "paused"
    std::string reason;  ///< why it fails or is paused
    std::optional<TimePoint> last_success;
    std::size_t web_waiting = 0;
    std::string doing;               ///< the call that the connector has at present, "poll"
    std::optional<TimePoint> since;  ///< it has had it since then
    struct Directory {
        std::string name;
        bool complete = false, refreshing = false;
        std::int64_t records = 0;
    };
    std::vector<Directory> directories;
};

/// The source lane of one instance: a thread that connects, takes web requests, polls and reads directories,
/// one call at a time. Web requests go before everything else; they do not wait for a connection, since only
/// a signature is checked.
class SourceLane {
public:
    struct Parts {
        const Clock& clock;
        Log& log;
        Ingest& ingest;
        Health& health;
        std::function<double()> chance;
        std::function<void()> on_connected;  ///< also after refused credentials were mended
        /// Takes what a poll costs, or says until when to wait; may be empty.
        std::function<std::optional<deliver::Budgets::Wait>()> afford{};
    };
    SourceLane(Parts parts, const config::Instance& settings, plugin::Connector& connector);
    ~SourceLane();

    /// Before `start`.
    void add_directory(std::unique_ptr<DirectoryReader> directory);

    /// Brings the directories' progress back. Before `start`.
    Result<> load();

    /// Queues a request; `answer` is called once, on any thread. Refused at once with 503 when too many wait,
    /// or too much of them is in memory until it is on disk. To be followed by `attend`, once for several.
    void receive(plugin::WebRequest request, std::function<void(WebAnswer)> answer);
    /// Wakes the lane for the requests that wait.
    void attend() { wake_.notify_one(); }

    /// Asks the connector nothing until it is released; web requests are taken in. Thread-safe.
    void hold(std::string reason);
    void release();
    /// Logs in soon where that has failed, instead of waiting for the next try: its credentials may have been
    /// mended. Ends no pause. Thread-safe.
    void try_again();

    /// Reads a directory again from its beginning, soon, also after a restart. Thread-safe.
    Result<> refresh(const std::string& directory);

    SourceState state() const;
    /// For the watchdog: calls that came back, and whether one is under way or a request waits.
    std::uint64_t calls_done() const { return calls_done_; }
    bool is_busy() const;
    bool receives() const { return connector_.info().receives; }

    void start();
    /// Requests that wait get 503 at once or, with `finish_waiting`, are taken in before the end.
    void ask_to_stop(bool finish_waiting = false);
    /// False when the thread has not ended by then.
    bool ends_by(std::chrono::steady_clock::time_point until);
    /// Breaks off the call under way, where the connector hears that.
    void cancel();
    /// Waits for the call under way until `until`, then cancels it and waits on. Requests that still wait get
    /// 503.
    void join(std::chrono::steady_clock::time_point until);

private:
    struct Reading {
        std::unique_ptr<DirectoryReader> reader;
        SteadyPoint due;
        Health::Component component;
    };

    void loop();
    bool is_stopping() const;
    bool is_held() const;
    bool is_refresh_wanted() const;
    void forget_pauses();
    std::optional<WaitingRequest> next_request();
    /// Takes in what waits, and what comes meanwhile.
    void take_requests();
    bool take_waiting();
    /// One turn of connect, poll or directory; when to come again.
    SteadyPoint turn();
    /// A call into the connector, which may hang.
    template <class Call>
    auto watched(const char* what, const Call& call);
    void connect();
    void poll();
    /// False: a budget is used up, and the poll waits.
    bool is_affordable();
    void read(Reading& reading);
    /// Begins the refreshes that were asked for or are due.
    void begin_refreshes();
    void look_at(Reading& reading);
    void ok();
    void failed(const Fault& fault, std::string_view what);
    std::chrono::milliseconds pause(const Fault& fault) const;

    Parts parts_;
    std::string name_;
    std::optional<std::chrono::milliseconds> every_;
    plugin::Connector& connector_;
    std::vector<Reading> directories_;
    Health::Component component_;

    // The thread's own.
    bool connected_ = false;
    SteadyPoint connect_due_{}, poll_due_{};
    int failures_ = 0;  ///< in a row, of connecting, polling and reading
    WebIntake intake_;

    mutable std::mutex mutex_;
    std::condition_variable wake_, end_;
    WebQueue web_;
    SourceState state_;
    std::string held_;  ///< why a person has paused it
    bool stopping_ = false, finishing_ = false, ended_ = false;
    std::atomic<bool> again_{false};           ///< what waits because the login failed is to be tried now
    std::atomic<const char*> doing_{nullptr};  ///< what the connector is called for at present
    std::atomic<TimePoint> doing_since_{};
    std::atomic<std::uint64_t> calls_done_{0};
    std::thread thread_;
};

}  // namespace maillon::hub
