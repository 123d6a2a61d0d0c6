#include "tests/faults/model/trial.h"

#include "core/hub/ingest.h"
#include "core/store/doubts.h"
#include "tests/faults/model/outside.h"
#include "tests/faults/steps/disk.h"
#include "tests/unit/route/life.h"

#include <algorithm>
#include <filesystem>

namespace maillon::faults {
namespace {

using std::chrono::milliseconds;

const std::shared_ptr<const route::Plan>& plan() {
    static const auto out =
        route::plan_of(std::string(route::kPreamble) +
                       "routes:\n  r:\n    from: [ x.message.received, fb.message.received ]\n"
                       "    steps:\n      - call: crm.create\n        with: { module: Notes, "
                       "fields: { name: \"${event.text}\" } }\n");
    return out;
}

/// The same with room for so few runs that most lie in the store alone.
const std::shared_ptr<const route::Plan>& narrow_plan() {
    static const auto out = [] {
        auto narrow = std::make_shared<route::Plan>(*plan());
        narrow->max_runs = 3;
        return std::shared_ptr<const route::Plan>(std::move(narrow));
    }();
    return out;
}

/// A store with its schema, made once and copied.
class Template {
public:
    Template() {
        FakeClock clock;
        (void)store::open({.url = folder_.url(), .clock = &clock});
    }
    void copy_to(const test::TemporaryFolder& folder) const {
        std::filesystem::copy_file(folder_.file("maillon.db"), folder.file("maillon.db"));
    }

private:
    test::TemporaryFolder folder_;
};

/// The model: what a person would say of the story without knowing how a hub works.
struct Model {
    struct Event {
        int number = 0;
        std::string key;
        Fate::End end = Fate::End::done;
        bool is_in = false;  ///< acknowledged, or behind the cursor
        int replays = 0;
        bool is_decided = false;
    };
    std::vector<Event> events;  ///< in the order in which they happened

    Event* find(int number) {
        const auto found = std::ranges::find(events, number, &Event::number);
        return found == events.end() ? nullptr : &*found;
    }
};

/// A story being played.
class Trial {
public:
    Trial() {
        static const Template made;
        made.copy_to(folder_);
        begin();
    }
    ~Trial() { life_.reset(); }

    void play(const Op& op);
    void end();
    std::vector<std::string> complaints();

private:
    void begin();
    void stop(bool at_once);
    void again() {
        stop(true);
        begin();
    }
    void work(milliseconds time);
    void rest();
    void fail_disk(int step, Mishap how);
    void poll();
    bool tell(const Model::Event& event);
    void tell_until_in(Model::Event& event);
    void replay(int choice);
    void decide(int choice);
    bool is_dead() const { return !life_ || disk_.is_dead() || life_->database->broken(); }
    plugin::RawEvent raw(const Model::Event& event) const;
    void check_effects(std::vector<std::string>& out);
    void check_books(std::vector<std::string>& out);

    Disk disk_;
    test::TemporaryFolder folder_;
    FakeClock clock_;
    route::World world_;  ///< only says whether the process is dead
    Outside outside_;
    Model model_;
    int lives_ = 0;
    std::unique_ptr<route::Life> life_;
    std::unique_ptr<hub::Ingest> ingest_;
};

void Trial::begin() {
    world_.revive();
    outside_.cut_off(false);
    life_ = std::make_unique<route::Life>(
        world_, folder_.url(), clock_, ++lives_ % 2 == 0 ? plan() : narrow_plan(),
        route::Life::Options{
            .checkpoint_pages = 20, .patience = std::chrono::hours{24}, .instances = {"crm"}});
    for (auto& [name, one] : life_->connectors) {
        one->on_deliver = [this](const plugin::OutCall& call) { return outside_.deliver(call); };
        one->on_reconcile = [this](const plugin::OutCall& call) { return outside_.reconcile(call); };
    }
    ingest_ = std::make_unique<hub::Ingest>(hub::Ingest::Parts{
        *life_->database, *life_->journal, clock_, life_->log, life_->metrics,
        [this](std::vector<Event> events) { life_->engine->take_events(std::move(events)); }});
    auto begun = ingest_->add_source("x", {});
    if (begun) begun = ingest_->add_source("fb", {});
    if (begun) begun = life_->engine->recover();
    if (!begun) throw std::runtime_error("it does not start: " + begun.error().what);
    life_->engine->start();
    life_->deliver->start();
}

/// The process is gone: what comes back from outside reaches nobody.
void Trial::stop(bool at_once) {
    if (at_once) {
        outside_.cut_off(true);
        world_.die_at(1, false);
        (void)world_.deliver("x", {});
    }
    ingest_.reset();
    life_.reset();
    if (disk_.is_dead()) disk_.restore_power();
    disk_.heal();
}

void Trial::work(milliseconds time) {
    const auto until = clock_.now() + time;
    life_->passes([&] {
        life_->deliver->look_again();
        return clock_.now() >= until || is_dead();
    });
}

void Trial::rest() {
    const bool rests = life_->passes([&] {
        life_->deliver->look_again();
        life_->engine->wake();
        return is_dead() || life_->is_at_rest();
    });
    if (!rests) throw std::runtime_error("it does not come to rest");
}

void Trial::fail_disk(int step, Mishap how) {
    disk_.fail_at(step, how, static_cast<std::uint64_t>(step) + 1);
    for (int left = 3; left > 0 && !disk_.has_failed() && !is_dead(); --left) {
        poll();
        work(milliseconds{50});
    }
    if (how == Mishap::is_full && !is_dead()) return disk_.heal();
    again();
}

plugin::RawEvent Trial::raw(const Model::Event& event) const {
    const auto name = std::to_string(event.number);
    const auto made = life_->event_of({name, event.key, "anne", name, event.key[0] == 'a' ? "x" : "fb"});
    return {made.meta.id, made.meta.type, made.meta.key, made.body.dump(), made.meta.subject, {}, 0};
}

/// As a connector does: from the cursor on, at most two, and the one before once more.
void Trial::poll() {
    const auto cursor = ingest_->cursor("x");
    if (!cursor) return;
    const std::size_t at = cursor->empty() ? 0 : std::stoul(*cursor);
    std::vector<plugin::RawEvent> found;
    std::size_t end = 0;
    for (const auto& event : model_.events) {
        if (event.key[0] != 'a') continue;
        if (++end < at || end > at + 2) continue;
        found.push_back(raw(event));
    }
    end = std::min(end, at + 2);
    if (end > at) (void)ingest_->take("x", hub::Ingest::Way::asked, std::move(found), std::to_string(end));
}

bool Trial::tell(const Model::Event& event) {
    return ingest_->take("fb", hub::Ingest::Way::told, {raw(event)}, {}).has_value();
}

void Trial::tell_until_in(Model::Event& event) {
    while (!(event.is_in = tell(event))) {
        if (is_dead()) again();
        clock_.advance(milliseconds{100});
    }
}

void Trial::replay(int choice) {
    std::vector<store::DeadLetterRow> open;
    for (auto& letter : life_->letters())
        if (letter.state == store::LetterState::open) open.push_back(letter);
    if (open.empty()) return;
    const auto& letter = open[static_cast<std::size_t>(choice) % open.size()];
    const auto event = life_->journal->by_seq(letter.event).value().value();
    const int number = std::stoi(event.meta.subject);
    outside_.mend(number);
    if (life_->replay(letter.id, "mended")) ++model_.find(number)->replays;
}

void Trial::decide(int choice) {
    const auto doubts = life_->read([](db::Reader& reader) { return store::Doubts::list(reader, {}); });
    if (doubts.empty()) return;
    const auto& call = doubts[static_cast<std::size_t>(choice) % doubts.size()];
    const auto event = life_->journal->by_seq(call.event).value().value();
    const int number = std::stoi(event.meta.subject);
    const bool arrived = outside_.has_arrived(number);
    outside_.mend(number);
    using Kind = store::Verdict::Kind;
    const store::Verdict verdict{.kind = arrived ? Kind::done : Kind::again, .by = "anne"};
    if (life_->engine->decide(call.id, verdict)) model_.find(number)->is_decided = true;
}

void Trial::play(const Op& op) {
    using Kind = Op::Kind;
    switch (op.kind) {
        case Kind::happen:
        case Kind::tell: {
            outside_.set_fate(op.number, op.fate);
            model_.events.push_back({.number = op.number, .key = op.key, .end = op.fate.end});
            if (op.kind == Kind::tell) tell_until_in(model_.events.back());
            return;
        }
        case Kind::tell_again: {
            auto* event = model_.find(op.number % 10);
            if (event && event->key[0] == 't') tell_until_in(*event);
            return;
        }
        case Kind::live: return work(milliseconds{op.number});
        case Kind::rest: return rest();
        case Kind::poll: return poll();
        case Kind::kill: return again();
        case Kind::power_cut: return fail_disk(op.number, Mishap::power_cut);
        case Kind::disk_full: return fail_disk(op.number, Mishap::is_full);
        case Kind::io_error:
            return fail_disk(op.number, op.number % 2 == 0 ? Mishap::write_fails : Mishap::sync_fails);
        case Kind::replay: return replay(op.number);
        case Kind::decide: return decide(op.number);
    }
}

/// Nothing goes wrong any more: everything there is to do gets done.
void Trial::end() {
    for (std::size_t left = model_.events.size(); left > 0; --left) poll();
    rest();
}

std::vector<std::string> Trial::complaints() {
    std::vector<std::string> out = life_->imbalances();
    check_effects(out);
    check_books(out);
    return out;
}

void Trial::check_effects(std::vector<std::string>& out) {
    std::map<int, int> times;
    std::map<std::string, int> last;
    for (const auto& effect : outside_.effects()) {
        ++times[effect.event];
        const auto& event = *model_.find(effect.event);
        // What a person takes up again comes late on purpose.
        if (event.replays > 0 || event.is_decided) continue;
        auto& before = last[event.key];
        if (effect.event < before)
            out.push_back("event " + std::to_string(effect.event) + " took effect behind its successor");
        before = std::max(before, effect.event);
    }
    for (const auto& event : model_.events) {
        const bool sure = event.end == Fate::End::done || event.replays > 0 || event.is_decided;
        const int n = times[event.number];
        if (n > 1 || (sure && n == 0))
            out.push_back("event " + std::to_string(event.number) + " took effect " + std::to_string(n) +
                          " times");
    }
}

void Trial::check_books(std::vector<std::string>& out) {
    store::RunBook wanted;
    for (const auto& event : model_.events) {
        wanted.started += 1 + event.replays;
        wanted.finished += event.replays;
        const bool refused = event.end == Fate::End::refused;
        const bool doubt = event.end == Fate::End::unknown && !event.is_decided;
        wanted.dead_lettered += refused;
        wanted.in_doubt += doubt;
        wanted.finished += !refused && !doubt;
    }
    const auto book = life_->book("r");
    const auto expect = [&out](const char* what, std::int64_t is, std::int64_t must) {
        if (is != must)
            out.push_back(std::to_string(is) + " runs " + what + ", the model says " + std::to_string(must));
    };
    expect("started", book.started, wanted.started);
    expect("finished", book.finished, wanted.finished);
    expect("dead-lettered", book.dead_lettered, wanted.dead_lettered);
    expect("in doubt", book.in_doubt, wanted.in_doubt);
    expect("in flight", book.in_flight, 0);
    std::int64_t fresh = 0;
    for (const std::string name : {"x", "fb"})
        fresh += life_->events_book(name).received - life_->events_book(name).doubles;
    expect("of events received once", fresh, static_cast<std::int64_t>(model_.events.size()));
}

}  // namespace

std::vector<std::string> play(const std::vector<Op>& story) {
    try {
        Trial trial;
        for (const auto& op : story) trial.play(op);
        trial.end();
        return trial.complaints();
    } catch (const std::exception& error) {
        return {std::string("it ended with: ") + error.what()};
    }
}

std::pair<std::vector<Op>, std::vector<std::string>> shrunk(std::vector<Op> story, int plays) {
    std::vector<std::string> why;
    const auto fails = [&](const std::vector<Op>& candidate) {
        for (int left = plays; left > 0; --left) {
            auto complaints = play(candidate);
            if (complaints.empty()) continue;
            why = std::move(complaints);
            return true;
        }
        return false;
    };
    for (std::size_t n = 1; n < story.size(); ++n) {
        std::vector<Op> beginning(story.begin(), story.begin() + static_cast<std::ptrdiff_t>(n));
        if (!fails(beginning)) continue;
        story = std::move(beginning);
        break;
    }
    for (std::size_t i = story.size(); i-- > 0;) {
        auto without = story;
        without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
        if (fails(without)) story = std::move(without);
    }
    return {std::move(story), std::move(why)};
}

}  // namespace maillon::faults
