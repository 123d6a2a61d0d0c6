#include "timeline.h"

#include "text.h"

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

Timeline::Timeline(Client& client, const Account& own, const Bounds& bounds, Deadline deadline) {
    std::string token;
    for (int page = 0; page < kMostPages; ++page) {
        const auto answer = read_patiently(client, own, bounds.since_id, token, deadline);
        const auto* meta = wire::object(answer, "meta");
        token = meta ? wire::text(*meta, "next_token") : std::string();
        // An answer with neither posts nor a count is no timeline: nothing may be concluded from it.
        if (!meta && !wire::array(answer, "data"))
            throw Failure(Code::retry, "X's timeline answer has no data");
        if (!add(answer, bounds.oldest_ms) || token.empty()) {
            complete_ = true;
            return;
        }
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
    auto value = response.json();
    if (!value.is_object())
        throw Failure(Code::retry, "X answered a timeline with something else than an object");
    return std::move(value.as_object());
}

bool Timeline::add(const json::object& answer, std::int64_t oldest_ms) {
    const auto* data = wire::array(answer, "data");
    if (!data) return true;
    bool goes_on = true;
    for (const auto& item : *data) {
        const auto* post = item.if_object();
        if (!post) continue;
        const auto made = time_of(*post);
        if (made != 0 && made < oldest_ms) goes_on = false;
        const auto to = answered_id(*post);
        if (!to.empty()) replies_.push_back({wire::id(*post, "id"), to, comparable(text_of(*post)), made});
    }
    return goes_on;
}

std::optional<std::string> Timeline::take(std::string_view to, std::string_view text,
                                          std::int64_t not_before_ms) {
    const auto wanted = comparable(text);
    const auto found = std::find_if(replies_.begin(), replies_.end(), [&](const Reply& reply) {
        return reply.to == to && reply.text == wanted && reply.made_ms >= not_before_ms &&
               !taken_.contains(reply.id);
    });
    if (found == replies_.end()) return std::nullopt;
    taken_.insert(found->id);
    return found->id;
}

}  // namespace maillon::twitter
