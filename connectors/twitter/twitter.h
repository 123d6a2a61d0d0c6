#pragma once
#include "checkpoints.h"
#include "client.h"
#include "post.h"
#include "search.h"
#include "timeline.h"

#include "maillon/sdk.hpp"

namespace maillon::twitter {

/// One account on X: mentions come in by polling the recent search, replies go out.
class Twitter {
public:
    static constexpr Info info{.id = "twitter",
                               .name = "X (Twitter)",
                               .version = "1.0.0",
                               .vendor = "Maillon",
                               .summary = "Mentions of an account on X, and replies to them",
                               .docs_url = "https://docs.x.com/x-api",
                               .caps = MAILLON_CAP_ORDERED | MAILLON_CAP_RESUMABLE};
    static Schema schema();
    static EventTypes events();
    static Operations operations();

    Twitter(Host host, const json::object& config);

    void connect(Deadline deadline);
    void check(Deadline deadline);
    PollHint poll(const PollRequest& want, Emitter& out);
    void deliver(const Batch& batch, Reporter& reporter);
    void reconcile(const Batch& batch, Reporter& reporter);

private:
    Outcome call(const Call& call, Deadline deadline);
    Outcome reply(const Call& call, const json::object& arguments, Deadline deadline);
    Outcome erase(const json::object& arguments, Deadline deadline);
    Outcome hide(const json::object& arguments, Deadline deadline);
    static Outcome missing(const LostReply& lost, const Timeline& timeline);
    LostReply lost_reply(const Call& call);
    Outcome posted(const Call& call, std::string id);
    Account own(Deadline deadline);
    Account ask_who_we_are(Deadline deadline);

    Host host_;
    std::string handle_;
    std::uint64_t poll_ms_;
    Client client_;
    Search search_;
    /// Where to look for a reply in doubt: it is younger than the post it answers, and than our last post
    /// before its first attempt.
    std::string younger_than(const Call& call);

    // The sink lane's own: the last post of ours that X confirmed, and what it was when each reply that is
    // not yet confirmed was first tried. Lost at a restart; then the checkpoints bound the search.
    std::string last_post_;
    KnownEffects known_;
    Checkpoints checkpoints_;
    std::map<std::string, std::string, std::less<>> last_post_before_;
    std::mutex mutex_;
    std::string own_id_;  // guarded by mutex_; empty until X was asked
};

}  // namespace maillon::twitter
