#pragma once
#include "client.h"
#include "post.h"

#include <set>

namespace maillon::twitter {

/// The account's own newest posts, read once for a batch of calls in doubt.
class Timeline {
public:
    /// Reads back to `oldest_ms`, a few pages at most. Throws Failure when X cannot be read.
    Timeline(Client& client, const Account& own, std::int64_t oldest_ms, Deadline deadline);

    /// The id of a post that answers `to` with this text and was made at `not_before_ms` or later; each post
    /// is given out once. Nothing when there is none.
    std::optional<std::string> take(std::string_view to, std::string_view text, std::int64_t not_before_ms);

    /// True when everything since `oldest_ms` was read, so that what is not there was not posted.
    bool is_complete() const { return complete_; }

private:
    struct Reply {
        std::string id, to, text;  // text as `comparable` makes it
        std::int64_t made_ms;
    };
    static json::object read(Client& client, const Account& own, const std::string& token, Deadline deadline);
    /// False when reading back ended: the page reached beyond `oldest_ms`.
    bool add(const json::object& answer, std::int64_t oldest_ms);

    std::vector<Reply> replies_;
    std::set<std::string> taken_;
    bool complete_ = false;
};

}  // namespace maillon::twitter
