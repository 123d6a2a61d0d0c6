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
/// to its end, over several polls when one of them fails, and then emitted in order, `max_events` at a time;
/// the cursor moves with what was emitted. Only a walk of more than kMostHeld posts (a backlog of days) comes
/// in such portions, the newest first; there a stop repeats at most one portion, and so does a part that the
/// hub could not store.
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
    struct Post {
        std::string id;
        std::vector<NewEvent> events;
    };
    using Posts = std::vector<Post>;
    /// What was read of a walk and is not emitted yet. Only in memory: after a restart it is read again.
    struct Held {
        std::string cursor;  // with which it is asked for: with any other the last part was not stored
        Walk begun, walk;    // as it was at the first page, and is now
        Posts posts;         // newest first while they are read, then oldest first
        std::size_t given = 0;
        bool is_read = false;
    };
    Held held(std::string_view cursor);
    /// False when time is up first.
    bool read_on(Held& now, const PollRequest& want, const Account& own);
    bool give(Held now, std::size_t most, Emitter& out);
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
