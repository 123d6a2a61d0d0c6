#pragma once

#include "core/db/database.h"
#include "core/hub/masking.h"
#include "core/journal/journal.h"
#include "core/store/removal.h"

#include <functional>
#include <map>

namespace maillon::hub {

/// What an event has to do with a person.
enum class Tie {
    none,
    mention,  ///< others speak of them
    about,    ///< a record, case or note that exists because of them
    own,      ///< from or to them
};

/// What the hub holds of a person: where, and how much of it.
struct Holdings {
    std::vector<EventSeq> own, about, mentions;
    store::Removed rows;  ///< of own and about
    std::int64_t records = 0, links = 0, questions = 0;
    std::int64_t others = 0;  ///< texts elsewhere that mention them
};

/// That a word is not for one person alone, and by which words they are told apart.
Fault of_several(const std::string& what, const std::string& of, std::vector<std::string> choices);

/// Finds a person, from any word for them, in everything that the store holds.
///
/// The journal is read through, once for each time that something further was learnt of them (twice, as a
/// rule): persons are not indexed by what events tell. Reads in pages, so that nobody waits.
class PersonSearch {
public:
    /// Told how far it is; false ends the work with a Fault of kind cancelled.
    using Progress = std::function<bool(std::int64_t done, std::int64_t all)>;
    struct Parts {
        db::Database& database;
        Journal& journal;
        const People& people;
        Progress progress = [](std::int64_t, std::int64_t) { return true; };
    };
    explicit PersonSearch(Parts parts) : parts_(std::move(parts)) {}

    /// `what`: an e-mail, a phone, "@handle", "x:@handle", "x:4711", "facebook/1001:7", "customers/8f3…", or
    /// the id of a record. Without its page an id is good for the one page that knows it. A Fault of kind
    /// unsupported when nobody is known by it, and conflict when several are: it says which.
    Result<Person> find(const std::string& what);
    /// The identities that a word may mean, whether anybody has them or not.
    Result<std::set<Trait>> words(const std::string& what) { return seeds(what); }
    /// What exists only because of them, put into `person.things`.
    Result<> add_things(Person& person);
    Result<Holdings> holdings(const Person& person);

    /// Of all that fit: for erasures whose persons are known only by their digests.
    Result<Person> all_who(const std::function<bool(const Group&)>& fits);

    /// Calls `take` for each event that has to do with them. A Fault of `take` ends it.
    Result<> each_event(const Person& person,
                        const std::function<Result<>(const Event&, Tie, const Needles&)>& take);

private:
    Result<std::set<Trait>> seeds(const std::string& what);
    /// Adds to `person` what directories, links, notes and events know further; whether there was anything.
    Result<bool> widen(Person& person, const std::set<Trait>& seeds);
    Result<bool> widen_by_records(Person& person, const std::set<Trait>& seeds);
    Result<bool> widen_by_links(Person& person);
    /// What was noted when they were asked about, which outlasts their events.
    Result<bool> widen_by_notes(Person& person, const std::set<Trait>& seeds);
    Result<bool> widen_by_events(Person& person, const std::set<Trait>& seeds);
    void note_scope(const Person& person, const Trait& id);
    void note_same_ids(Person& person) const;
    Result<> look_for_scopes(const Person& person);
    /// What pages know an id that was named without one.
    Result<bool> settle_scopes(Person& person, const std::set<Trait>& seeds);
    /// The records of a directory that hold a key; an id of a page, too, where the record does not say which
    /// page.
    Result<std::vector<store::DirectoryRecord>> holders(const std::string& directory, const Trait& key);
    Result<> each(const std::function<Result<>(const Event&)>& take);

    Parts parts_;
    std::set<Trait> followed_;  ///< keys whose holders were looked at
    /// Ids with their page, by the id without.
    std::map<Trait, std::set<Trait>> scoped_;
};

}  // namespace maillon::hub
