#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::sugarcrm {

/// Where reading a directory stands.
///
/// A listing is read in the order of date_modified. Offsets into it are worthless while people work: a record
/// that changes moves to the end, all behind it move up by one, and the one at the border is never seen. So
/// each page begins at the date of the last record read (`since`), not at an offset. Only inside one second,
/// when more records share it than fit on a page, an offset is used: the page reaches back into what was
/// read, and unless it begins where the `trail` ends it is thrown away and asked for again.
///
/// Records that are dated ahead of the clock are passed like others while a listing is read, but reading
/// changes never begins among them: it would miss all that is dated now.
struct Cursor {
    std::optional<std::int64_t> since{};  ///< Unix ms, whole seconds; nothing: from the beginning
    std::int64_t offset = 0;              ///< into the listing from `since`
    std::vector<std::string> trail{};  ///< ids read last since `since`, without a gap; at most kLongestTrail
    bool is_lost = false;              ///< the last page did not begin on the trail
    std::int64_t newest = 0;           ///< latest date read so far
    int restarts = 0;                  ///< how often it began anew at this `since`
    std::optional<std::int64_t>
        changes_from{};  ///< where changes begin once what is dated ahead is read, too
    std::map<std::string, std::int64_t> seen{};  ///< id → date of what was read last

    static constexpr std::size_t kLongestTrail = 50;

    /// Puts an id at the end of the trail.
    void pass(const std::string& id);
    bool is_on_trail(const std::string& id) const;
    /// Where the next page begins.
    std::int64_t next_offset() const;
    /// Goes back to the beginning of `since`.
    void begin_anew();

    /// Remembers a record; false when exactly this state of it was read before.
    bool learn(const std::string& id, std::int64_t date);
    /// Forgets what lies before `from`, and the oldest of what would make the cursor too long. Forgetting
    /// only means that a record may be emitted twice.
    void forget_before(std::int64_t from);
    /// True when `date` lies in a later second than `since`.
    bool is_before(std::int64_t date) const;
    /// Goes on at `date`, from the first record of that second.
    void move_to(std::int64_t date);

    std::string text() const;
    /// An empty cursor, or one of another connector, is the beginning.
    static Cursor parse(std::string_view text);
};

}  // namespace maillon::sugarcrm
