#pragma once

#include "core/hub/erasing.h"
#include "core/hub/ingest.h"
#include "core/journal/sql_journal.h"
#include "core/observe/testing/captured_log.h"
#include "core/store/books.h"
#include "core/store/calls.h"
#include "core/store/dead_letters.h"
#include "core/store/doubts.h"
#include "core/store/matching_rows.h"
#include "core/store/runs.h"
#include "core/store/state.h"
#include "core/store/store.h"
#include "core/store/texts.h"
#include "tests/unit/db/every_store.h"
#include "tests/unit/match/directory_of.h"

#include <gmock/gmock.h>

#include <atomic>
#include <fstream>
#include <limits>

namespace maillon::hub {

/// A store with what a hub holds after Anne Kowalczyk and Bob Marchand have written on x, each with a record
/// in the CRM; no hub runs. Anne is found by her id 4711, her handle, her e-mail and her record c-anne-0001.
class PersonScene : public test::EveryStoreTest {
protected:
    void SetUp() override {
        EveryStoreTest::SetUp();
        if (!place_) return;
        std::filesystem::create_directories(secrets_folder());
        secrets_.emplace(secrets_folder());
        open();
        people_ = People({{"customers", {"crm", "Contacts", keys()}}});
    }

    void open() {
        erased_.reset();
        journal_.reset();
        database_.reset();
        auto opened = store::open(
            {.url = place_->url(),
             .clock = &clock_,
             .free_bytes = [this](const std::string&) { return free_bytes_.load(); },
             .inject = [this](db::Step step) { return failing_ ? (*failing_)(step) : db::Injected::none; }});
        ASSERT_TRUE(opened) << opened.error().what;
        database_ = std::move(*opened);
        journal_ = std::make_unique<SqlJournal>(*database_);
        erased_ = std::make_unique<Erased>(*database_, *secrets_, secrets_folder());
        const auto loaded = erased_->load();
        ASSERT_TRUE(loaded) << loaded.error().what;
    }
    std::filesystem::path secrets_folder() const { return place_->folder().path() / "secrets"; }

    static std::shared_ptr<const match::DirectoryKeys> keys() {
        return std::make_shared<match::DirectoryKeys>(match::directory_of({{"email", "email1"},
                                                                           {"handle_x", "twitter_c"},
                                                                           {"given_name", "first_name"},
                                                                           {"family_name", "last_name"}}));
    }

    void write(const std::function<Result<>(db::Unit&)>& work) {
        const auto done = database_->run(work);
        ASSERT_TRUE(done) << done.error().what;
    }
    template <class F>
    auto read(const F& work) {
        return database_->read(work).value();
    }

    void record(const std::string& id, const std::string& first, const std::string& last,
                const std::string& email, const std::string& handle) {
        const auto data = R"({"id":")" + id + R"(","first_name":")" + first + R"(","last_name":")" + last +
                          R"(","email1":")" + email + R"(","twitter_c":")" + handle + R"("})";
        store::DirectoryRecord row{.id = id, .data = data, .keys = keys()->of_record(*Json::parse(data))};
        write([&](db::Unit& unit) { return store::Directory::upsert(unit, "customers", {&row, 1}); });
    }
    static std::string author(const std::string& id, const std::string& handle, const std::string& name,
                              const std::string& more = {}) {
        return R"({"network":"x","id":")" + id + R"(","handle":")" + handle + R"(","name":")" + name + '"' +
               more + '}';
    }
    static std::string message(const std::string& id, const std::string& text, const std::string& author) {
        return R"({"id":")" + id + R"(","thread":"t-)" + id + R"(","text":")" + text + R"(","author":)" +
               author + '}';
    }

    /// An event that was routed, with one run in `state` that wrote `said` wherever a run writes.
    EventSeq event(const std::string& id, const std::string& body, store::RunState state,
                   const std::string& said, const std::string& type = "message.received") {
        Event event;
        event.meta = {.id = id,
                      .source = "/connectors/x",
                      .connector = "x",
                      .type = type,
                      .subject = id,
                      .key = "t-" + id,
                      .time = clock_.now(),
                      .received = clock_.now()};
        event.body = Json::parse(body).value();
        EventSeq seq{};
        write([&](db::Unit& unit) -> Result<> {
            auto added = journal_->append(unit, {&event, 1});
            if (!added) return added.error();
            seq = added->front().seq;
            auto done = store::Books::add(unit, "x", store::EventBook{.received = 1, .routed = 1});
            if (done) done = store::Positions::set(unit, store::Positions::kRouted, seq);
            if (!done) return done;
            return run(unit, seq, id, state, said);
        });
        return seq;
    }
    static Result<> run(db::Unit& unit, EventSeq seq, const std::string& id, store::RunState state,
                        const std::string& said) {
        const auto frame = R"({"at":"note","values":{"text":")" + said + R"("}})";
        auto run = store::Runs::insert(
            unit, {.event = seq, .route = "r", .key = "t-" + id, .state = state, .frame = frame});
        if (!run) return run.error();
        store::RunBook book{.started = 1};
        ++(state == store::RunState::finished   ? book.finished
           : state == store::RunState::waiting  ? book.waiting
           : state == store::RunState::in_doubt ? book.in_doubt
                                                : book.in_flight);
        if (auto done = store::Books::add(unit, "r", book); !done) return done;
        if (auto done = store::Steps::append(unit, {.run = *run, .step = "note", .inputs = frame}); !done)
            return done;
        auto call = store::Calls::insert(unit, {.run = *run,
                                                .step = "note",
                                                .instance = "crm",
                                                .operation = "create",
                                                .idempotency_key = "x:" + id + "/r/note",
                                                .args = R"({"fields":{"name":")" + said + R"("}})"});
        if (!call) return call.error();
        if (state == store::RunState::in_doubt)
            return store::Calls::settle(unit, call->row.id,
                                        {.state = store::CallState::in_doubt,
                                         .fault = FaultKind::in_doubt,
                                         .detail = "no answer to: " + said},
                                        TimePoint{});
        if (state != store::RunState::finished) return {};
        return store::Calls::settle(
            unit, call->row.id,
            {.result = R"({"id":"note-)" + id + R"(","created":true})", .remote_id = "note-" + id},
            TimePoint{});
    }

    void people_write() {
        record("c-anne-0001", "Anne", "Kowalczyk", "anne.k@example.org", "AnneKo");
        record("c-bob-0002", "Bob", "Marchand", "bob@example.org", "bobm");
        const auto anne = author("4711", "AnneKo", "Anne Kowalczyk"),
                   bob = author("4712", "bobm", "Bob Marchand");
        anne_finished_ = event("900001", message("900001", "my luggage is lost", anne),
                               store::RunState::finished, "Anne Kowalczyk: luggage");
        anne_waiting_ = event("900002", message("900002", "and my dog", anne), store::RunState::waiting,
                              "Anne Kowalczyk: dog");
        bob_ = event("900003", message("900003", "cc @AnneKo and Anne Kowalczyk, see you", bob),
                     store::RunState::finished, "Bob says: cc @AnneKo");
        namesake_ =
            event("900004", message("900004", "hello", author("4799", "other_anne", "Anne Kowalczyk")),
                  store::RunState::finished, "hello");
        write([&](db::Unit& unit) -> Result<> {
            auto link = store::Links::append(unit, {.directory = "customers",
                                                    .identity = {"x", "", "4711"},
                                                    .record = "c-anne-0001",
                                                    .rule = "key:handle"});
            if (!link) return link.error();
            return store::PluginState::set(unit, "x", "last", R"({"seen":"AnneKo","n":3})");
        });
    }

    Erasing erasing() { return Erasing({*database_, *journal_, clock_, people_, *erased_}); }
    PersonSearch search() { return PersonSearch({*database_, *journal_, people_}); }
    Result<Person> find(const std::string& what) {
        auto person = search().find(what);
        if (!person) return person;
        if (auto done = search().add_things(*person); !done) return done.error();
        return person;
    }
    Result<store::ErasureRow> erase(const std::string& what = "x:4711") {
        auto person = find(what);
        if (!person) return person.error();
        auto row = erasing().begin(std::move(*person), "tester", "asked for it");
        if (!row) return row;
        return erasing().finish(std::move(*row));
    }
    std::string body(EventSeq seq) { return (*journal_->by_seq(seq).value()).body.dump(); }
    std::vector<std::string> wrong_books() {
        return read([](db::Reader& reader) { return store::Books::check(reader); });
    }
    /// Where the store's texts still hold a word, as "table.column".
    std::vector<std::string> places_of(const std::string& word) {
        std::vector<std::string> out;
        for (const auto& column : store::Texts::columns()) {
            const auto page = read([&](db::Reader& r) { return store::Texts::page(r, column, 0, 1000); });
            for (const auto& [id, text] : page)
                if (text.find(word) != std::string::npos)
                    out.push_back(std::string(column.table) + '.' + std::string(column.column) + ": " + text);
        }
        return out;
    }
    /// Files of the store that hold a word as bytes.
    std::vector<std::string> files_with(const std::string& word) {
        std::vector<std::string> out;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(place_->folder().path())) {
            if (!entry.is_regular_file()) continue;
            std::ifstream in(entry.path(), std::ios::binary);
            const std::string bytes((std::istreambuf_iterator<char>(in)), {});
            if (bytes.find(word) != std::string::npos) out.push_back(entry.path().filename());
        }
        return out;
    }

    FakeClock clock_;
    std::optional<config::Secrets> secrets_;
    People people_;
    std::unique_ptr<db::Database> database_;
    std::unique_ptr<SqlJournal> journal_;
    std::unique_ptr<Erased> erased_;
    db::FailAt* failing_ = nullptr;
    std::atomic<std::int64_t> free_bytes_{std::numeric_limits<std::int64_t>::max()};
    EventSeq anne_finished_{}, anne_waiting_{}, bob_{}, namesake_{};
};

}  // namespace maillon::hub
