#include "core/trial/stage.h"

#include "core/event/json_text.h"
#include "core/observe/log.h"
#include "core/store/approvals.h"
#include "core/store/books.h"
#include "core/store/reviews.h"
#include "core/store/runs.h"
#include "core/store/state.h"
#include "core/store/store.h"
#include "core/trial/scripted_judge.h"

#include <algorithm>

namespace maillon::trial {
namespace {

using std::chrono::milliseconds;

/// Rest comes within milliseconds; after this long something hangs.
constexpr std::chrono::seconds kPatience{60};
/// More moments than this come of a schedule that is far too dense for the time that is to pass.
constexpr int kMostMoments = 200'000;

/// A hub that is asked by a test says nothing; a test asks it `why`.
class SilentLog final : public Log {
public:
    bool takes(LogLevel) const override { return false; }
    void write(LogLevel, std::string_view, std::span<const LogField>) override {}
};

}  // namespace

/// In memory where the system offers it, for a store that nobody needs afterwards needs no disk.
struct Stage::Folder {
    Folder() {
        std::error_code error;
        const std::filesystem::path memory = "/dev/shm";
        if (std::filesystem::is_directory(memory, error)) make(memory);
        if (path.empty()) make(std::filesystem::temp_directory_path(error));
    }
    ~Folder() {
        std::error_code ignored;
        if (!path.empty()) std::filesystem::remove_all(path, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    void make(const std::filesystem::path& in) {
        auto pattern = (in / "maillon-trial-XXXXXX").string();
        if (::mkdtemp(pattern.data())) path = pattern;
    }
    std::filesystem::path path;
};

Stage::Stage(const Parts& parts) : parts_(parts), clock_(parts.now) {}

Stage::~Stage() {
    if (deliver_) deliver_->stop(milliseconds{0});
    if (engine_) engine_->stop();
    if (database_) database_->close();
}

Result<std::unique_ptr<Stage>> Stage::open(const Parts& parts) {
    std::unique_ptr<Stage> out(new Stage(parts));
    out->log_ = std::make_unique<SilentLog>();
    if (auto done = out->open_store(); !done) return done.error();
    out->wire();
    return out;
}

Result<> Stage::open_store() {
    folder_ = std::make_unique<Folder>();
    if (folder_->path.empty())
        return internal("there is no temporary folder to be had for the store of a test");
    secrets_ = std::make_unique<config::Secrets>(folder_->path / "secrets");
    db::Options options;
    options.url = "sqlite:" + (folder_->path / "maillon.db").string();
    options.clock = &clock_;
    auto opened = store::open(std::move(options));
    if (!opened) return opened.error();
    database_ = std::move(*opened);
    journal_ = std::make_unique<SqlJournal>(*database_);
    return {};
}

void Stage::wire() {
    const hub::Ground ground{*database_, *secrets_, clock_,   *log_,
                             metrics_,   redactor_, network_, parts_.prepared.config.hub.public_url};
    // The middle: tests are to come out alike each time.
    const auto chance = [] { return 0.5; };
    deliver_ = std::make_unique<deliver::Deliver>(deliver::Deliver::Parts{
        *database_, clock_, *log_, metrics_, chance,
        [this](deliver::Settled settled) { engine_->on_settled(std::move(settled)); }});
    for (const auto& [name, instance] : parts_.prepared.instances) {
        auto& one = doubles_[name] = std::make_unique<Double>(name, instance, parts_.script, ground);
        if (one->info().delivers || one->info().processes)
            deliver_->add_instance(name, *one, instance.settings.retry);
    }
    engine_ = std::make_unique<route::Engine>(
        route::Engine::Parts{*database_,
                             *journal_,
                             clock_,
                             *log_,
                             metrics_,
                             *deliver_,
                             parts_.prepared.plan,
                             [](const std::string& hash) -> Result<std::shared_ptr<const route::Plan>> {
                                 return internal("a test has one configuration only, not " + hash);
                             },
                             parts_.watcher,
                             [this] {
                                 const std::scoped_lock lock(mutex_);
                                 ++rests_;
                                 rested_.notify_one();
                             },
                             {},
                             milliseconds{0},
                             [this](const std::string& directory) -> const match::Judge* {
                                 const auto found = judges_.find(directory);
                                 return found == judges_.end() ? nullptr : found->second.get();
                             },
                             [this](const std::string& directory, const store::DirectoryRecord& record) {
                                 const auto found = judges_.find(directory);
                                 if (found != judges_.end()) found->second->put(std::span(&record, 1));
                             }});
    ingest_ = std::make_unique<hub::Ingest>(
        hub::Ingest::Parts{*database_, *journal_, clock_, *log_, metrics_,
                           [this](std::vector<Event> events) { engine_->take_events(std::move(events)); }});
    schedules_ = std::make_unique<hub::Schedules>(
        hub::Schedules::Parts{*database_, *journal_, clock_, *log_, [this] { engine_->wake(); }});
    closing_ = std::make_unique<hub::Closing>(
        hub::Closing::Parts{*database_, clock_,
                            [this](ConversationId talk) { engine_->conversation_changed(talk); }},
        parts_.prepared.config.conversations);
}

void Stage::put(const config::Directory& directory, const std::string& id,
                const boost::json::object& record) {
    plugin::RawEvent raw;
    raw.type = "record.read";
    raw.key = id;
    raw.subject = directory.module;
    raw.data = json_text(record);
    doubles_.at(directory.instance)->put(std::move(raw));
}

Result<> Stage::begin() {
    for (const auto& [name, instance] : parts_.prepared.instances) {
        if (instance.is_processor) continue;
        if (auto done = ingest_->add_source(name, instance.settings.since); !done) return done;
    }
    for (const auto& [name, directory] : parts_.prepared.config.directories) {
        if (auto done = begin_directory(name, directory); !done) return done;
    }
    if (auto done = engine_->recover(); !done) return done;
    if (auto done = schedules_->load(parts_.prepared.config.routes); !done) return done;
    deliver_->start();
    engine_->start();
    return settle();
}

Result<> Stage::begin_directory(const std::string& name, const config::Directory& directory) {
    hub::DirectoryReader reader({*database_, clock_, [] {}, nullptr, journal_.get()}, name, directory.module,
                                parts_.prepared.plan->directories.at(name));
    if (auto done = reader.load(); !done) return done;
    auto read = reader.read_page(*doubles_.at(directory.instance), clock_.steady() + milliseconds{1'000});
    if (!read) return read.error();
    const auto model = parts_.prepared.models.find(name);
    std::unique_ptr<match::Matcher> matcher;
    if (model != parts_.prepared.models.end()) matcher = match::Matcher::make(directory, model->second);
    if (matcher) {
        auto done = database_->read([&](db::Reader& from) { return matcher->load(from, 1); });
        if (!done) return done;
    }
    if (parts_.script.has_verdicts(name))
        judges_[name] = std::make_unique<ScriptedJudge>(name, parts_.script, std::move(matcher));
    else if (matcher)
        judges_[name] = std::move(matcher);
    return {};
}

Result<> Stage::take(const std::string& connector, plugin::RawEvent event) {
    if (connector == "hub") {
        auto body = Json::parse(event.data);
        if (!body) return body.error();
        const Event own{{},
                        {.id = event.id,
                         .source = "/hub",
                         .connector = "hub",
                         .type = "hub." + event.type,
                         .subject = event.subject,
                         .key = event.key,
                         .time = event.time_ms == 0 ? clock_.now() : from_millis(event.time_ms),
                         .received = clock_.now()},
                        std::move(*body)};
        auto done = database_->run([&](db::Unit& unit) -> Result<> {
            auto appended = journal_->append(unit, std::span(&own, 1));
            if (!appended) return appended.error();
            return store::Books::add(
                unit, "hub", store::EventBook{.received = 1, .doubles = appended->front().is_new ? 0 : 1});
        });
        if (!done) return done;
        engine_->wake();
        return settle();
    }
    std::vector<plugin::RawEvent> events;
    events.push_back(std::move(event));
    auto taken = ingest_->take(connector, hub::Ingest::Way::told, std::move(events), {});
    if (!taken) return taken;
    return settle();
}

Result<> Stage::pass(milliseconds time) {
    if (auto done = go_to(clock_.now() + time); !done) return done;
    return settle();
}

Result<> Stage::decide(const Verdict& verdict) {
    auto open = database_->read([&](db::Reader& reader) {
        return store::Approvals::list(reader, {.role = verdict.role.value, .limit = 1});
    });
    if (!open) return open.error();
    if (open->empty()) return rejected("no call waits for '" + verdict.role.value + "' at this point");
    const route::Decision decision{verdict.is_released, {}, verdict.reason};
    if (auto done = engine_->decide(open->front().id, decision); !done) return done;
    return settle();
}

Result<> Stage::answer(const Answered& answered) {
    const auto& directory = answered.directory.value;
    auto open = database_->read([&](db::Reader& reader) {
        return store::Reviews::list(reader, {.directory = directory, .limit = 1});
    });
    if (!open) return open.error();
    if (open->empty())
        return rejected("no question about the people of '" + directory + "' is open at this point");
    const auto id = open->front().id;
    auto done = engine_->relink([&](route::Linking& linking) -> Result<> {
        auto out = linking.answer(id, {answered.word, answered.record, {"tester", {}}});
        if (!out) return out.error();
        return {};
    });
    if (!done) return done;
    return settle();
}

bool Stage::is_at_rest(route::EngineState& before) const {
    const auto first = engine_->state();
    if (!first.idle) return false;
    for (const auto& lane : deliver_->states()) {
        if (lane.trying > 0 || (lane.next && *lane.next <= clock_.now())) return false;
    }
    // Idle before and after with nothing done between: no lane can have told it anything while they were
    // looked at.
    before = engine_->state();
    return before.idle && before.turns == first.turns;
}

Result<> Stage::come_to_rest() {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    route::EngineState state;
    for (auto seen = rests(); !is_at_rest(state); seen = rests()) {
        if (database_->broken()) return internal("the store of this test cannot be written");
        if (std::chrono::steady_clock::now() > end)
            return internal("the routes do not come to rest" +
                            (state.trouble.empty() ? "" : ": " + state.trouble));
        wait_for_rest(seen);
    }
    return {};
}

std::uint64_t Stage::rests() {
    const std::scoped_lock lock(mutex_);
    return rests_;
}

void Stage::wait_for_rest(std::uint64_t seen) {
    // A lane that puts a call off tells nobody.
    constexpr milliseconds kLaneMayMove{1};
    std::unique_lock lock(mutex_);
    rested_.wait_for(lock, kLaneMayMove, [&] { return rests_ != seen; });
}

std::optional<TimePoint> Stage::next_try() const {
    std::optional<TimePoint> out;
    for (const auto& lane : deliver_->states()) {
        if (lane.next) out = std::min(out.value_or(*lane.next), *lane.next);
    }
    return out;
}

Result<std::optional<TimePoint>> Stage::next_moment() {
    auto out = database_->read([](db::Reader& reader) { return store::Runs::next_wake(reader); });
    if (!out) return out.error();
    for (const auto& other : {next_try(), next_schedule_, next_closing_}) {
        if (other) *out = std::min(out->value_or(*other), *other);
    }
    return out;
}

Result<> Stage::move_clock(TimePoint to) {
    if (to > clock_.now()) clock_.advance(to - clock_.now());
    engine_->wake();
    deliver_->look_again();
    auto next = schedules_->tick();
    if (!next) return next.error();
    next_schedule_ = *next;
    if (auto done = come_to_rest(); !done) return done;
    auto closes = closing_->tick();
    if (!closes) return closes.error();
    next_closing_ = *closes;
    return come_to_rest();
}

Result<> Stage::go_to(TimePoint target) {
    for (int moments = 0; moments < kMostMoments; ++moments) {
        const auto next = next_moment();
        if (!next) return next.error();
        if (!*next || **next > target) return move_clock(target);
        if (auto done = move_clock(**next); !done) return done;
    }
    return rejected("too much is due in this time: let less of it pass");
}

Result<bool> Stage::is_settled(TimePoint since) {
    const auto calling = database_->read([](db::Reader& reader) {
        return store::Runs::in_state(reader, store::RunState::calling, kMostMoments);
    });
    if (!calling) return calling.error();
    for (const auto& run : *calling) {
        const auto event = journal_->by_seq(run.event);
        if (!event) return event.error();
        // A schedule goes on for ever, and where each of its runs fails there would be no end.
        if (run.created <= since || !*event || (*event)->meta.type != config::kCronDue) return false;
    }
    return true;
}

Result<> Stage::settle() {
    const auto since = clock_.now();
    if (auto done = move_clock(since); !done) return done;
    for (int moments = 0; moments < kMostMoments; ++moments) {
        const auto next = next_try();
        if (!next) return {};
        const auto settled = is_settled(since);
        if (!settled) return settled.error();
        if (*settled) return {};
        if (auto done = go_to(*next); !done) return done;
    }
    return rejected("a call is tried again and again without an end");
}

}  // namespace maillon::trial
