#pragma once
#include "client.h"

#include "maillon/known_effects.hpp"
#include "maillon/sdk.hpp"

#include <map>

namespace maillon::facebook {

/// True for identifiers that may stand in an address: digits and "_".
bool is_id(std::string_view text);
/// The number that is an object's alone: the part before it may be the post's or another actor's, or be
/// missing.
std::string_view own_part(std::string_view id);

/// A call of `reply` of which it is not known whether it arrived.
struct LostReply {
    std::string to, text, key;
    std::int64_t not_before_ms = 0;
};

/// The page's own newest comments under the objects that calls in doubt answered. Each object is read once;
/// used for one batch, then thrown away.
class OwnComments {
public:
    OwnComments(Client& client, std::string page, std::int64_t oldest_ms, Deadline deadline,
                KnownEffects& known)
        : client_(client),
          page_(std::move(page)),
          oldest_ms_(oldest_ms),
          deadline_(deadline),
          known_(known) {}

    /// OK with the id of a comment of ours that answers the same, has the same text, is not too old and comes
    /// from no other call; RETRY when all were read and none can be it; else IN_DOUBT: when there is more
    /// than can be read, and when the one of that text stands beside `to` (where Graph puts the answer to an
    /// answer) without a word of what it answers. Throws Failure when Graph cannot be read.
    Outcome find(const LostReply& lost);

private:
    struct Comment {
        std::string id, text, parent;  // parent: empty at the top, and where Graph does not tell
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
    std::vector<Comment> alike(const Thread& thread, const LostReply& lost) const;

    Client& client_;
    std::string page_;
    std::int64_t oldest_ms_;
    Deadline deadline_;
    KnownEffects& known_;
    std::map<std::string, Thread> threads_;
};

}  // namespace maillon::facebook
