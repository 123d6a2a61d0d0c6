#pragma once

#include "core/config/secrets.h"
#include "core/hub/admin.h"
#include "core/hub/checked_books.h"
#include "core/hub/closing.h"
#include "core/hub/eraser.h"
#include "core/hub/hub.h"
#include "core/hub/instances.h"
#include "core/hub/repeating.h"
#include "core/hub/replayer.h"
#include "core/hub/retention.h"
#include "core/hub/schedules.h"
#include "core/hub/scrapes.h"
#include "core/hub/searches.h"
#include "core/hub/watchdog.h"
#include "core/hub/webhooks.h"
#include "core/journal/sql_journal.h"
#include "core/net/beast_client.h"
#include "core/observe/line_log.h"

#include <condition_variable>
#include <mutex>
#include <shared_mutex>

/// What a hub is made of, and how the parts are tied together; not part of the room's face.
namespace maillon::hub {

/// Exit code when the store is broken: what is on disk is whole, but this process can no longer tell what is.
inline constexpr int kStoreBroken = 74;
/// When what was stopped to be made anew cannot be: a connector does not come back, or the store is of no
/// use.
inline constexpr int kOnlyRestart = 1;

struct Hub::Parts {
    Parts(Prepared p, Options o);

    Prepared prepared;
    Options options;
    SystemClock clock;
    Redactor redactor;
    LineLog log;
    Metrics metrics;
    Health health;
    config::Secrets secrets;
    std::function<double()> chance;
    std::unique_ptr<db::Database> database;
    std::unique_ptr<SqlJournal> journal;
    std::unique_ptr<Erased> erased;
    std::unique_ptr<Eraser> eraser;
    People people;           ///< of `prepared`
    LinkId counted_links{};  ///< up to here the metrics have counted them
    std::unique_ptr<BeastClient> http;
    std::map<std::string, LiveInstance> instances;
    std::unique_ptr<deliver::Budgets> budgets;
    std::unique_ptr<deliver::Deliver> deliver;
    std::map<std::string, std::unique_ptr<match::Matcher>> matchers;  ///< by directory; outlive the engine
    std::unique_ptr<route::Engine> engine;
    std::unique_ptr<Ingest> ingest;
    std::unique_ptr<Schedules> schedules;
    std::unique_ptr<Closing> closing;
    std::unique_ptr<Retention> retention;
    std::unique_ptr<Replayer> replayer;
    std::vector<std::unique_ptr<Repeating>> chores;
    std::map<std::string, std::unique_ptr<SourceLane>> lanes;
    std::unique_ptr<Webhooks> webhooks;
    std::unique_ptr<Scrapes> scrapes;
    CheckedBooks checked_books{clock};
    std::unique_ptr<Admin> admin;
    std::unique_ptr<Searches> searches;  ///< by means of admin; end before what they read goes
    std::unique_ptr<web::HttpServer> server, admin_server;
    std::optional<Health::Component> store_health, connection_health, engine_health, books_health;
    std::optional<Health::Component> files_health;         ///< while the hub runs on other than its files say
    std::map<std::string, Health::Component> sink_health;  ///< by instance
    std::optional<Watchdog> watchdog;
    std::uint16_t port = 0;
    TimePoint started{};
    bool running = false;

    std::shared_mutex exchange;  ///< held by who looks at what moves; exclusively while that is replaced
    // Reloads that were asked for through the admin API, and what came of the last one.
    std::mutex reload_mutex;
    std::condition_variable reloaded;
    std::uint64_t reloads_wanted = 0, reloads_done = 0;
    Result<std::string> reload_result{std::string()};
    bool reload_closed = false;
    Result<std::string> wait_for_reload();
    Admin::Answer ask_admin(const web::HttpRequest& request);
    Ground ground(const Prepared& of);
    void make_matchers();
    /// On so many threads: all cores at the start, one beside work.
    void load_matcher(const std::string& directory, match::Matcher& matcher, unsigned threads);
    /// Takes in what people have answered.
    void calibrate(const std::string& directory, match::Matcher& matcher);
    match::Matcher* matcher(const std::string& directory);
    /// Those that ask for it read their records again, one after the other while nobody stops that.
    Result<> refresh_matchers(const std::stop_token& stop);
    /// Takes what a poll costs.
    std::optional<deliver::Budgets::Wait> afford_poll(const std::string& name);

    Result<> open_store();
    /// Takes on what was written to the files while this hub waited; when that is no good, what it was opened
    /// with goes on. Before anything is made of it.
    void catch_up_with_files();
    Result<> make_client();
    Result<std::map<std::string, LiveInstance>> make_instances(const Prepared& of);
    void wire();
    /// Takes in what the store says of sources, runs and schedules. After `wire`.
    Result<> bring_back();
    void start_moving();
    /// What moves comes to its end, until `until`; `finish_waiting`: web requests that wait are taken in.
    /// What waits for a connector that did not come back, not even when it was cancelled, cannot be taken
    /// apart.
    deliver::Deliver::Ended stop_moving(std::chrono::steady_clock::time_point until, bool finish_waiting,
                                        std::chrono::milliseconds cancel_time);
    /// The same where all is to be made anew: then only the end of the process is left. The instances that
    /// were cancelled.
    std::set<std::string> stop_to_exchange();
    /// Ends the process; who waits for a reload is told why.
    [[noreturn]] void end_for_a_restart(std::string_view event, const std::string& reason);
    /// Makes them anew, where they go on: what was cancelled would refuse every call. After `unwire`.
    Result<> renew(const std::set<std::string>& cancelled);
    /// What has been stopped is on disk and told, or the process ends: nobody who is told later may be gone.
    void settle();
    /// The other way round as `wire`; everything has been stopped.
    void unwire();
    Result<> replace(Prepared next);
    /// Lets the eraser do what it can only do while nothing moves.
    void be_quiet();
    void add_lane(const std::string& name);
    Result<> listen();
    Result<std::shared_ptr<const route::Plan>> older_plan(const std::string& hash);
    using SetGauge =
        std::function<void(std::string_view name, std::string_view help, const Labels& labels, double value)>;
    /// Of what moves now: calls, connectors, budgets, runs, and whether all do.
    void moving_gauges(const SetGauge& set);
    Result<> book_gauges(const SetGauge& set);
    /// Of what a person is to decide, or has.
    Result<> decision_gauges(const SetGauge& set);
    void disk_gauges(const SetGauge& set);
    /// Of questions and classes of evidence, for each directory.
    Result<> people_gauges(const SetGauge& set);
    /// Of the links that were made and removed since the last time, also by commands beside the hub.
    Result<> count_links();
    /// All that are read from the store.
    Result<> store_gauges(const SetGauge& set);
    double seconds_since(TimePoint then) const;
    void call_gauge(const std::string& name, const char* side, const std::optional<TimePoint>& since);
    /// Whether what is to be sent gets through, for each connector.
    void watch_sinks();
    /// False when those of the store stand as they were: it does not answer, or all is being replaced.
    bool gauges();
    Result<> look_after_books();
    void watch_progress();
    Watchdog::Beat beat_of_sink(const std::string& name);
};

}  // namespace maillon::hub
