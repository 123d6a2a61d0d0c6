#pragma once
#include "client.h"
#include "post.h"

#include "maillon/known_effects.hpp"

#include <limits>

namespace maillon::twitter {

/// A call of `reply` of which it is not known whether it arrived.
struct LostReply {
    std::string to, text, key;
    /// It is younger than this post (empty: not known), and than this moment.
    std::string since_id;
    std::int64_t not_before_ms = 0;
};

/// The account's own newest posts, read once for a batch of calls in doubt.
class Timeline {
public:
    /// Reads back to where the oldest of `lost` may be, or as far as X lets one read (3,200 posts). A page
    /// that fails for now is asked for again a few times. Throws Failure when X cannot be read.
    Timeline(Client& client, const Account& own, const std::vector<LostReply>& lost, Deadline deadline,
             KnownEffects& known);

    /// The id of a post that answers the same with the same text, is not too old and comes from no other
    /// call, and does so from now on. Nothing when there is none.
    std::optional<std::string> take(const LostReply& lost);

    /// The same whatever its text, taken for nobody's.
    std::optional<std::string> with_any_text(const LostReply& lost) const;

    /// True when everything was read that may be this reply, so that it was not posted if it is not there.
    bool is_complete_for(const LostReply& lost) const;

private:
    struct Reply {
        std::string id, to, text;  // text as `comparable` makes it
        std::int64_t made_ms;
    };
    static json::object read(Client& client, const Account& own, const std::string& since_id,
                             const std::string& token, Deadline deadline);
    static json::object read_patiently(Client& client, const Account& own, const std::string& since_id,
                                       const std::string& token, Deadline deadline);
    void add(const json::object& answer);
    bool may_be(const Reply& reply, const LostReply& lost) const;

    KnownEffects& known_;
    std::vector<Reply> replies_;
    bool ended_ = false;                                                 // X has no older one to give
    std::string oldest_id_;                                              // of what was read
    std::int64_t oldest_ms_ = std::numeric_limits<std::int64_t>::max();  // of what was read
};

}  // namespace maillon::twitter
