#include "core/hub/admin_views.h"
#include "core/hub/hub_parts.h"
#include "core/store/books.h"
#include "core/store/reviews.h"

#include <map>

/// How the running hub looks at itself.
namespace maillon::hub {
namespace {

Counter counter_of_links(Metrics& metrics, const std::string& directory, const std::string& by,
                         bool is_made) {
    return metrics.counter(is_made ? "maillon_links_made_total" : "maillon_links_removed_total",
                           is_made ? "Links of people with records, by who decided."
                                   : "Links that hold no more, by who decided.",
                           {{"directory", directory}, {"by", by}});
}

/// Longer than a call into a connector may take, and what it takes to notice that.
constexpr std::chrono::seconds kCallPatience{90};
/// The router and the writer wait for nobody but the disk.
constexpr std::chrono::seconds kOwnPatience{60};

}  // namespace

void Hub::Parts::watch_progress() {
    watchdog.emplace(clock, log, health, metrics);
    watchdog->watch("writer", "", kOwnPatience, true, [this]() -> Watchdog::Beat {
        const auto counters = database->counters();
        // Without a connection the store's own line tells what is wrong, and a restart would not help.
        const bool has_work = database->queued() > 0 && database->trouble().empty();
        return {has_work, counters.units + counters.failed_units};
    });
    watchdog->watch("router", "", kOwnPatience, true, [this]() -> Watchdog::Beat {
        const auto state = engine->state();
        return {!state.idle && state.trouble.empty() && database->trouble().empty(), state.turns};
    });
    for (const auto& [name, lane] : lanes)
        watchdog->watch("source", name, kCallPatience, false, [&lane = *lane]() -> Watchdog::Beat {
            return {lane.is_busy(), lane.calls_done(), lane.state().doing};
        });
    for (const auto& state : deliver->states())
        watchdog->watch("sink", state.instance, kCallPatience, false,
                        [this, name = state.instance] { return beat_of_sink(name); });
}

Watchdog::Beat Hub::Parts::beat_of_sink(const std::string& name) {
    for (const auto& state : deliver->states()) {
        if (state.instance != name) continue;
        const bool is_due = state.paused.empty() && state.next && *state.next <= clock.now();
        return {state.trying > 0 || is_due, state.turns, state.doing};
    }
    return {};
}

void Hub::Parts::watch_sinks() {
    for (const auto& state : deliver->states()) {
        auto found = sink_health.find(state.instance);
        if (found == sink_health.end())
            found = sink_health.emplace(state.instance, health.component("calls." + state.instance)).first;
        if (state.trouble.empty())
            found->second.ok();
        else
            found->second.failing(state.trouble);
    }
}

/// The books are right at every commit, so whenever one looks.
Result<> Hub::Parts::look_after_books() {
    const auto wrong = database->read([](db::Reader& reader) { return store::Books::check(reader); });
    if (!wrong) return wrong.error();
    if (wrong->empty()) {
        books_health->ok();
        return {};
    }
    books_health->failing("the books do not balance: " + wrong->front());
    return internal("the books do not balance: " + wrong->front() + "; see: maillon ledger");
}

void Hub::Parts::count_links() {
    const auto tallies =
        database->read([&](db::Reader& reader) { return store::Links::tally(reader, counted_links); });
    if (!tallies) return log.warning("metrics.links_missing", {{"reason", tallies.error().what}});
    for (const auto& one : *tallies) {
        counted_links = std::max(counted_links, one.last);
        if (one.kind != store::LinkKind::link && one.kind != store::LinkKind::unlink) continue;
        counter_of_links(metrics, one.directory, one.by, one.kind == store::LinkKind::link)
            .add(static_cast<double>(one.count));
    }
    // A rate needs a figure before the first.
    for (const auto& [name, directory] : prepared.config.directories) {
        for (const auto* by : {"rule", "model", "person"}) counter_of_links(metrics, name, by, true);
        for (const auto* by : {"rule", "person"}) counter_of_links(metrics, name, by, false);
    }
}

void Hub::Parts::people_gauges(const SetGauge& set) {
    count_links();
    std::map<std::string, store::Reviews::Backlog> open;
    std::map<std::string, std::int64_t> suspended;
    const auto read = database->read([&](db::Reader& reader) -> Result<> {
        auto rows = store::Reviews::backlog(reader);
        if (!rows) return rows.error();
        for (auto& row : *rows) open[row.directory] = std::move(row);
        auto classes = store::Classes::list(reader);
        if (!classes) return classes.error();
        for (const auto& one : *classes) suspended[one.directory] += one.suspended ? 1 : 0;
        return {};
    });
    if (!read) return log.warning("metrics.reviews_missing", {{"reason", read.error().what}});
    // Also of directories about whose people nobody is asked: a figure that goes away does not go to 0.
    for (const auto& [name, directory] : prepared.config.directories) {
        const Labels labels{{"directory", name}};
        const auto& backlog = open[name];
        const auto age = backlog.open == 0 ? 0.0 : seconds_since(backlog.oldest);
        set("maillon_reviews_open", "Questions about who somebody is that wait for a person.", labels,
            static_cast<double>(backlog.open));
        set("maillon_reviews_oldest_seconds", "Age of the oldest open question.", labels, age);
        set("maillon_match_suspended_classes", "Kinds of evidence that link no more.", labels,
            static_cast<double>(suspended[name]));
    }
}

double Hub::Parts::seconds_since(TimePoint then) const {
    // Where the clock was set back meanwhile, no time is known to have passed.
    return static_cast<double>(std::max<std::int64_t>((clock.now() - then).count(), 0)) / 1000;
}

void Hub::Parts::call_gauge(const std::string& name, const char* side,
                            const std::optional<TimePoint>& since) {
    auto gauge = metrics.gauge("maillon_connector_call_seconds",
                               "How long a connector has had the call that it is at; 0: it has none.",
                               {{"instance", name}, {"side", side}});
    gauge.set(since ? seconds_since(*since) : 0);
}

void Hub::Parts::gauges() {
    const std::shared_lock lock(exchange, std::try_to_lock);
    if (!lock) return;  // while the configuration changes the figures stand
    const auto set = [&](std::string_view name, std::string_view help, const Labels& labels, double value) {
        auto gauge = metrics.gauge(name, help, labels);
        gauge.set(value);
    };
    for (const auto& lane : deliver->states()) {
        const Labels labels{{"instance", lane.instance}};
        set("maillon_queue_calls", "Calls that wait or are being tried.", labels,
            static_cast<double>(lane.queued + lane.trying));
        const auto age = lane.oldest ? seconds_since(*lane.oldest) : 0.0;
        set("maillon_queue_oldest_seconds", "Age of the oldest call that waits or is being made.", labels,
            age);
        call_gauge(lane.instance, "sink", lane.since);
    }
    for (const auto& [name, lane] : lanes) call_gauge(name, "source", lane->state().since);
    if (budgets) budgets->show();
    const auto state = engine->state();
    set("maillon_runs", "Runs in memory.", {}, static_cast<double>(state.runs));
    if (const auto last = journal->last_seq()) {
        set("maillon_journal_unrouted", "Events that wait to be put to the routes.", {},
            static_cast<double>(last->value() - state.routed.value()));
    }
    const auto figures = [&](std::string_view name, std::string_view help, const std::string& label,
                             const std::string& of, const boost::json::object& book) {
        for (const auto& [figure, value] : book)
            set(name, help, {{label, of}, {"figure", std::string(figure)}},
                static_cast<double>(value.as_int64()));
    };
    const auto read = database->read([&](db::Reader& reader) -> Result<> {
        auto events = store::Books::events(reader);
        if (!events) return events.error();
        auto runs = store::Books::runs(reader);
        if (!runs) return runs.error();
        for (const auto& row : *events)
            figures("maillon_ledger_events", "The book of events.", "connector", row.connector,
                    view_of(row.book));
        for (const auto& row : *runs)
            figures("maillon_ledger_runs", "The book of runs.", "route", row.route, view_of(row.book));
        return {};
    });
    if (!read) log.warning("metrics.ledger_missing", {{"reason", read.error().what}});
    people_gauges(set);
    set("maillon_store_queued_units", "Units that wait for the writer.", {},
        static_cast<double>(database->queued()));
}

}  // namespace maillon::hub
