#pragma once

#include "common/couriers.h"
#include "common/service.h"
#include "core/base/clock.h"
#include "page.h"
#include "webhooks.h"

#include <string>

namespace sandbox {

struct PageAccount {
    std::string app_id = "1200300400500600";
    std::string app_secret = "b7e1c4f09a2d4c6e8f10a3b5c7d9e1f2";
    std::string page_id = "104422781100341";
    std::string page_name = "Acme Air";
    std::string page_token = "sandbox-page-token";
};

/// The Graph API for one app and one page.
class GraphService final : public Service {
public:
    /// `lock` is the sandbox's; see Webhooks.
    GraphService(PageAccount account, std::mutex& lock, Couriers& couriers, const maillon::Clock& clock,
                 std::uint64_t seed);

    std::optional<maillon::HttpResponse> handle(Call& call, const maillon::Responder& responder) override;
    maillon::HttpResponse mishap(Mishap kind, int retry_after_s) override;

    std::string configure(const json::object& settings);
    json::object settings() const;

    void add_post(StoryPost post) { page_.add_post(std::move(post), maillon::millis(clock_.now())); }
    /// A visitor's comment appears now and is delivered. `parent` is empty or the id of a comment.
    const PageComment& publish(std::string id, const std::string& post_id, const std::string& parent,
                               Visitor author, std::string message, std::string original);

    const Page& page() const { return page_; }
    const PageAccount& account() const { return account_; }
    Webhooks& webhooks() { return webhooks_; }
    const Webhooks& webhooks() const { return webhooks_; }
    std::string new_comment_id(const std::string& post_id);

private:
    using Answer = maillon::HttpResponse;

    std::optional<Answer> refuse(const Call& call) const;
    std::optional<Answer> dispatch(const Call& call, const maillon::Responder& responder);
    Answer edge(const Call& call, const std::string& id, const std::string& name);
    Answer node(const Call& call, const std::string& id);
    std::optional<Answer> subscriptions(const Call& call, const maillon::Responder& responder);
    void verify_callback(const Call& call, const maillon::Responder& responder);
    Answer subscribed_apps(const Call& call);
    Answer feed(const Call& call);
    Answer comments(const Call& call, const std::string& id);
    Answer comment(const Call& call, const std::string& id);
    Answer change(const Call& call, PageComment& comment);
    Answer remove(PageComment& comment);
    Answer message(const Call& call);
    json::object render(const PageComment& comment, const std::vector<std::string>& fields) const;
    json::object render(const StoryPost& post, const std::vector<std::string>& fields) const;
    void tell(const PageComment& comment, const char* verb, bool is_visitors);

    PageAccount account_;
    std::mutex& lock_;
    Couriers& couriers_;
    const maillon::Clock& clock_;
    Chance chance_;
    Page page_;
    Webhooks webhooks_;
    bool require_proof_ = false;
    bool echo_ = true;
    int throttle_code_ = 0;
    std::string version_;  ///< of the request under way, with its slash, for paging links
};

/// Names in "id,from{name},comments.limit(5){id}" without what stands behind them.
std::vector<std::string> graph_fields(std::string_view text, std::initializer_list<const char*> otherwise);
/// "2026-09-14T08:12:44+0000"
std::string graph_time(std::int64_t ms);

}  // namespace sandbox
