#pragma once

#include "core/event/event.h"
#include "core/hub/prepare.h"
#include "core/match/directory_keys.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace maillon::hub {

/// What somebody is known by, as directories name it: ("email", "anne@example.com"), ("id_x", "4711"),
/// ("id_facebook/1001", "7") where ids are given for a page or an app, ("handle_x", "anne"), ("phone",
/// "+33…"), and
/// ("record_customers", "8f3…") for a record of a directory.
using Trait = store::RecordKey;
/// Whether it is an account's id, and whether it says for which page or app.
bool is_id(const Trait& identity);
bool has_scope(const Trait& identity);
/// The id alone: of whatever page it is.
Trait without_scope(const Trait& identity);
/// Whether both are one id of one network, given for different pages, or one of them for none.
bool differ_in_scope(const Trait& one, const Trait& other);
/// What one place tells of one person.
using Group = std::vector<Trait>;

/// "email anne@example.com", "x account 4711", "x handle @anne", "record customers/8f3".
std::string spoken(const Trait& identity);

/// One person, as far as the hub knows them.
struct Person {
    std::set<Trait> identities{};
    std::set<std::string> names{};   ///< as displayed; of two words and more
    std::set<std::string> things{};  ///< ids of what exists only since they wrote: cases, notes, their record
    struct Shared {
        Trait identity{};
        std::string why{};
    };
    std::vector<Shared> not_followed{};  ///< of theirs, but not theirs alone

    /// One more identity, unless it has turned out not to be theirs alone.
    void learn(Trait identity);
    /// Whether a group is this person. An account's lasting id decides alone where both know one of that
    /// network and page: handles pass on, and mailboxes are shared. An id without its page is theirs when
    /// they have it on some page.
    bool is(const Group& group) const;
    /// The same of one account or record; nothing when it cannot be told.
    std::optional<bool> has_account(const Trait& id) const;
    /// Whether somebody else has the same id on another page.
    bool shares(const Trait& id) const;

    boost::json::object to_json() const;
    static Result<Person> from_json(const std::string& text);
};

/// Where events and records tell of people.
class People {
public:
    /// Where a directory's records live, and which of their fields are keys.
    struct Shape {
        std::string instance{}, module{};
        std::shared_ptr<const match::DirectoryKeys> keys{};  ///< shared with the plan
    };
    using Directories = std::map<std::string, Shape>;
    People() = default;
    explicit People(Directories directories) : directories_(std::move(directories)) {}
    static People of(const Prepared& prepared);

    struct Told {
        Group group{};
        std::string name{};
    };
    /// Whom an event is from, to or about; not whom its text mentions.
    std::vector<Told> of_event(const Event& event) const;
    /// What an object that stands for a person tells; empty when it does not.
    static Told of_object(const Json& object, std::string_view network = {});
    Told of_record(const std::string& directory, const std::string& id, const Json& data) const;

    const Directories& directories() const { return directories_; }

private:
    Directories directories_;
};

}  // namespace maillon::hub
