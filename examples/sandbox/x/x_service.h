#pragma once

#include "common/ids.h"
#include "common/service.h"
#include "core/base/clock.h"
#include "posts.h"
#include "rate_limits.h"
#include "x_render.h"

#include <string>
#include <unordered_map>

namespace sandbox {

struct XAccount {
    std::string id = "2244994945";
    std::string username = "acme_air";
    std::string token = "sandbox-x-token";
};

/// X API v2 for one account.
class XService final : public Service {
public:
    XService(XAccount account, const maillon::Clock& clock);

    std::optional<maillon::HttpResponse> handle(Call& call, const maillon::Responder& responder) override;
    maillon::HttpResponse mishap(Mishap kind, int retry_after_s) override;

    /// Takes a part of the settings; the answer is what is wrong, or empty.
    std::string configure(const json::object& settings);
    json::object settings() const;

    /// Publishes a mention now. `conversation` and `in_reply_to` 0: it begins one. `text` is as served.
    const XPost& publish(const XUser& author, std::string text, std::string original,
                         std::uint64_t conversation, std::uint64_t in_reply_to = 0);

    const XPosts& posts() const { return posts_; }
    const XAccount& account() const { return account_; }

private:
    using Answer = maillon::HttpResponse;
    struct Range;  ///< since_id, until_id, start_time, end_time, page and its size

    std::string endpoint_of(const Call& call) const;
    Answer dispatch(const Call& call);
    Answer search(const Call& call);
    Answer timeline(const Call& call, const XPosts::List& list);
    Answer page(const Call& call, const XPosts::List& list, int smallest, const std::string& must_hold);
    Answer lookup(const Call& call, const std::string& ids, bool is_single);
    Answer user(const Call& call, const XUser* user, const std::string& parameter, const std::string& value);
    Answer create(const Call& call);
    Answer refuse_create(const std::string& text, const XPost* target) const;
    Answer remove(const Call& call);
    Answer hide(const Call& call);

    XAccount account_;
    const maillon::Clock& clock_;
    Snowflakes ids_;
    XPosts posts_;
    RateLimits limits_;
    std::unordered_map<std::string, std::int64_t> said_;  ///< own texts → when, for the duplicate check
    bool renamed_ = false;
    bool require_summoned_ = true;
    bool partial_errors_ = false;
    std::int64_t duplicate_window_s_ = 900;
};

}  // namespace sandbox
