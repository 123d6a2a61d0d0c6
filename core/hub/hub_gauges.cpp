#include "core/hub/admin_views.h"
#include "core/hub/hub_parts.h"
#include "core/hub/version.h"
#include "core/store/approvals.h"
#include "core/store/books.h"
#include "core/store/dead_letters.h"
#include "core/store/holds.h"
#include "core/store/reviews.h"

#include <algorithm>
#include <filesystem>
#include <map>

/// What the running hub tells monitoring, looked up when it is asked. docs/metrics.md lists all of it.
namespace maillon::hub {
namespace {

Counter counter_of_links(Metrics& metrics, const std::string& directory, const std::string& by,
                         bool is_made) {
    return metrics.counter(is_made ? "maillon_links_made_total" : "maillon_links_removed_total",
                           is_made ? "Links of people with records, by who decided."
                                   : "Links that hold no more, by who decided.",
                           {{"directory", directory}, {"by", by}});
}

/// Label sets that one of them may need: the figures of a book are the most.
constexpr std::size_t kSeriesOfOne = 16;

}  // namespace

Result<> Hub::Parts::count_links() {
    const auto tallies =
        database->read([&](db::Reader& reader) { return store::Links::tally(reader, counted_links); });
    if (!tallies) return tallies.error();
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
    return {};
}

Result<> Hub::Parts::people_gauges(const SetGauge& set) {
    std::map<std::string, store::Reviews::Backlog> open;
    std::map<std::string, std::int64_t> suspended;
    auto read = database->read([&](db::Reader& reader) -> Result<> {
        auto rows = store::Reviews::backlog(reader);
        if (!rows) return rows.error();
        for (auto& row : *rows) open[row.directory] = std::move(row);
        auto classes = store::Classes::list(reader);
        if (!classes) return classes.error();
        for (const auto& one : *classes) suspended[one.directory] += one.suspended ? 1 : 0;
        return {};
    });
    if (!read) return read;
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
    return {};
}

double Hub::Parts::seconds_since(TimePoint then) const {
    // Where the clock was set back meanwhile, no time is known to have passed.
    return static_cast<double>(std::max<std::int64_t>((clock.now() - then).count(), 0)) / 1000;
}

void Hub::Parts::call_gauge(const std::string& name, const char* side,
                            const std::optional<TimePoint>& since) {
    auto gauge = metrics.gauge("maillon_connector_call_seconds",
                               "How long a connector has had the call that it is at; 0: it has none.",
                               {{"connector", name}, {"side", side}});
    gauge.set(since ? seconds_since(*since) : 0);
}

void Hub::Parts::moving_gauges(const SetGauge& set) {
    for (const auto& lane : deliver->states()) {
        const Labels labels{{"connector", lane.instance}};
        set("maillon_queue_calls", "Calls that wait or are being tried.", labels,
            static_cast<double>(lane.queued + lane.trying));
        const auto age = lane.oldest ? seconds_since(*lane.oldest) : 0.0;
        set("maillon_queue_oldest_seconds", "Age of the oldest call that waits or is being made.", labels,
            age);
        call_gauge(lane.instance, "sink", lane.since);
    }
    for (const auto& [name, lane] : lanes) call_gauge(name, "source", lane->state().since);
    if (budgets) budgets->show();
    set("maillon_runs", "Runs in memory.", {}, static_cast<double>(engine->state().runs));
    set("maillon_store_queued_units", "Units that wait for the writer.", {},
        static_cast<double>(database->queued()));
    for (const auto& [name, is_ok] : health.components())
        set("maillon_ready", "1 while a component is ready; /readyz fails while one is 0.",
            {{"component", name}}, is_ok ? 1 : 0);
}

Result<> Hub::Parts::book_gauges(const SetGauge& set) {
    const auto figures = [&](std::string_view name, std::string_view help, const std::string& label,
                             const std::string& of, const boost::json::object& book) {
        for (const auto& [figure, value] : book)
            set(name, help, {{label, of}, {"figure", std::string(figure)}},
                static_cast<double>(value.as_int64()));
    };
    return database->read([&](db::Reader& reader) -> Result<> {
        auto events = store::Books::events(reader);
        if (!events) return events.error();
        auto runs = store::Books::runs(reader);
        if (!runs) return runs.error();
        // Books are kept of connectors and routes that are gone, too.
        metrics.make_room(kSeriesOfOne * std::max(events->size(), runs->size()));
        for (const auto& row : *events)
            figures("maillon_ledger_events", "The book of events.", "connector", row.connector,
                    view_of(row.book));
        for (const auto& row : *runs)
            figures("maillon_ledger_runs", "The book of runs.", "route", row.route, view_of(row.book));
        return {};
    });
}

Result<> Hub::Parts::decision_gauges(const SetGauge& set) {
    return database->read([&](db::Reader& reader) -> Result<> {
        const auto letters = store::DeadLetters::count_open(reader);
        if (!letters) return letters.error();
        const auto approvals = store::Approvals::count_open(reader);
        if (!approvals) return approvals.error();
        const auto holds = store::Holds::list(reader);
        if (!holds) return holds.error();
        set("maillon_dead_letters_open", "Dead letters that wait for a person.", {},
            static_cast<double>(*letters));
        set("maillon_approvals_open", "Calls that wait for a person's release.", {},
            static_cast<double>(*approvals));
        const auto is_paused = [&](std::string_view name) {
            return std::ranges::find(*holds, name, &store::HoldRow::name) == holds->end() ? 0.0 : 1.0;
        };
        for (const auto& [name, instance] : prepared.instances)
            set("maillon_paused", "1 while a person has paused a connector.", {{"connector", name}},
                is_paused(name));
        set("maillon_outbound_paused", "1 while a person has paused all calls that reach people.", {},
            is_paused(store::Holds::kOutbound));
        return {};
    });
}

void Hub::Parts::disk_gauges(const SetGauge& set) {
    const std::filesystem::path file = database->place();
    std::error_code error;
    if (!std::filesystem::exists(file, error)) return;  // on a server
    const auto space = std::filesystem::space(file, error);
    if (!error)
        set("maillon_store_free_bytes", "Room that is left on the disk of the store.", {},
            static_cast<double>(space.available));
}

Result<> Hub::Parts::store_gauges(const SetGauge& set) {
    const auto routed = engine->state().routed;
    const auto last = journal->last_seq();
    if (!last) return last.error();
    set("maillon_journal_unrouted", "Events that wait to be put to the routes.", {},
        static_cast<double>(last->value() - routed.value()));
    const auto bytes = database->bytes();
    if (!bytes) return bytes.error();
    set("maillon_store_bytes", "What the store takes, its log not counted.", {}, static_cast<double>(*bytes));
    if (auto done = book_gauges(set); !done) return done;
    if (auto done = decision_gauges(set); !done) return done;
    if (auto done = count_links(); !done) return done;
    return people_gauges(set);
}

bool Hub::Parts::gauges() {
    const std::shared_lock lock(exchange, std::try_to_lock);
    if (!lock) return false;  // while the configuration changes the figures stand
    const auto set = [&](std::string_view name, std::string_view help, const Labels& labels, double value) {
        metrics.gauge(name, help, labels).set(value);
    };
    set("maillon_build_info", "Always 1; its label tells the version.", {{"version", kVersion}}, 1);
    set("maillon_started_seconds", "When the hub was started, in seconds since 1970.", {},
        static_cast<double>(millis(started)) / 1000);
    moving_gauges(set);
    disk_gauges(set);
    // Each question to a server that is gone would wait for an answer.
    if (!database->trouble().empty()) return false;
    const auto done = store_gauges(set);
    if (!done) log.warning("metrics.store_missing", {{"reason", done.error().what}});
    return done.has_value();
}

}  // namespace maillon::hub
