#pragma once
#include "dm.h"
#include "feed.h"

#include <set>

namespace maillon::facebook {

/// Translates the body of a notification. Owned by the source lane.
///
/// What is unknown is logged once by its name and left out; the rest of the notification still counts.
/// Entries of other pages are left out too: an app has one callback for all its pages, and their tokens are
/// not ours.
class Webhook {
public:
    Webhook(Host host, Self self, Echoes& echoes, Fetch fetch);

    std::vector<NewEvent> read(const json::value& body);

private:
    void read_notification(const json::object& notification, std::vector<NewEvent>& out);
    void read_entry(const json::object& entry, std::vector<NewEvent>& out);
    void read_change(const json::object& change, std::int64_t entry_ms, std::vector<NewEvent>& out);
    void take(Reading reading, std::vector<NewEvent>& out);
    void tell_once(const std::string& what);

    Host host_;
    Self self_;
    Echoes& echoes_;
    Fetch fetch_;
    std::set<std::string> told_;
};

}  // namespace maillon::facebook
