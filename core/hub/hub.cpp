#include "core/hub/hub.h"

#include "core/config/secrets.h"
#include "core/hub/admin.h"
#include "core/hub/instances.h"
#include "core/hub/schedules.h"
#include "core/hub/webhooks.h"
#include "core/journal/sql_journal.h"
#include "core/net/beast_client.h"
#include "core/observe/line_log.h"
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

struct Hub::Parts {
    Parts(Prepared p, Options o)
        : prepared(std::move(p)),
          options(o),
          log(log_options(prepared.config.hub.log, o.log_to_terminal), clock, redactor,
              log_output_to(STDERR_FILENO)),
          health(clock),
          secrets(config::Secrets::of_process(prepared.config.hub.secrets)),
          chance(system_chance()) {}

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
    std::unique_ptr<BeastClient> http;
    std::map<std::string, LiveInstance> instances;
    std::unique_ptr<deliver::Deliver> deliver;
    std::unique_ptr<route::Engine> engine;
    std::unique_ptr<Ingest> ingest;
    std::unique_ptr<Schedules> schedules;
    std::map<std::string, std::unique_ptr<SourceLane>> lanes;
    std::unique_ptr<Webhooks> webhooks;
    std::unique_ptr<Admin> admin;
    std::unique_ptr<web::HttpServer> server, admin_server;
    std::optional<Health::Component> store_health, engine_health;
    std::uint16_t port = 0;
    TimePoint started{};
    bool running = false;

    Result<> open_store();
    Result<> create_instances();
    void wire();
    void add_lane(const std::string& name);
    Result<> listen();
    Result<std::shared_ptr<const route::Plan>> older_plan(const std::string& hash);
    void gauges();
};

Result<> Hub::Parts::open_store() {
    db::Options db_options;
    db_options.url = "sqlite:" + prepared.config.hub.store.string();
    db_options.clock = &clock;
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
    auto loaded = config::load_stored((*stored)->text, prepared.config.hub.store.parent_path(),
                                      config::Environment::of_process());
    if (!loaded.config)
        return config_fault("the configuration that open runs need cannot be read any more:\n" +
                            config::render(loaded.diagnostics, *loaded.sources));
    route::Abilities abilities;
    for (const auto& [name, live] : instances) {
        const auto& info = live.connector->info();
        (prepared.instances.at(name).is_processor ? abilities.processors : abilities.connectors)[name] =
            &info;
    }
    auto plan = route::compile(*loaded.config, abilities, loaded.diagnostics);
    if (!plan)
        return config_fault("the configuration that open runs need no longer fits the plug-ins:\n" +
                            config::render(loaded.diagnostics, *loaded.sources));
    return plan;
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
    set("maillon_store_queued_units", "Units that wait for the writer.", {},
        static_cast<double>(database->queued()));
}

Hub::Hub(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Hub::~Hub() {
    stop();
    auto& p = *parts_;
    if (p.database) p.database->close();
}

Result<std::unique_ptr<Hub>> Hub::open(Prepared prepared, Options options) {
    auto parts = std::make_unique<Parts>(std::move(prepared), options);
    if (auto done = parts->open_store(); !done) return done.error();
    if (auto done = parts->create_instances(); !done) return done.error();
    parts->wire();
    return std::unique_ptr<Hub>(new Hub(std::move(parts)));
}

Result<> Hub::start() {
    auto& p = *parts_;
    p.started = p.clock.now();
    auto wrong = p.database->read([](db::Reader& reader) { return store::Books::check(reader); });
    if (!wrong) return wrong.error();
    if (!wrong->empty())
        return internal("the books do not balance, so the hub does not start: " + wrong->front());
    for (const auto& [name, instance] : p.prepared.instances) {
        if (instance.is_processor) continue;
        if (auto done = p.ingest->add_source(name, instance.settings.since); !done) return done;
    }
    for (auto& [name, lane] : p.lanes) {
        if (auto done = lane->load(); !done) return done;
    }
    if (auto done = p.engine->recover(); !done) return done;
    if (auto done = p.schedules->load(p.prepared.config.routes); !done) return done;
    p.store_health.emplace(p.health.component("store", Weight::vital));
    p.store_health->ok();
    p.engine_health.emplace(p.health.component("engine"));
    p.engine_health->ok();
    if (auto done = p.listen(); !done) return done;
    p.running = true;
    p.deliver->start();
    p.engine->start();
    p.server->start();
    p.admin_server->start();
    for (auto& [name, lane] : p.lanes) lane->start();
    p.schedules->start();
    p.log.info("hub.started", {{"port", p.port},
                               {"admin", p.prepared.config.hub.admin.string()},
                               {"config", p.prepared.config.hash}});
    return {};
}

void Hub::stop() {
    auto& p = *parts_;
    if (!p.running) return;
    p.running = false;
    p.log.info("hub.stopping", {});
    const auto until = std::chrono::steady_clock::now() + p.options.patience;
    p.schedules->stop();
    for (auto& [name, lane] : p.lanes) lane->ask_to_stop();
    p.server->stop(p.options.patience);
    for (auto& [name, lane] : p.lanes) lane->join(until);
    p.deliver->stop(p.options.patience);
    p.engine->stop();
    p.admin_server->stop(std::chrono::milliseconds{200});
    p.log.info("hub.stopped", {});
}

std::uint16_t Hub::port() const {
    return parts_->port;
}

void Hub::tick() {
    auto& p = *parts_;
    p.http->close_idle();
    const auto state = p.engine->state();
    if (state.trouble.empty())
        p.engine_health->ok();
    else
        p.engine_health->failing(state.trouble);
    if (p.database->broken()) p.store_health->failing("the store is broken");
}

}  // namespace maillon::hub
