#pragma once

#include "core/match/permission.h"

#include <boost/json/object.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace maillon::match {

/// Gathers what another model, or other settings, would decide otherwise about the people of a directory, in
/// groups with a count, the reasons and a few examples: memory does not grow with the number of people.
/// Reads, and changes nothing. Not thread-safe.
class Changes {
public:
    /// The rules of a directory; both must outlive the changes. `scorer` may be null.
    struct Side {
        const DirectoryKeys* keys = nullptr;
        const Judge* scorer = nullptr;
    };
    /// `examples`: of each group, at the most.
    Changes(Side before, Side after, std::size_t examples)
        : before_(before), after_(after), examples_(examples) {}

    /// What becomes of a person, as a channel gave them last (maillon/kinds.hpp).
    Result<> look_at(db::Session& session, const Json& json, TimePoint now);

    /// {people, unchanged, by_persons, groups: [{change, count, linked_now, reasons: [{why, count}],
    ///   examples: [{profile, name, before, after, why, reason, linked_now}]}]}; groups that nobody is in are
    ///   left out. `before` and `after`: {decision, record, record_name, probability, class, rule, model}.
    boost::json::object to_json() const;

private:
    enum class Change {
        added,         ///< a link where there was none
        other_record,  ///< a link with another record
        to_question,   ///< a question where there was a link
        removed,       ///< nothing where there was a link
        asked,         ///< a question where there was nothing
        not_asked,     ///< nothing where there was a question
    };
    struct Group {
        std::int64_t count = 0, linked_now = 0;
        std::map<std::string, std::int64_t> reasons{};
        std::vector<boost::json::object> examples{};
    };
    static std::optional<Change> change_of(const Permitted& before, const Permitted& after);
    boost::json::object view_of(db::Session& session, const Permitted& decided) const;

    Side before_, after_;
    std::size_t examples_;
    std::array<Group, 6> groups_{};
    std::int64_t people_ = 0, unchanged_ = 0, by_persons_ = 0;
};

}  // namespace maillon::match
