#include "tests/unit/route/life.h"

#include "core/route/replaying.h"

#include "core/store/directory.h"
#include "core/store/state.h"

namespace maillon::route {

Life::Life(World& the_world, const std::string& url, FakeClock& the_clock,
           std::shared_ptr<const Plan> the_plan, Options options)
    : world(the_world),
      clock(the_clock),
      plan(std::move(the_plan)),
      earlier(std::move(options.earlier)),
      unreadable(options.unreadable) {
    auto opened = store::open({.url = url,
                               .clock = &clock,
                               .checkpoint_pages = options.checkpoint_pages,
                               .inject = options.inject});
    if (!opened) throw std::runtime_error(opened.error().what);
    database = std::move(*opened);
    journal = std::make_unique<SqlJournal>(*database);
    budgets = std::make_unique<deliver::Budgets>(options.budgets, clock, metrics);
    deliver = std::make_unique<deliver::Deliver>(
        deliver::Deliver::Parts{*database, clock, log, metrics, [] { return 0.5; },
                                [this](deliver::Settled settled) {
                                    // Whoever is dead learns nothing more.
                                    if (!world.is_dead()) engine->on_settled(std::move(settled));
                                },
                                budgets.get()});
    for (const auto& name : options.instances) {
        if (name == options.without) continue;
        auto& one = connectors[name] = std::make_unique<deliver::ScriptedConnector>(clock);
        one->about = name == "crm" ? crm_info() : name == "language" ? processor_info() : channel_info();
        one->on_deliver = [this, name](const plugin::OutCall& call) { return world.deliver(name, call); };
        one->on_reconcile = [this](const plugin::OutCall& call) { return world.reconcile(call); };
        one->on_process = [this](const plugin::OutCall& call) { return world.process(call); };
        budgets->add_instance(name, name);
        deliver->add_instance(name, *one, options.retry);
    }
    engine = std::make_unique<Engine>(
        Engine::Parts{*database,
                      *journal,
                      clock,
                      log,
                      metrics,
                      *deliver,
                      plan,
                      [this](const std::string& hash) -> Result<std::shared_ptr<const Plan>> {
                          if (unreadable > 0 && unreadable-- > 0)
                              return retry("the connection to the store was lost");
                          if (earlier) return earlier;
                          return internal("no configuration " + hash);
                      },
                      nullptr,
                      [this] { rested_.notify_one(); },
                      {},
                      options.linger,
                      {},
                      {},
                      options.admit});
    if (!options.directory_is_read) return;
    auto done = database->run([&](db::Unit& unit) {
        return store::Directory::set_progress(unit, "customers",
                                              {.started = clock.now(), .finished = clock.now()});
    });
    if (!done && !options.inject) throw std::runtime_error(done.error().what);
}

Life::~Life() {
    deliver->stop(milliseconds{0});
    engine->stop();
}

void Life::start() {
    auto recovered = engine->recover();
    if (!recovered) {
        EXPECT_TRUE(database->broken()) << recovered.error().what;
        return;
    }
    engine->start();
    deliver->start();
}

Event Life::event_of(const Message& m) const {
    const std::string network = m.connector == "fb" ? "facebook" : "x";
    const auto body = Json::from({{"id", m.id},
                                  {"thread", m.thread},
                                  {"text", m.text},
                                  {"own", m.own},
                                  {"author",
                                   {{"network", network},
                                    {"id", "id-" + m.author},
                                    {"handle", m.author},
                                    {"name", "Ms " + m.author}}}});
    return {{},
            {.id = m.id + ":created",
             .source = "/connectors/" + m.connector,
             .connector = m.connector,
             .type = "message.received",
             .subject = m.id,
             .key = m.thread,
             .time = clock.now() - m.age,
             .received = clock.now()},
            body};
}

void Life::take(const std::vector<Message>& messages) {
    std::vector<Event> events;
    for (const auto& message : messages) events.push_back(event_of(message));
    take(events);
}

std::vector<Event> Life::keep(const std::vector<Message>& messages) {
    std::vector<Event> events;
    for (const auto& message : messages) events.push_back(event_of(message));
    append(events);
    return events;
}

void Life::take(const std::vector<Event>& events) {
    auto copies = events;
    append(copies);
    engine->wake();
}

void Life::append(std::vector<Event>& events) {
    auto done = database->run([&](db::Unit& unit) -> Result<> {
        auto appended = journal->append(unit, events);
        if (!appended) return appended.error();
        for (std::size_t i = 0; i < events.size(); ++i) {
            events[i].seq = (*appended)[i].seq;
            const store::EventBook change{.received = 1, .doubles = (*appended)[i].is_new ? 0 : 1};
            if (auto added = store::Books::add(unit, events[i].meta.connector, change); !added) return added;
        }
        return {};
    });
    ASSERT_TRUE(done) << done.error().what;
}

bool Life::passes(const std::function<bool()>& done, milliseconds step) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes{5};
    while (!done()) {
        if (std::chrono::steady_clock::now() > end) return false;
        // Lets the other threads work, until the engine rests or a connector may be done; time itself is the
        // fake clock's.
        {
            std::unique_lock lock(mutex_);
            rested_.wait_for(lock, milliseconds{1});
        }
        clock.advance(step);
    }
    return true;
}

bool Life::is_at_rest() {
    const auto position = database->read(
        [](db::Reader& reader) { return store::Positions::get(reader, store::Positions::kRouted); });
    const auto last = journal->last_seq();
    if (!position || !last || position->value_or(EventSeq{}) != *last) return false;
    const auto open = database->read([](db::Reader& reader) { return store::Runs::count_open(reader); });
    if (!open) return false;
    bool doubt = false, claims = false, moves = false;
    for (const auto& [state, count] : *open) {
        doubt |= state == store::RunState::in_doubt;
        claims |= state == store::RunState::claiming;
        moves |= state == store::RunState::ready || state == store::RunState::calling;
    }
    // A run may have emitted an event and ended between the two reads.
    const auto last_now = journal->last_seq();
    return last_now && *last_now == *last && !moves && (!claims || doubt);
}

bool Life::comes_to_rest(milliseconds step) {
    return passes([this] { return world.is_dead() || database->broken() || is_at_rest(); }, step);
}

Result<RunId> Life::replay(DeadLetterId letter, const std::string& note) {
    std::vector<Run> runs;
    auto done = database->run([&](db::Unit& unit) -> Result<> {
        auto run = route::replay(unit, {*journal, *plan, clock}, letter, {.who = "anne", .note = note});
        if (!run) return run.error();
        runs.push_back(std::move(*run));
        return {};
    });
    if (!done) return done.error();
    const auto id = runs.front().id;
    engine->take_in(std::move(runs));
    return id;
}

std::vector<store::DeadLetterRow> Life::letters() {
    return read([](db::Reader& reader) { return store::DeadLetters::list(reader, {.state = std::nullopt}); });
}

store::RunBook Life::book(const std::string& route) {
    for (const auto& row : read([](db::Reader& reader) { return store::Books::runs(reader); })) {
        if (row.route == route) return row.book;
    }
    return {};
}

store::EventBook Life::events_book(const std::string& connector) {
    for (const auto& row : read([](db::Reader& reader) { return store::Books::events(reader); })) {
        if (row.connector == connector) return row.book;
    }
    return {};
}

std::vector<std::string> Life::imbalances() {
    return read([](db::Reader& reader) { return store::Books::check(reader); });
}

std::vector<store::RunRow> Life::runs_of(std::int64_t seq) {
    return read([&](db::Reader& reader) { return store::Runs::of_event(reader, EventSeq{seq}); });
}

Result<boost::json::object> Life::try_why(std::int64_t seq, const std::string& route) {
    const auto event = journal->by_seq(EventSeq{seq}).value().value();
    const auto older = [this](const std::string&) -> Result<std::shared_ptr<const Plan>> {
        if (earlier) return earlier;
        return config_fault("it cannot be read any more");
    };
    return database->read([&](db::Reader& reader) {
        return route::why(
            event, route,
            {plan, older, reader, clock.now(), std::chrono::days{7},
             [this](RunId run, const store::CallRow* call) { return deliver->delay_of(run, call); }});
    });
}

boost::json::object Life::why(std::int64_t seq, const std::string& route) {
    return try_why(seq, route).value();
}

std::vector<store::StepRow> Life::steps_of(RunId run) {
    return read([&](db::Reader& reader) { return store::Steps::of_run(reader, run); });
}

}  // namespace maillon::route
