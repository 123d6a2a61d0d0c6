#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace maillon::twitter {

/// Where the reading of a search stands; the hub keeps it as the cursor.
///
/// X gives the newest page first. `since` therefore stays as it is until the last page of a walk is stored;
/// `newest` remembers what it will be then, `token` where the walk goes on.
struct Walk {
    std::string since;   ///< everything up to this id is stored; empty at the first start
    std::string newest;  ///< newest id of the walk under way
    std::string token;   ///< next page of it; empty between walks
    /// While what a walk has read is given away in parts, `since` moves with them; this is where it stood
    /// before: of a post that was written after it and edited meanwhile, the first version was not seen
    /// either.
    std::string floor{};
    /// How many parts were given away of what was read from here on, where `since` cannot move with them: it
    /// tells a part that was stored from one that was not. 0 otherwise.
    std::uint64_t part = 0;

    bool is_under_way() const { return !token.empty(); }
    const std::string& seen_up_to() const { return floor.empty() ? since : floor; }
    void saw(const std::string& id);  ///< moves `newest`
    void finish();                    ///< the last page is read

    std::string cursor() const;
    /// A cursor that cannot be read throws Failure(internal): starting over would read seven days again.
    static Walk from_cursor(std::string_view cursor);
};

}  // namespace maillon::twitter
