#pragma once

#include "core/hub/erasing.h"
#include "core/observe/log.h"
#include "core/observe/metrics.h"

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

namespace maillon::hub {

/// Works off the erasures of a running hub, one after the other, on a thread of its own.
///
/// Runs that are under way are ended while nothing moves: the owner of the hub is asked for that moment
/// (`wants_quiet`, `be_quiet`), which is the one of a reload, too.
class Eraser {
public:
    struct Parts {
        db::Database& database;
        Journal& journal;
        const Clock& clock;
        Log& log;
        Erased& erased;
        std::function<People()> people;  ///< of the configuration as it is now
        std::function<void(const std::string& directory, const std::string& id)> on_removed{};
    };
    explicit Eraser(Parts parts) : parts_(std::move(parts)) {}
    ~Eraser() { stop(); }

    void start();
    /// Waits for the unit that is under way. Safe to call twice.
    void stop();
    /// There may be something to do.
    void wake();

    struct State {
        std::int64_t done = 0, all = 0;  ///< events looked at in this turn
        std::string trouble{};           ///< why it does not go on for the moment
    };
    State state() const;
    /// How long it waits after so many failures one after the other, unless it is woken: longer each time.
    static std::chrono::milliseconds pause_after(const Fault& fault, int failures);

    /// Whether somebody waits for the moment when nothing moves.
    bool wants_quiet() const;
    /// That moment is now: does what was waited for. Of the hub's owner.
    void be_quiet();

private:
    void loop();
    Result<bool> step();
    Result<> in_quiet(const std::function<Result<>()>& work);

    Parts parts_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    State state_;
    bool woken_ = false;
    std::stop_source stop_;
    const std::function<Result<>()>* quiet_work_ = nullptr;
    std::optional<Result<>> quiet_result_;
    std::thread thread_;
};

}  // namespace maillon::hub
