#include "core/hub/hub_parts.h"

#include "core/hub/admin_views.h"
#include "core/hub/older_plan.h"
#include "core/hub/standby.h"
#include "core/store/books.h"
#include "core/store/state.h"
#include "core/store/store.h"

#include <boost/json/serialize.hpp>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <random>

namespace maillon::hub {
namespace {

/// Exit code when the store is broken: what is on disk is whole, but this process can no longer tell what is.
constexpr int kStoreBroken = 74;
constexpr std::chrono::minutes kClosingPause{1}, kSealingPause{1};
/// What is old is looked for once in so many sealings.
constexpr int kSealingsToRetention = 10;

/// [0, 1), for any thread.
std::function<double()> system_chance() {
    auto mutex = std::make_shared<std::mutex>();  // owned by the copies of the function
    auto engine = std::make_shared<std::mt19937_64>(std::random_device{}());
    return [mutex, engine] {
        const std::scoped_lock lock(*mutex);
        return std::uniform_real_distribution<double>(0, 1)(*engine);
    };
}

LineLog::Options log_options(const config::Hub::Log& from, bool terminal) {
    LineLog::Options out;
    out.level = log_level_from(from.level == config::LogLevel::debug     ? "debug"
                               : from.level == config::LogLevel::info    ? "info"
                               : from.level == config::LogLevel::warning ? "warning"
                                                                         : "error")
                    .value_or(LogLevel::info);
    out.format = terminal                                 ? LogFormat::text
                 : from.format == config::LogFormat::text ? log_format_for(STDERR_FILENO)
                                                          : LogFormat::json;
    return out;
}

}  // namespace

Hub::Parts::Parts(Prepared p, Options o)
    : prepared(std::move(p)),
      options(o),
      log(log_options(prepared.config.hub.log, o.log_to_terminal), clock, redactor,
          log_output_to(STDERR_FILENO)),
      health(clock),
      secrets(config::Secrets::of_process(prepared.config.hub.secrets)),
      chance(system_chance()) {}

Result<> Hub::Parts::open_store() {
    auto url = store_url(prepared.config.hub, secrets);
    if (!url) return url.error();
    Standby standby({prepared.config.hub.listen, log, health, options.wait_as_standby});
    db::Options db_options;
    db_options.url = std::move(*url);
    db_options.clock = &clock;
    if (options.wait_as_standby)
        db_options.on_held = [&standby](const std::string& why) { return standby.wait(why); };
    db_options.on_connection = [this](bool is_there, const std::string& what) {
        if (is_there)
            log.info("hub.store_back", {{"store", what}});
        else
            log.warning("hub.store_lost", {{"reason", what}});
    };
    db_options.group_units = prepared.config.hub.commit.units;
    db_options.on_broken = [this](const Fault& fault) {
        log.error("hub.store_broken", {{"reason", fault.what}});
        std::fprintf(stderr, "maillon: the store cannot be written any more: %s\n", fault.what.c_str());
        std::_Exit(kStoreBroken);
    };
    auto opened = store::open(std::move(db_options));
    if (!opened) return opened.error();
    database = std::move(*opened);
    journal = std::make_unique<SqlJournal>(*database);
    const auto& config = prepared.config;
    return database->run(
        [&](db::Unit& unit) { return store::Configs::put(unit, config.hash, config.text, clock.now()); });
}

Result<> Hub::Parts::create_instances() {
    BeastClient::Options http_options;
    http_options.proxy = ProxySettings::from_environment([](const char* name) { return std::getenv(name); });
    auto client = BeastClient::make(std::move(http_options), clock, metrics);
    if (!client) return client.error();
    http = std::move(*client);
    const Ground ground{*database, secrets,  clock, log,
                        metrics,   redactor, *http, prepared.config.hub.public_url};
    for (const auto& [name, instance] : prepared.instances) {
        auto live = create_instance(instance, ground);
        if (!live) return live.error();
        instances.emplace(name, std::move(*live));
    }
    return {};
}

void Hub::Parts::wire() {
    deliver = std::make_unique<deliver::Deliver>(deliver::Deliver::Parts{
        *database, clock, log, metrics, chance,
        [this](deliver::Settled settled) { engine->on_settled(std::move(settled)); }});
    for (auto& [name, live] : instances) {
        const auto& info = live.connector->info();
        if (info.delivers || info.processes)
            deliver->add_instance(name, *live.connector, prepared.instances.at(name).settings.retry);
    }
    engine = std::make_unique<route::Engine>(
        route::Engine::Parts{*database, *journal, clock, log, metrics, *deliver, prepared.plan,
                             [this](const std::string& hash) { return older_plan(hash); }});
    ingest = std::make_unique<Ingest>(
        Ingest::Parts{*database, *journal, clock, log, metrics, [this] { engine->wake(); }});
    schedules = std::make_unique<Schedules>(
        Schedules::Parts{*database, *journal, clock, log, [this] { engine->wake(); }});
    closing = std::make_unique<Closing>(
        Closing::Parts{*database, clock, [this](ConversationId talk) { engine->conversation_changed(talk); }},
        prepared.config.conversations);
    retention =
        std::make_unique<Retention>(Retention::Parts{*database, *journal, clock, prepared.config.hub.keep});
    chores.emplace_back(std::make_unique<Repeating>(
        "closing", kClosingPause,
        [this]() -> Result<> {
            auto next = closing->tick();
            if (!next) return next.error();
            return {};
        },
        log));
    chores.emplace_back(std::make_unique<Repeating>(
        "retention", kSealingPause,
        [this, turn = 0]() mutable {
            auto done = turn++ % kSealingsToRetention == 0 ? retention->tick() : retention->seal();
            return done ? look_after_books() : done;
        },
        log));
    for (const auto& [name, live] : instances) add_lane(name);
    webhooks = std::make_unique<Webhooks>(Webhooks::Parts{lanes, health, metrics, [this] { gauges(); }});
}

void Hub::Parts::add_lane(const std::string& name) {
    const auto& instance = prepared.instances.at(name);
    if (instance.is_processor) return;
    auto& connector = *instances.at(name).connector;
    auto lane = std::make_unique<SourceLane>(
        SourceLane::Parts{clock, log, *ingest, health, chance, [this, name] { deliver->resume(name); }},
        instance.settings, connector);
    for (const auto& [directory, settings] : prepared.config.directories) {
        if (settings.instance != name) continue;
        DirectoryReader::Parts parts{*database, clock,
                                     [this, directory] { engine->directory_ready(directory); }};
        lane->add_directory(std::make_unique<DirectoryReader>(std::move(parts), directory, settings.module,
                                                              prepared.plan->directories.at(directory)));
    }
    lanes.emplace(name, std::move(lane));
}

Result<> Hub::Parts::listen() {
    const auto& hub = prepared.config.hub;
    web::HttpLimits limits;
    limits.max_body = hub.limits.max_body;
    server = std::make_unique<web::HttpServer>(limits);
    auto bound = server->listen_tcp(hub.listen.host + ':' + std::to_string(hub.listen.port),
                                    [this](web::HttpRequest request, web::Responder responder) {
                                        webhooks->handle(std::move(request), std::move(responder));
                                    });
    if (!bound) return bound.error();
    port = *bound;
    admin = std::make_unique<Admin>(
        AdminParts{prepared, *database, *journal, clock, &lanes, engine.get(), deliver.get(), started});
    admin_server = std::make_unique<web::HttpServer>();
    return admin_server->listen_unix(
        hub.admin.string(), [this](const web::HttpRequest& request, const web::Responder& responder) {
            auto answer = admin->handle(request.method, request.target, request.body);
            responder.answer(web::json_response(answer.status, boost::json::serialize(answer.body) + '\n'));
        });
}

Result<std::shared_ptr<const route::Plan>> Hub::Parts::older_plan(const std::string& hash) {
    auto stored = database->read([&](db::Reader& reader) { return store::Configs::get(reader, hash); });
    if (!stored) return stored.error();
    if (!*stored) return internal("the configuration " + hash + " that open runs need is not in the store");
    return hub::older_plan(prepared, (*stored)->text);
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

void Hub::Parts::gauges() {
    const auto set = [&](std::string_view name, std::string_view help, const Labels& labels, double value) {
        auto gauge = metrics.gauge(name, help, labels);
        gauge.set(value);
    };
    for (const auto& lane : deliver->states()) {
        const Labels labels{{"instance", lane.instance}};
        set("maillon_queue_calls", "Calls that wait or are being tried.", labels,
            static_cast<double>(lane.queued + lane.trying));
        const auto age = lane.oldest ? static_cast<double>((clock.now() - *lane.oldest).count()) / 1000 : 0.0;
        set("maillon_queue_oldest_seconds", "Age of the oldest call that waits.", labels, age);
    }
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
    set("maillon_store_queued_units", "Units that wait for the writer.", {},
        static_cast<double>(database->queued()));
}

}  // namespace maillon::hub
