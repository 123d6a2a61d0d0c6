#pragma once
#include "client.h"

#include "maillon/sdk.hpp"

#include <map>
#include <set>

namespace maillon::facebook {

/// True for identifiers that may stand in an address: digits and "_".
bool is_id(std::string_view text);

/// The page's own newest comments under the objects that calls in doubt answered. Each object is read once;
/// used for one batch, then thrown away.
class OwnComments {
public:
    OwnComments(Client& client, std::string page, std::int64_t oldest_ms, Deadline deadline)
        : client_(client), page_(std::move(page)), oldest_ms_(oldest_ms), deadline_(deadline) {}

    /// OK with the id of a comment of ours under `to` (or beside it, where Graph puts the answer to an
    /// answer) that has this text and is not older than `not_before_ms`; RETRY when all were read and none is
    /// it; else IN_DOUBT. Each comment is given out once. Throws Failure when Graph cannot be read.
    Outcome find(const std::string& to, const std::string& text, std::int64_t not_before_ms);

private:
    struct Comment {
        std::string id, text;
        std::int64_t made_ms;
    };
    struct Thread {
        std::vector<Comment> ours;
        bool complete = false;
    };
    const Thread& under(const std::string& id);
    Thread read(const std::string& id);
    bool add(const json::object& answer, Thread& thread) const;
    std::string parent_of(const std::string& id);
    std::optional<std::string> take(const Thread& thread, const std::string& text,
                                    std::int64_t not_before_ms);

    Client& client_;
    std::string page_;
    std::int64_t oldest_ms_;
    Deadline deadline_;
    std::map<std::string, Thread> threads_;
    std::set<std::string> taken_;
};

}  // namespace maillon::facebook
