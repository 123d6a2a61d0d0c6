#pragma once

#include "core/match/decider.h"
#include "core/match/precision.h"
#include "core/store/sightings.h"
#include "tests/unit/match/directory_of.h"
#include "tests/unit/store/store_fixture.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace maillon::match {

/// A directory of a CRM, and people who turn up.
class PeopleTest : public store::SqliteStoreTest {
protected:
    PeopleTest() {
        directory_ = directory_of({{"given_name", "first_name"},
                                   {"family_name", "last_name"},
                                   {"email", "email1"},
                                   {"phone", "phone_mobile"},
                                   {"handle_x", "twitter_c"},
                                   {"id_x", "twitter_id_c"}});
        directory_.match.sample = 0;
        configure();
    }
    void configure() { keys_ = std::make_shared<const DirectoryKeys>(directory_); }

    /// A record of the CRM, from its JSON.
    void put(const std::string& id, const std::string& json) {
        const auto data = Json::parse(json).value();
        const store::DirectoryRecord record{.id = id, .data = json, .keys = keys_->of_record(data)};
        ASSERT_TRUE(write([&](db::Unit& unit) {
            return store::Directory::upsert(unit, "customers", std::span(&record, 1));
        }));
    }
    void remove(const std::string& id) {
        ASSERT_TRUE(write([&](db::Unit& unit) { return store::Directory::remove(unit, "customers", id); }));
    }
    Decision ask(const std::string& person) {
        auto out = write([&](db::Unit& unit) {
            return Decider(*keys_, scorer_)
                .decide(unit, {person_of(Json::parse(person).value(), *keys_), EventSeq{++event_}, now()});
        });
        EXPECT_TRUE(out) << out.error().what;
        return out ? *out : Decision{};
    }
    /// "linked r1", "unsure r1,r2", "none".
    std::string who_is(const std::string& person) {
        const auto decision = ask(person);
        if (decision.kind == Decision::Kind::linked) return "linked " + decision.record.id;
        if (decision.kind == Decision::Kind::none) return "none";
        std::string out = "unsure";
        for (const auto& id : decision.candidates) out += (out == "unsure" ? " " : ",") + id;
        return out;
    }
    /// Says something about a pair, as a person does.
    void say(store::LinkKind kind, const store::Identity& who, const std::string& record,
             const std::string& keys = {}) {
        ASSERT_TRUE(write([&](db::Unit& unit) {
            return store::Links::append(unit, {.at = now(),
                                               .kind = kind,
                                               .directory = "customers",
                                               .identity = who,
                                               .record = record,
                                               .rule = "person",
                                               .decided_by = "anne",
                                               .keys = keys});
        }));
    }
    std::vector<store::Review> questions(std::optional<store::ReviewKind> kind = {}) {
        return read([&](db::Reader& reader) {
                   return store::Reviews::list(reader, {.kind = kind, .limit = 20'000});
               })
            .value();
    }
    std::vector<std::string> identities_of(const std::string& record) {
        const auto links = read([&](db::Reader& reader) {
                               return store::Links::of_record(reader, "customers", record);
                           }).value();
        std::vector<std::string> out;
        for (const auto& link : links) out.push_back(link.identity.text());
        return out;
    }

    config::Directory directory_;
    std::shared_ptr<const DirectoryKeys> keys_;
    const Judge* scorer_ = nullptr;
    std::int64_t event_ = 0;
};

/// A directory that scores by small_model, with the town of its people.
class ScoringTest : public PeopleTest {
protected:
    ScoringTest() {
        add_fields(directory_, {{"city", "primary_address_city"}});
        directory_.match.link_at = 0.9;
        directory_.match.margin = 1;
        configure();
    }
    /// From when on a matcher finds somebody.
    void was_read_in_full() {
        ASSERT_TRUE(write([&](db::Unit& unit) {
            return store::Directory::set_progress(unit, "customers", {.started = now(), .finished = now()});
        }));
    }
};

}  // namespace maillon::match
