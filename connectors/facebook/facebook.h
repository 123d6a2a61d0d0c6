#pragma once
#include "client.h"
#include "reconcile.h"
#include "signature.h"
#include "webhook.h"

#include "maillon/sdk.hpp"

namespace maillon::facebook {

/// One Facebook page: its comments, reactions, posts, mentions, reviews and Messenger come in by webhook;
/// comments and messages go out.
class Facebook {
public:
    static constexpr Info info{
        .id = "facebook",
        .name = "Facebook page",
        .version = "1.0.0",
        .vendor = "Maillon",
        .summary = "Comments, reactions, posts and Messenger of a page, and answers to them",
        .docs_url = "https://developers.facebook.com/docs/graph-api",
        .caps = MAILLON_CAP_ORDERED};
    static Schema schema();
    static EventTypes events();
    static Operations operations();

    Facebook(Host host, const json::object& config);

    void connect(Deadline deadline);
    void check(Deadline deadline);
    void receive(const HttpRequest& request, Emitter& out, HttpAnswer& answer);
    void deliver(const Batch& batch, Reporter& reporter);
    void reconcile(const Batch& batch, Reporter& reporter);

private:
    void confirm(const HttpRequest& request, HttpAnswer& answer);
    void take(const HttpRequest& request, Emitter& out, HttpAnswer& answer);
    void refuse(HttpAnswer& answer, std::uint32_t status, std::string_view why);
    void subscribe(Deadline deadline);
    std::optional<json::object> fetch(const std::string& id);
    Outcome call(const Call& call, Deadline deadline);
    Outcome reply(const Call& call, const json::object& arguments, Deadline deadline);
    Outcome send(const Call& call, const json::object& arguments, Deadline deadline);
    Outcome hide(const json::object& arguments, Deadline deadline);
    Outcome erase(const json::object& arguments, Deadline deadline);
    Outcome arrived(const Call& call, OwnComments& comments) const;

    Host host_;
    Self self_;
    std::string app_secret_, verify_token_;  // names of secrets
    bool subscribe_;
    Client client_;
    Echoes echoes_;
    Webhook webhook_;
    SignatureCheck signature_;       // source lane
    KnownEffects known_;             // sink lane
    std::set<std::string> refused_;  // reasons told already; source lane
    std::uint64_t fetch_until_ = 0;  // of the notification being read; source lane
};

}  // namespace maillon::facebook
