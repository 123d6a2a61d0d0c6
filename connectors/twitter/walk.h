#pragma once
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

    bool is_under_way() const { return !token.empty(); }
    void saw(const std::string& id);  ///< moves `newest`
    void finish();                    ///< the last page is read

    std::string cursor() const;
    /// A cursor that cannot be read throws Failure(internal): starting over would read seven days again.
    static Walk from_cursor(std::string_view cursor);
};

}  // namespace maillon::twitter
