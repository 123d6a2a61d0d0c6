#pragma once
#include "client.h"
#include "post.h"

#include "maillon/known_effects.hpp"

namespace maillon::twitter {

/// A call of `reply` of which it is not known whether it arrived.
struct LostReply {
    std::string to, text, key;
    std::int64_t not_before_ms = 0;
};

/// The account's own newest posts, read once for a batch of calls in doubt.
class Timeline {
public:
    /// Where reading back may end: an answer is younger than the post `since_id` that it answers (empty: not
    /// known), and than `oldest_ms`.
    struct Bounds {
        std::string since_id;
        std::int64_t oldest_ms = 0;
    };
    /// Reads back to the bounds, or as far as X lets one read (3,200 posts). A page that fails for now is
    /// asked for again a few times. Throws Failure when X cannot be read.
    Timeline(Client& client, const Account& own, const Bounds& bounds, Deadline deadline,
             KnownEffects& known);

    /// The id of a post that answers the same with the same text, is not too old and comes from no other
    /// call, and does so from now on. Nothing when there is none.
    std::optional<std::string> take(const LostReply& lost);

    /// The same whatever its text, taken for nobody's.
    std::optional<std::string> with_any_text(const LostReply& lost) const;

    /// True when everything since `oldest_ms` was read, so that what is not there was not posted.
    bool is_complete() const { return complete_; }

private:
    struct Reply {
        std::string id, to, text;  // text as `comparable` makes it
        std::int64_t made_ms;
    };
    static json::object read(Client& client, const Account& own, const std::string& since_id,
                             const std::string& token, Deadline deadline);
    static json::object read_patiently(Client& client, const Account& own, const std::string& since_id,
                                       const std::string& token, Deadline deadline);
    /// False when reading back ended: the page reached beyond `oldest_ms`.
    bool add(const json::object& answer, std::int64_t oldest_ms);
    bool may_be(const Reply& reply, const LostReply& lost) const;

    KnownEffects& known_;
    std::vector<Reply> replies_;
    bool complete_ = false;
};

}  // namespace maillon::twitter
