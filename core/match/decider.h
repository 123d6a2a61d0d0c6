#pragma once

#include "core/match/judge.h"
#include "core/store/links.h"
#include "core/store/reviews.h"

#include <string>
#include <vector>

namespace maillon::match {

/// What came of asking who somebody is.
struct Decision {
    enum class Kind { none, linked, unsure };
    Kind kind = Kind::none;
    store::DirectoryRecord record{};  ///< when linked
    std::string matched_by{};         ///< "email", "handle_x", "model", "person": what it rests on
    double probability = 0;
    store::ReviewId review{};               ///< when unsure: what a person is asked
    std::vector<std::string> candidates{};  ///< when unsure
    std::string rule{};
    /// Links that this brought about of somebody about whom people were asked: whoever went on without them
    /// is to be told.
    std::vector<store::LinkEvent> late{};
    std::vector<store::ReviewId> answered{};  ///< questions that are none any more: who waits goes on
    std::vector<std::string> suspended{};     ///< classes that refused to link
    store::Identity who{};                    ///< under which name the person is kept; unset: nobody to know
};

/// Decides who somebody is, in the unit of the run that asks, and keeps what came of it:
///
/// - what was linked before stays linked: by the network's own id first, then by the address or number that
///   comes with it;
/// - else a judge says who it may be; what people have forbidden is taken out (until a key of either side
///   changes), and what the directory's configuration does not permit goes to a person;
/// - one question is asked about one thing, however many events raise it.
///
/// No state; look-ups are a handful of statements.
class Decider {
public:
    struct Asked {
        Person person{};
        EventSeq event{};
        TimePoint now{};
        std::string connector{};  ///< that brought the event
    };
    /// `directory` must outlive this; `scorer` too, and may be null.
    Decider(const DirectoryKeys& directory, const Judge* scorer) : directory_(directory), scorer_(scorer) {}

    Result<Decision> decide(db::Unit& unit, const Asked& asked) const;
    /// A record was made for this person.
    Result<Decision> created(db::Unit& unit, const Asked& made_for,
                             const store::DirectoryRecord& record) const;

private:
    /// A link that is in force, and the record that stands there now.
    struct Known {
        store::Identity identity;
        store::LinkEvent link;
        store::DirectoryRecord record;
    };
    struct Turn;  ///< what one decision goes through

    Result<std::vector<Known>> known(db::Session& session, const Person& person) const;
    /// Of somebody under the one name that there is for them.
    Result<Decision> decide_named(db::Unit& unit, const Asked& asked, const std::vector<Known>& found) const;
    Result<Decision> by_link(Turn& turn, const std::vector<Known>& known) const;
    /// By an address or number that is linked, of somebody who is not linked yet.
    Result<Decision> by_companion(Turn& turn, const std::vector<Known>& known) const;
    /// Why the linked address or number is not enough; empty when it is.
    Result<std::string> worth_of(Turn& turn, const Known& one) const;
    Result<Decision> by_verdict(Turn& turn, Verdict verdict) const;
    Result<Decision> link(Turn& turn, const Candidate& candidate, store::DirectoryRecord record,
                          const Verdict& verdict) const;
    Result<Decision> ask(Turn& turn, store::ReviewKind kind, const store::Identity& who,
                         const std::string& thing, const Verdict& verdict) const;
    /// Links what comes with the person (address, number) as well, where nothing speaks against it.
    Result<> take_along(Turn& turn, const std::string& record) const;
    Result<> close_questions(Turn& turn, Decision& decision, const store::LinkEvent& link) const;
    Result<> note(Turn& turn) const;

    const DirectoryKeys& directory_;
    const Judge* scorer_;
};

}  // namespace maillon::match
