#include "tests/faults/steps/scene.h"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace maillon::faults {
namespace {

using std::chrono::milliseconds;

/// Two people, two threads and a comment of each: persons, cases and conversations are met again.
const std::vector<Message>& polled() {
    static const std::vector<Message> out{
        {"1", "t1", "anne", "t1 a"}, {"2", "t2", "anne", "t2 a"}, {"3", "t1", "bob", "t1 b"}};
    return out;
}
const std::vector<Message>& told() {
    static const std::vector<Message> out{{"8", "f1", "zoe", "f1 a", "fb"}, {"9", "f1", "zoe", "f1 b", "fb"}};
    return out;
}

const std::shared_ptr<const route::Plan>& plan() {
    static const auto out = route::plan_of(std::string(route::kPreamble) + route::kStory);
    return out;
}

}  // namespace

/// The two sources of a life.
struct Scene::Feeding {
    Feeding(route::Life& l, std::size_t& t)
        : life(l),
          told_count(t),
          metrics(l.metrics),
          ingest({*l.database, *l.journal, l.clock, l.log, metrics,
                  [this](std::vector<Event> events) { life.engine->take_events(std::move(events)); }}) {}

    Result<> begin() {
        auto done = ingest.add_source("x", {});
        return done ? ingest.add_source("fb", {}) : done;
    }
    /// One try of each source; true when nothing is left to bring.
    bool go_on() { return read_directory() && ask() && tell(); }

    /// There is nobody in it: whoever writes is new.
    bool read_directory() {
        if (is_directory_read) return true;
        const auto now = life.clock.now();
        const auto done = life.database->run([&](db::Unit& unit) {
            return store::Directory::set_progress(unit, "customers", {.started = now, .finished = now});
        });
        is_directory_read = done.has_value();
        if (is_directory_read) life.engine->directory_ready("customers");
        return is_directory_read;
    }

    bool ask() {
        auto cursor = ingest.cursor("x");
        if (!cursor) return false;
        const auto at = cursor->empty() ? 0u : std::stoul(*cursor);
        if (at >= polled().size()) return true;
        std::vector<plugin::RawEvent> found;
        if (at > 0) found.push_back(raw(polled()[at - 1]));
        found.push_back(raw(polled()[at]));
        (void)ingest.take("x", hub::Ingest::Way::asked, std::move(found), std::to_string(at + 1));
        return false;
    }
    bool tell() {
        if (told_count == told().size()) return true;
        const auto done = ingest.take("fb", hub::Ingest::Way::told, {raw(told()[told_count])}, {});
        if (done) ++told_count;
        return false;
    }
    plugin::RawEvent raw(const Message& from) const {
        const auto event = life.event_of(from);
        return {event.meta.id, event.meta.type, event.meta.key, event.body.dump(), event.meta.subject, {}, 0};
    }

    route::Life& life;
    std::size_t& told_count;
    Metrics& metrics;
    hub::Ingest ingest;
    bool is_directory_read = false;
};

bool Scene::live(const Options& options) {
    try {
        return run(options);
    } catch (const std::runtime_error& error) {
        refusal_ = error.what();  // the store could not be opened: the hub says why and ends
        return false;
    }
}

bool Scene::run(const Options& options) {
    route::Life life(world, url_, clock, plan(),
                     {.inject = options.inject,
                      .checkpoint_pages = options.checkpoint_pages,
                      .patience = std::chrono::hours{24},
                      .directory_is_read = false});
    Feeding sources(life, told_);
    auto begun = sources.begin();
    if (begun) begun = life.engine->recover();
    if (!begun) {
        refusal_ = begun.error().what;
        return false;
    }
    if (options.prepare) options.prepare(life);
    life.engine->start();
    life.deliver->start();
    bool all = false;
    const auto is_over = [&] { return options.is_dead() || life.world.is_dead() || life.database->broken(); };
    const bool ended = life.passes(
        [&] {
            all = all || sources.go_on();
            // The clock is moved by hand: whoever waits for a moment looks again.
            life.deliver->look_again();
            life.engine->wake();
            return is_over() || (all && life.is_at_rest());
        },
        options.pace);
    if (!ended) throw std::logic_error("a life neither ends nor comes to rest");
    if (is_over()) return false;
    if (options.at_rest) options.at_rest();
    look_at_books(life);
    return true;
}

void Scene::look_at_books(route::Life& life) {
    const auto book = life.book();
    end_ = {world.summary(),    book.started,  book.finished,
            book.dead_lettered, book.in_doubt, life.events_book("x").routed + life.events_book("fb").routed};
    book_complaints_ = life.imbalances();
    const auto messages = polled().size() + told().size();
    for (const std::string name : {"x", "fb"}) {
        const auto events = life.events_book(name);
        const auto fresh = static_cast<std::size_t>(events.received - events.doubles);
        if (fresh != (name == "x" ? polled() : told()).size())
            book_complaints_.push_back("the book of " + name + " holds " + std::to_string(fresh) + " events");
    }
    const auto last = life.journal->read(EventSeq{}, 100).value();
    if (last.size() != messages)
        book_complaints_.push_back("the journal holds " + std::to_string(last.size()) + " events");
}

std::vector<std::string> Scene::complaints() {
    auto out = book_complaints_;
    const auto notes = world.notes();
    for (const std::string thread : {"t1", "t2", "f1"}) {
        std::vector<std::string> wanted, found;
        for (const auto* source : {&polled(), &told()}) {
            for (const auto& message : *source)
                if (message.thread == thread) wanted.push_back(message.text);
        }
        std::ranges::copy_if(notes, std::back_inserter(found),
                             [&](const std::string& note) { return note.starts_with(thread); });
        if (found == wanted) continue;
        std::string text = "the notes of " + thread + " are";
        for (const auto& note : found) text += " '" + note + "'";
        out.push_back(text);
    }
    return out;
}

const Scene::End& undisturbed() {
    static const Scene::End out = [] {
        test::TemporaryFolder folder;
        Scene scene(folder.url());
        EXPECT_TRUE(scene.live());
        EXPECT_THAT(scene.complaints(), ::testing::IsEmpty());
        return scene.end();
    }();
    return out;
}

}  // namespace maillon::faults
