#include "timeline.h"

#include "text.h"

#include "maillon/broken_text.hpp"
#include "maillon/wire.hpp"

#include <algorithm>

namespace maillon::twitter {
namespace {

constexpr int kMostPages = 32;
constexpr int kTriesOfAPage = 4;

std::string path_of(const Account& own, const std::string& since_id, const std::string& token, bool posts) {
    std::vector<std::pair<std::string, std::string>> fields{
        {"max_results", "100"},
        {"exclude", "retweets"},
        {posts ? "post.fields" : "tweet.fields",
         posts ? "created_at,referenced_posts,note_post" : "created_at,referenced_tweets,note_tweet"}};
    if (!since_id.empty()) fields.emplace_back("since_id", since_id);
    if (!token.empty()) fields.emplace_back("pagination_token", token);
    return "/2/users/" + own.id + "/tweets?" + wire::form(fields);
}

}  // namespace

Timeline::Timeline(Client& client, const Account& own, const std::vector<LostReply>& lost, Deadline deadline,
                   KnownEffects& known)
    : known_(known) {
    const auto all_read = [&] {
        return std::ranges::all_of(lost, [&](const LostReply& one) { return is_complete_for(one); });
    };
    const auto first = std::ranges::min_element(lost, id_less, &LostReply::since_id);
    const auto since_id = first == lost.end() ? std::string() : first->since_id;
    std::string token;
    for (int page = 0; page < kMostPages; ++page) {
        const auto answer = read_patiently(client, own, since_id, token, deadline);
        const auto* meta = wire::object(answer, "meta");
        token = meta ? wire::text(*meta, "next_token") : std::string();
        // An answer with neither posts nor a count is no timeline: nothing may be concluded from it.
        if (!meta && !wire::array(answer, "data"))
            throw Failure(Code::retry, "X's timeline answer has no data");
        add(answer);
        ended_ = token.empty();
        if (ended_ || all_read()) return;
    }
}

json::object Timeline::read_patiently(Client& client, const Account& own, const std::string& since_id,
                                      const std::string& token, Deadline deadline) {
    // Thirty pages in a row would hardly ever succeed if one failed page meant to begin again.
    for (int attempt = 1;; ++attempt) {
        try {
            return read(client, own, since_id, token, deadline);
        } catch (const Failure& failure) {
            if (failure.code() != Code::retry || attempt == kTriesOfAPage) throw;
        }
    }
}

json::object Timeline::read(Client& client, const Account& own, const std::string& since_id,
                            const std::string& token, Deadline deadline) {
    const Ask ask{"timeline", Effect::reads, "GET", path_of(own, since_id, token, client.says_post())};
    const auto response = client.send(ask, deadline);
    const bool renamed =
        response.status == 400 && !client.says_post() && problem_of(response).names("tweet.fields");
    if (renamed) {
        client.say_post(true);
        return client.call({"timeline", Effect::reads, "GET", path_of(own, since_id, token, true)}, deadline);
    }
    if (!response.ok()) throw client.refused(ask, response);
    auto value = wire::whole_json(response.body);
    if (!value || !value->is_object())
        throw Failure(Code::retry, "X answered a timeline with something else than an object");
    return std::move(value->as_object());
}

void Timeline::add(const json::object& answer) {
    const auto* data = wire::array(answer, "data");
    if (!data) return;
    for (const auto& item : *data) {
        const auto* post = item.if_object();
        if (!post) continue;
        const auto made = time_of(*post);
        if (made != 0) oldest_ms_ = std::min(oldest_ms_, made);
        const auto id = wire::id(*post, "id");
        if (is_id(id) && (oldest_id_.empty() || id_less(id, oldest_id_))) oldest_id_ = id;
        const auto to = answered_id(*post);
        // By the first id, which the call was told: an edited post has a new one.
        if (!to.empty()) replies_.push_back({first_id(*post), to, comparable(text_of(*post)), made});
    }
}

bool Timeline::is_complete_for(const LostReply& lost) const {
    return ended_ || oldest_ms_ < lost.not_before_ms ||
           (!oldest_id_.empty() && !id_less(lost.since_id, oldest_id_));
}

bool Timeline::may_be(const Reply& reply, const LostReply& lost) const {
    return reply.to == lost.to && reply.made_ms >= lost.not_before_ms &&
           !known_.is_of_another(reply.id, lost.key);
}

std::optional<std::string> Timeline::take(const LostReply& lost) {
    const auto wanted = comparable(lost.text);
    const auto found = std::ranges::find_if(
        replies_, [&](const Reply& reply) { return reply.text == wanted && may_be(reply, lost); });
    if (found == replies_.end()) return std::nullopt;
    known_.note(found->id, lost.key);
    return found->id;
}

std::optional<std::string> Timeline::with_any_text(const LostReply& lost) const {
    const auto found =
        std::ranges::find_if(replies_, [&](const Reply& reply) { return may_be(reply, lost); });
    return found == replies_.end() ? std::nullopt : std::optional(found->id);
}

}  // namespace maillon::twitter
