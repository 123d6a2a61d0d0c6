#pragma once

#include "core/db/session.h"
#include "core/store/identity.h"

namespace maillon::store {

/// What was said about an identity and a record, or (merge, split) about two records. A `reject`, and an
/// `unlink` by a person, forbid the pair to the rules.
enum class LinkKind { link, unlink, confirm, reject, merge, split };

/// One line of the history of who is who. Never changed and never deleted but by an erasure; the last word
/// about a pair holds.
struct LinkEvent {
    LinkId id{};
    TimePoint at{};
    LinkKind kind = LinkKind::link;
    std::string directory{};
    Identity identity{};   ///< unset in merge and split
    std::string record{};  ///< of merge and split: the one that stands for both
    std::string other{};   ///< of merge and split: the one that is to go
    std::string rule{};    ///< "key:email", "created", "score", …
    std::string evidence_class{};
    double probability = 0;
    std::string model{};       ///< empty: keys alone
    std::string verdict{};     ///< JSON: the evidence; may be empty
    std::string decided_by{};  ///< a person; empty: a rule
    std::string note{};
    /// Of words that forbid a pair: the keys of both sides at that time, as JSON. A key that is not among
    /// them ends the ban.
    std::string keys{};
    /// The identity (as text) whose link this one rests on: when that goes, this goes.
    std::string rests_on{};
    EventSeq event{};  ///< that brought it about, if one did

    bool is_linked() const { return kind == LinkKind::link || kind == LinkKind::confirm; }
    bool forbids() const {
        return kind == LinkKind::reject || (kind == LinkKind::unlink && !decided_by.empty());
    }
};

struct Links {
    static Result<LinkId> append(db::Unit& unit, const LinkEvent& event);

    /// The last word on each record that the identity was ever brought together with, by id.
    static Result<std::vector<LinkEvent>> of_identity(db::Session& session, std::string_view directory,
                                                      const Identity& who);
    /// The links in force that lead to a record itself, by id; those of records merged into it are not among
    /// them.
    static Result<std::vector<LinkEvent>> of_record(db::Session& session, std::string_view directory,
                                                    std::string_view record);
    /// Links in force to a record, but no more than `limit`.
    static Result<std::int64_t> count_of_record(db::Session& session, std::string_view directory,
                                                std::string_view record, std::size_t limit);

    /// The record that stands for this one: itself, unless it is merged into another.
    static Result<std::string> standing_for(db::Session& session, std::string_view directory,
                                            std::string record);
    /// The records that are merged into this one, by id of the merge.
    static Result<std::vector<LinkEvent>> merged_into(db::Session& session, std::string_view directory,
                                                      std::string_view record);

    /// All that was ever said, oldest first.
    static Result<std::vector<LinkEvent>> history(db::Session& session, std::string_view directory,
                                                  const Identity& who);
    static Result<std::vector<LinkEvent>> history_of_record(db::Session& session, std::string_view directory,
                                                            std::string_view record);
    /// All links in force of a directory behind `after`, by id; for indices, exports and comparisons.
    static Result<std::vector<LinkEvent>> page(db::Session& session, std::string_view directory, LinkId after,
                                               std::size_t limit);
    static Result<std::int64_t> count(db::Session& session, std::string_view directory);

    /// How many words of a kind were said of a directory, by whom, and the last of them.
    struct Tally {
        std::string directory{};
        LinkKind kind = LinkKind::link;
        std::string by{};  ///< "person", "model" or "rule"
        std::int64_t count = 0;
        LinkId last{};
    };
    /// Of the words behind `after`.
    static Result<std::vector<Tally>> tally(db::Session& session, LinkId after);
    static Result<LinkId> last(db::Session& session);
};

}  // namespace maillon::store

namespace maillon::db {
template <>
inline constexpr std::string_view kWords<store::LinkKind>[] = {"link",   "unlink", "confirm",
                                                               "reject", "merge",  "split"};
}  // namespace maillon::db
