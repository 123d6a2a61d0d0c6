#include "core/hub/hub_parts.h"

#include "core/event/json_text.h"
#include "core/hub/older_plan.h"
#include "core/hub/standby.h"
#include "core/store/state.h"
#include "core/store/store.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <random>

namespace maillon::hub {
namespace {

/// Label sets that one metric may need for one of them: sides, outcomes, who decided.
constexpr std::size_t kSeriesOfInstance = 8;

constexpr std::chrono::minutes kClosingPause{1}, kMatcherPause{5};
/// A start and a status count what came since the last sealing.
constexpr std::chrono::seconds kSealingPause{10};
/// The books are checked, and what is old is looked for, once in so many sealings.
constexpr int kSealingsToCheck = 6, kSealingsToRetention = 60;
constexpr std::chrono::milliseconds kUnmatchedLinger{50};

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
      options(std::move(o)),
      log(log_options(prepared.config.hub.log, options.log_to_terminal), clock, redactor,
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
    bool has_waited = false;
    if (options.wait_as_standby)
        db_options.on_held = [&](const std::string& why) {
            has_waited = true;
            return standby.wait(why);
        };
    db_options.on_connection = [this](bool is_there, const std::string& what) {
        if (is_there)
            log.info("hub.store_back", {{"store", what}});
        else
            log.warning("hub.store_lost", {{"reason", what}});
    };
    db_options.group_units = prepared.config.hub.commit.units;
    db_options.group_time = prepared.config.hub.commit.wait;
    db_options.on_broken = [this](const Fault& fault) {
        log.error("hub.store_broken", {{"reason", fault.what}});
        std::fprintf(stderr, "maillon: the store cannot be written any more: %s\n", fault.what.c_str());
        std::_Exit(kStoreBroken);
    };
    auto opened = store::open(std::move(db_options));
    if (!opened) return opened.error();
    database = std::move(*opened);
    if (has_waited) catch_up_with_files();
    journal = std::make_unique<SqlJournal>(*database);
    const auto last_link = database->read([](db::Reader& reader) { return store::Links::last(reader); });
    if (!last_link) return last_link.error();
    counted_links = *last_link;
    const auto& config = prepared.config;
    erased = std::make_unique<Erased>(*database, secrets, config.hub.secrets);
    if (auto done = erased->load(); !done) return done;
    // A store from before an erasure keeps the person out before anything comes, and is cleaned when it runs.
    people = People::of(prepared);
    if (auto again = Erasing({*database, *journal, clock, people, *erased}).begin_again(); !again)
        return again.error();
    eraser =
        std::make_unique<Eraser>(Eraser::Parts{*database, *journal, clock, log, *erased,
                                               [this] {
                                                   const std::shared_lock lock(exchange);
                                                   return people;
                                               },
                                               [this](const std::string& directory, const std::string& id) {
                                                   const std::shared_lock lock(exchange);
                                                   if (auto* one = matcher(directory)) one->remove({&id, 1});
                                               }});
    return database->run(
        [&](db::Unit& unit) { return store::Configs::put(unit, config.hash, config.text, clock.now()); });
}

Result<> Hub::Parts::make_client() {
    BeastClient::Options http_options;
    http_options.proxy = ProxySettings::from_environment([](const char* name) { return std::getenv(name); });
    auto client = BeastClient::make(std::move(http_options), clock, metrics);
    if (!client) return client.error();
    http = std::move(*client);
    return {};
}

Result<std::map<std::string, LiveInstance>> Hub::Parts::make_instances(const Prepared& of) {
    std::map<std::string, LiveInstance> out;
    for (const auto& [name, instance] : of.instances) {
        auto live = create_instance(instance, ground(of));
        if (!live) return live.error();
        out.emplace(name, std::move(*live));
    }
    return out;
}

void Hub::Parts::wire() {
    people = People::of(prepared);
    metrics.make_room(kSeriesOfInstance * prepared.instances.size());
    budgets = std::make_unique<deliver::Budgets>(prepared.config.budgets, clock, metrics);
    deliver = std::make_unique<deliver::Deliver>(deliver::Deliver::Parts{
        *database, clock, log, metrics, chance,
        [this](deliver::Settled settled) { engine->on_settled(std::move(settled)); }, budgets.get()});
    for (auto& [name, live] : instances) {
        budgets->add_instance(name, credential_of(prepared.instances.at(name)));
        const auto& info = live.connector->info();
        if (info.delivers || info.processes)
            deliver->add_instance(name, *live.connector, prepared.instances.at(name).settings.retry,
                                  prepared.instances.at(name).settings.in_doubt);
    }
    make_matchers();
    engine = std::make_unique<route::Engine>(route::Engine::Parts{
        *database,
        *journal,
        clock,
        log,
        metrics,
        *deliver,
        prepared.plan,
        [this](const std::string& hash) { return older_plan(hash); },
        nullptr,
        {},
        [this] { replayer->wake(); },
        kUnmatchedLinger,
        [this](const std::string& directory) { return matcher(directory); },
        [this](const std::string& directory, const store::DirectoryRecord& record) {
            if (auto* one = matcher(directory)) one->put({&record, 1});
        },
        [this](db::Unit& unit, Event& event) { return erased->admit(unit, event, people, clock.now()); }});
    replayer = std::make_unique<Replayer>(
        Replayer::Parts{*database, *journal, clock, log, prepared.plan,
                        [this](std::vector<route::Run> runs) { engine->take_in(std::move(runs)); }});
    ingest = std::make_unique<Ingest>(
        Ingest::Parts{*database, *journal, clock, log, metrics,
                      [this](std::vector<Event> events) { engine->take_events(std::move(events)); },
                      erased.get(), &people});
    schedules = std::make_unique<Schedules>(
        Schedules::Parts{*database, *journal, clock, log, [this] { engine->wake(); }});
    closing = std::make_unique<Closing>(
        Closing::Parts{*database, clock, [this](ConversationId talk) { engine->conversation_changed(talk); }},
        prepared.config.conversations);
    retention =
        std::make_unique<Retention>(Retention::Parts{*database, *journal, clock, prepared.config.hub.keep});
    chores.emplace_back(std::make_unique<Repeating>(
        "closing", kClosingPause,
        [this](const std::stop_token& stop) -> Result<> {
            auto next = closing->tick(stop);
            if (!next) return next.error();
            return {};
        },
        log));
    // The first turn looks for all that is old: what an exchange has broken off goes on right after it.
    chores.emplace_back(std::make_unique<Repeating>(
        "retention", kSealingPause,
        [this, turn = 0](const std::stop_token& stop) mutable {
            auto done = turn % kSealingsToRetention == 0 ? retention->tick(stop) : retention->seal(stop);
            if (stop.stop_requested()) return done;
            const bool checks = turn++ % kSealingsToCheck == 0;
            return done && checks ? look_after_books() : done;
        },
        log));
    if (!matchers.empty())
        chores.emplace_back(std::make_unique<Repeating>(
            "matching", kMatcherPause, [this](const std::stop_token& stop) { return refresh_matchers(stop); },
            log));
    for (const auto& [name, live] : instances) add_lane(name);
    searches = std::make_unique<Searches>();
    admin = std::make_unique<Admin>(
        AdminParts{prepared,
                   *database,
                   *journal,
                   clock,
                   &lanes,
                   engine.get(),
                   deliver.get(),
                   started,
                   &health,
                   budgets.get(),
                   replayer.get(),
                   erased.get(),
                   eraser.get(),
                   searches.get(),
                   [this](const std::string& directory) { return matcher(directory); },
                   [this](const std::string& directory) {
                       if (auto* found = matcher(directory)) calibrate(directory, *found);
                   },
                   {},
                   &log,
                   &checked_books});
}

void Hub::Parts::add_lane(const std::string& name) {
    const auto& instance = prepared.instances.at(name);
    if (instance.is_processor) return;
    auto& connector = *instances.at(name).connector;
    auto lane = std::make_unique<SourceLane>(
        SourceLane::Parts{clock, log, *ingest, health, chance, [this, name] { deliver->resume(name); },
                          [this, name] { return afford_poll(name); }},
        instance.settings, connector);
    for (const auto& [directory, settings] : prepared.config.directories) {
        if (settings.instance != name) continue;
        auto* judge = matcher(directory);
        DirectoryReader::Parts parts{*database,
                                     clock,
                                     [this, directory, judge] {
                                         if (judge) load_matcher(directory, *judge, 1);
                                         engine->directory_ready(directory);
                                     },
                                     judge,
                                     journal.get(),
                                     [this] { engine->wake(); },
                                     erased.get(),
                                     &people,
                                     settings.refresh};
        lane->add_directory(std::make_unique<DirectoryReader>(std::move(parts), directory, settings.module,
                                                              prepared.plan->directories.at(directory)));
    }
    lanes.emplace(name, std::move(lane));
}

void Hub::Parts::make_matchers() {
    for (const auto& [directory, model] : prepared.models) {
        if (auto made = match::Matcher::make(prepared.config.directories.at(directory), model))
            matchers.emplace(directory, std::move(made));
    }
}

match::Matcher* Hub::Parts::matcher(const std::string& directory) {
    const auto found = matchers.find(directory);
    return found == matchers.end() ? nullptr : found->second.get();
}

void Hub::Parts::load_matcher(const std::string& directory, match::Matcher& matcher, unsigned threads) {
    const auto begun = clock.steady();
    const auto done = database->read([&](db::Reader& reader) { return matcher.load(reader, threads); });
    if (!done) return log.warning("hub.matching", {{"directory", directory}, {"reason", done.error().what}});
    calibrate(directory, matcher);
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(clock.steady() - begun);
    log.info("hub.matching", {{"directory", directory},
                              {"records", std::to_string(matcher.records())},
                              {"ms", std::to_string(took.count())}});
}

void Hub::Parts::calibrate(const std::string& directory, match::Matcher& matcher) {
    const auto read = database->read(
        [&](db::Reader& reader) { return match::read_calibration(reader, directory, matcher.label()); });
    if (!read) return log.warning("hub.matching", {{"directory", directory}, {"reason", read.error().what}});
    matcher.calibrate(std::make_shared<const match::Calibration>(*read));
}

Result<> Hub::Parts::refresh_matchers(const std::stop_token& stop) {
    for (const auto& [directory, matcher] : matchers) {
        if (stop.stop_requested()) break;
        calibrate(directory, *matcher);  // an erasure takes answers away
        if (matcher->is_worn()) load_matcher(directory, *matcher, 1);
    }
    return {};
}

Result<> Hub::Parts::listen() {
    const auto& hub = prepared.config.hub;
    web::HttpLimits limits;
    limits.max_body = hub.limits.max_body;
    scrapes = std::make_unique<Scrapes>(Scrapes::Parts{clock, metrics, [this] { return gauges(); }});
    webhooks = std::make_unique<Webhooks>(Webhooks::Parts{
        lanes, health, [this](web::Responder responder) { scrapes->ask(std::move(responder)); }});
    server = std::make_unique<web::HttpServer>(limits);
    server->on_handed_out([this] { webhooks->handed_out(); });
    auto bound = server->listen_tcp(hub.listen.host + ':' + std::to_string(hub.listen.port),
                                    [this](web::HttpRequest request, web::Responder responder) {
                                        webhooks->handle(std::move(request), std::move(responder));
                                    });
    if (!bound) return bound.error();
    port = *bound;
    admin_server = std::make_unique<web::HttpServer>();
    return admin_server->listen_unix(
        hub.admin.string(), [this](const web::HttpRequest& request, const web::Responder& responder) {
            auto answer = ask_admin(request);
            responder.answer(web::json_response(answer.status, json_text(answer.body) + '\n'));
        });
}

std::optional<deliver::Budgets::Wait> Hub::Parts::afford_poll(const std::string& name) {
    auto wait = budgets->take(name, "poll", {}, deliver::Priority::normal);
    if (wait) return wait;
    database->submit([this](db::Unit& unit) { return budgets->keep(unit); },
                     [this](const Result<>& done) {
                         if (!done) budgets->keep_again();
                     });
    return std::nullopt;
}

Ground Hub::Parts::ground(const Prepared& of) {
    return {*database,
            secrets,
            clock,
            log,
            metrics,
            redactor,
            *http,
            of.config.hub.public_url,
            [this](const std::string& instance, const plugin::BudgetReport& report) {
                const std::shared_lock lock(exchange, std::try_to_lock);
                if (lock && budgets)
                    budgets->observe(instance, report.scope, report.used, report.limit, report.reset);
            }};
}

Result<std::shared_ptr<const route::Plan>> Hub::Parts::older_plan(const std::string& hash) {
    auto stored = database->read([&](db::Reader& reader) { return store::Configs::get(reader, hash); });
    if (!stored) return stored.error();
    if (!*stored) return internal("the configuration " + hash + " that open runs need is not in the store");
    return hub::older_plan(prepared, (*stored)->text);
}

}  // namespace maillon::hub
