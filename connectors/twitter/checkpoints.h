#pragma once
#include "maillon/sdk.hpp"

#include <deque>

namespace maillon::twitter {

/// Which posts of the account's own X had confirmed at which moment, so that the search for a reply in doubt
/// need not go back further than that, after a restart of the hub too. Kept in the instance's state: one for
/// every hundred posts, as many as X lets one read back. The sink lane's.
class Checkpoints {
public:
    explicit Checkpoints(Host host) : host_(host) {}

    /// X has confirmed a post of ours. State that cannot be written is tried again with the next post.
    void note(const std::string& post);

    /// The newest post confirmed before `time_ms`, by the hub's clock; empty when none is known. What is
    /// posted by a call that was first wanted then is younger.
    std::string before(std::int64_t time_ms);

private:
    struct Checkpoint {
        std::int64_t at_ms;
        std::string post;
    };
    void load();
    void store() const;
    std::int64_t latest_ms();

    Host host_;
    bool loaded_ = false;
    std::deque<Checkpoint> all_;  // oldest first
    int since_last_ = 0;          // posts after the newest checkpoint
    std::int64_t ahead_ms_ = 0;   // the hub's clock at its most advanced, less its monotonic one
};

}  // namespace maillon::twitter
