#pragma once
#include "client.h"
#include "post.h"
#include "walk.h"

#include <optional>
#include <set>

namespace maillon::twitter {

/// Reads GET /2/tweets/search/recent with a cursor. Owned by the source lane.
///
/// X gives the newest page first, routes want the oldest post first: pages are held until the walk has come
/// to its end, over several polls when one of them fails, and then emitted in order. A walk longer than
/// `max_events` (a backlog after days) is emitted in parts, the newest part first, and the cursor carries it:
/// a stop at any moment repeats at most one part.
class Search {
public:
    struct Settings {
        std::string query;
        std::uint32_t page_size = 100;
    };
    Search(Host host, Client& client, Settings settings);

    /// True when the walk came to its end; false when another poll should follow at once.
    bool poll(const PollRequest& want, const Account& own, Emitter& out);

private:
    using Posts = std::vector<std::vector<NewEvent>>;  // events of each post, newest post first
    /// Pages of a walk that a failure interrupted. Only in memory: after a restart they are read again.
    struct Held {
        std::string cursor;  // with which the walk began
        Walk walk;
        Posts posts;
    };
    Posts fetch(Walk& walk, std::uint32_t size, const Account& own, Deadline deadline);
    Posts read(const json::object& answer, Walk& walk, const Account& own);
    json::object ask(Walk& walk, std::uint32_t size, Deadline deadline);
    bool mend(const Problem& problem, Walk& walk);
    std::string path_of(const Walk& walk, std::uint32_t size) const;
    void tell_once(const std::string& what, const std::string& detail);

    Host host_;
    Client& client_;
    Settings settings_;
    std::optional<Held> held_;
    std::set<std::string> told_;  // what was logged already
};

}  // namespace maillon::twitter
