#pragma once
#include "feed.h"

#include <deque>
#include <mutex>

namespace maillon::facebook {

/// The mark that goes out with a message and comes back with its echo, made from the call's idempotency key.
std::string mark_of(std::string_view idempotency_key);

/// The marks of messages that Messenger echoed lately, so that a call in doubt can be told from a lost one.
/// Keeps the newest thousand. Thread-safe: the source lane writes, the sink lane reads.
class Echoes {
public:
    void note(std::string mark, std::string mid);
    std::optional<std::string> find(std::string_view mark) const;  ///< the message's id

private:
    mutable std::mutex mutex_;
    std::deque<std::pair<std::string, std::string>> newest_;  // guarded by mutex_
};

/// Who this instance is on Messenger.
struct Self {
    std::string page, app, instance;
};

/// One member of an entry's `messaging`. Read and delivery receipts come to nothing.
Reading dm_event(const json::object& item, const Self& self, std::int64_t entry_ms, Echoes& echoes);

}  // namespace maillon::facebook
