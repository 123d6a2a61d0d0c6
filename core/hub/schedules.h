#pragma once

#include "core/base/clock.h"
#include "core/config/config.h"
#include "core/db/database.h"
#include "core/journal/journal.h"
#include "core/observe/log.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace maillon::hub {

/// Turns `from: { cron: … }` into events: one thread waits for the next time of all routes.
///
/// Each event is written in one unit with the time up to which its schedule is done, so that a restart
/// neither doubles a time nor forgets one: what was missed is made up once, where `catch_up` allows. A
/// schedule begins when it is first seen.
class Schedules {
public:
    struct Parts {
        db::Database& database;
        Journal& journal;
        const Clock& clock;
        Log& log;
        std::function<void()> on_new;  ///< there are new events; quick
    };
    explicit Schedules(Parts parts) : parts_(std::move(parts)) {}
    ~Schedules() { stop(); }

    /// Takes in the schedules of a configuration. Before `start`.
    Result<> load(const std::map<std::string, config::Route>& routes);
    void start();
    void stop();

    /// Emits what is due; when the next time comes. Of the thread, and of tests that have none.
    Result<std::optional<TimePoint>> tick();

private:
    struct Entry {
        std::string route;
        config::Schedule schedule;
        config::Cron::OffsetAt clock_at;
        TimePoint done{};  ///< up to here every time has been dealt with
        std::string key() const { return route + '/' + schedule.zone.value + '/' + schedule.cron.text(); }
    };
    Result<> add(const std::string& route, const config::Schedule& schedule);
    Result<> pass(Entry& entry, TimePoint now);
    Result<> emit(db::Unit& unit, const Entry& entry, TimePoint scheduled, TimePoint now);
    void loop();

    Parts parts_;
    std::vector<Entry> entries_;

    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace maillon::hub
