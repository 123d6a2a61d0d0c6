#include "core/hub/schedules.h"

#include "core/base/time.h"
#include "core/route/plan.h"
#include "core/route/zone_clock.h"
#include "core/store/books.h"
#include "core/store/state.h"

#include <boost/json/object.hpp>

#include <algorithm>

namespace maillon::hub {
namespace {

using std::chrono::milliseconds;

/// Where the state of schedules is kept, beside that of plug-ins.
constexpr std::string_view kOwner = "hub/cron";
/// A time is missed when it is older: the thread itself is never as late.
constexpr milliseconds kLate = std::chrono::minutes{1};
/// The wall clock may be set while we wait.
constexpr milliseconds kLongest = std::chrono::seconds{5};
constexpr milliseconds kAfterTrouble{1'000};

}  // namespace

Result<> Schedules::load(const std::map<std::string, config::Route>& routes) {
    for (const auto& [name, route] : routes) {
        for (const auto& trigger : route.from) {
            if (!trigger.schedule) continue;
            if (auto done = add(name, *trigger.schedule); !done) return done;
        }
    }
    return {};
}

Result<> Schedules::add(const std::string& route, const config::Schedule& schedule) {
    auto clock_at = route::clock_of_zone(schedule.zone.value);
    if (!clock_at) return config_fault("there is no time zone '" + schedule.zone.value + "'");
    Entry entry{route, schedule, std::move(*clock_at), parts_.clock.now()};
    auto known = parts_.database.read(
        [&](db::Reader& reader) { return store::PluginState::get(reader, kOwner, entry.key()); });
    if (!known) return known.error();
    if (*known) {
        auto done = parse_rfc3339(**known);
        if (!done) return done.error().in("the schedule of route '" + route + "'");
        entry.done = *done;
    } else {
        auto stored = parts_.database.run([&](db::Unit& unit) {
            return store::PluginState::set(unit, kOwner, entry.key(), to_rfc3339(entry.done));
        });
        if (!stored) return stored;
    }
    entries_.push_back(std::move(entry));
    return {};
}

Result<std::optional<TimePoint>> Schedules::tick() {
    const auto now = parts_.clock.now();
    std::optional<TimePoint> next;
    for (auto& entry : entries_) {
        if (auto done = pass(entry, now); !done) return done.error();
        const auto mine = entry.schedule.cron.next(std::max(entry.done, now), entry.clock_at);
        if (mine) next = std::min(next.value_or(*mine), *mine);
    }
    return next;
}

Result<> Schedules::pass(Entry& entry, TimePoint now) {
    // A clock that was ahead must not silence the schedule for as long. What was emitted is known by its time
    // and does not come twice.
    if (entry.done > now) entry.done = now - kLate;
    const auto oldest = now - std::max(entry.schedule.catch_up, kLate);
    const auto& cron = entry.schedule.cron;
    const auto due = cron.last(std::max(entry.done, oldest - milliseconds{1}), now, entry.clock_at);
    if (!due) return {};
    auto done = parts_.database.run([&](db::Unit& unit) { return emit(unit, entry, *due, now); });
    if (!done) return done;
    entry.done = *due;
    parts_.on_new();
    return {};
}

Result<> Schedules::emit(db::Unit& unit, const Entry& entry, TimePoint scheduled, TimePoint now) {
    const Event event{
        {},
        {.id = route::cron_event_id(entry.route, scheduled),
         .source = "/hub",
         .connector = "hub",
         .type = std::string(config::kCronDue),
         .subject = entry.route,
         .key = "cron/" + entry.route,
         .time = scheduled,
         .received = now},
        Json::from(boost::json::object{{"route", entry.route}, {"scheduled", to_rfc3339(scheduled)}})};
    auto appended = parts_.journal.append(unit, std::span(&event, 1));
    if (!appended) return appended.error();
    // Two schedules of a route may name the same moment.
    const store::EventBook change{.received = 1, .doubles = appended->front().is_new ? 0 : 1};
    if (auto done = store::Books::add(unit, "hub", change); !done) return done;
    return store::PluginState::set(unit, kOwner, entry.key(), to_rfc3339(scheduled));
}

void Schedules::start() {
    if (!entries_.empty()) thread_ = std::thread([this] { loop(); });
}

void Schedules::stop() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        wake_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void Schedules::loop() {
    for (;;) {
        const auto next = tick();
        auto pause = kLongest;
        if (!next) {
            parts_.log.error("schedules.trouble", {{"reason", next.error().what}});
            pause = kAfterTrouble;
        } else if (*next) {
            pause = std::clamp(**next - parts_.clock.now(), milliseconds{1}, kLongest);
        }
        std::unique_lock lock(mutex_);
        if (wake_.wait_for(lock, pause, [this] { return stopping_; })) return;
    }
}

}  // namespace maillon::hub
