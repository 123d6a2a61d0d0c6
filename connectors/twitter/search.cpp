#include "search.h"

#include "maillon/wire.hpp"

#include <algorithm>

namespace maillon::twitter {
namespace {

constexpr std::uint32_t kMostPages = 20;  // of one poll: bounds the memory
constexpr std::int64_t kWindowMs = 7 * 24 * 3'600'000LL;
constexpr std::uint64_t kSpareMs = 2'000;

const char* const kFields =
    "author_id,created_at,conversation_id,in_reply_to_user_id,referenced_tweets,entities,attachments,lang,"
    "note_tweet,"
    "edit_controls,edit_history_tweet_ids";
const char* const kPostFields =
    "created_at,conversation_id,referenced_posts,entities,attachments,lang,note_post,edit_controls";

/// Events of all pages, newest page first as they were read, in the order in which they happened.
std::vector<NewEvent> oldest_first(std::vector<std::vector<NewEvent>> posts) {
    std::vector<NewEvent> out;
    for (auto post = posts.rbegin(); post != posts.rend(); ++post)
        for (auto& event : *post) out.push_back(std::move(event));
    return out;
}

}  // namespace

Search::Search(Host host, Client& client, Settings settings)
    : host_(host), client_(client), settings_(std::move(settings)) {}

bool Search::poll(const PollRequest& want, const Account& own, Emitter& out) {
    Held now{std::string(want.cursor), Walk::from_cursor(want.cursor), {}};
    if (held_ && held_->cursor == now.cursor) now = std::move(*held_);
    held_.reset();
    const auto size = std::clamp(std::min(settings_.page_size, want.max_events), 10u, 100u);
    const auto most = std::size_t{std::clamp(want.max_events / size, 1u, kMostPages)} * size;
    const auto before = now.walk.cursor();
    do {
        const bool stops = host_.cancelled() || host_.monotonic_ms() + kSpareMs > want.deadline.ms;
        if (stops && !now.posts.empty()) {
            held_ = std::move(now);
            return false;
        }
        try {
            auto read = fetch(now.walk, size, own, want.deadline);
            std::move(read.begin(), read.end(), std::back_inserter(now.posts));
        } catch (const Failure&) {
            if (!now.posts.empty()) held_ = std::move(now);
            throw;
        }
    } while (now.walk.is_under_way() && now.posts.size() + size <= most);
    const auto events = oldest_first(std::move(now.posts));
    if (!events.empty() || now.walk.cursor() != before) out.emit(events, now.walk.cursor());
    return !now.walk.is_under_way();
}

Search::Posts Search::fetch(Walk& walk, std::uint32_t size, const Account& own, Deadline deadline) {
    const auto answer = ask(walk, size, deadline);
    const auto* meta = wire::object(answer, "meta");
    const auto token = meta ? wire::text(*meta, "next_token") : std::string();
    if (!token.empty() && token == walk.token)
        throw Failure(Code::retry, "X named the page it was asked for as the next one");
    auto posts = read(answer, walk, own);
    if (meta) walk.saw(wire::id(*meta, "newest_id"));
    if (token.empty())
        walk.finish();
    else
        walk.token = token;
    return posts;
}

Search::Posts Search::read(const json::object& answer, Walk& walk, const Account& own) {
    Posts out;
    const Includes includes(answer);
    if (const auto* errors = wire::array(answer, "errors")) {
        for (const auto& item : *errors)
            if (const auto* error = item.if_object())
                tell_once("partial:" + wire::text(*error, "title"), wire::text(*error, "title"));
    }
    const auto* data = wire::array(answer, "data");
    if (!data) return out;
    for (const auto& item : *data) {
        const auto* post = item.if_object();
        auto events =
            post ? events_of(*post, includes, own, walk.since, host_.now_ms()) : std::vector<NewEvent>();
        if (events.empty()) {
            tell_once("unreadable", "a post without a usable id was skipped");
            continue;
        }
        walk.saw(wire::id(*post, "id"));
        out.push_back(std::move(events));
    }
    return out;
}

json::object Search::ask(Walk& walk, std::uint32_t size, Deadline deadline) {
    // At most one mending of each kind, then the answer stands.
    for (int left = 3;; --left) {
        const Ask request{"search", Effect::reads, "GET", path_of(walk, size)};
        const auto response = client_.send(request, deadline);
        if (response.ok()) {
            auto value = response.json();
            if (!value.is_object())
                throw Failure(Code::retry, "X answered a search with something else than an object");
            return std::move(value.as_object());
        }
        if (response.status != 400 || left == 0 || !mend(problem_of(response), walk))
            throw client_.refused(request, response);
    }
}

/// True when the request was changed so that it may pass now.
bool Search::mend(const Problem& problem, Walk& walk) {
    if (!client_.says_post() && problem.names("tweet.fields")) {
        client_.say_post(true);
        return true;
    }
    if (client_.says_post() && problem.names("post.fields")) {
        client_.say_post(false);  // neither: the next poll begins with the documented names again
        return false;
    }
    if (walk.is_under_way() && (problem.names("next_token") || problem.names("pagination_token"))) {
        host_.warn("X no longer knows the next page: the walk begins anew");
        walk.token.clear();
        return true;
    }
    const auto made = time_of_id(walk.since);
    const bool old = made && *made < host_.now_ms() - kWindowMs;
    if (walk.since.empty() || !(old || problem.names("since_id"))) return false;
    host_.warn(
        "the last post read is older than X's search reaches: posts between it and seven days ago are missed",
        {{"since_id", walk.since}});
    walk.since.clear();
    walk.token.clear();
    return true;
}

std::string Search::path_of(const Walk& walk, std::uint32_t size) const {
    const bool posts = client_.says_post();
    std::vector<std::pair<std::string, std::string>> fields{
        {"query", settings_.query},
        {"max_results", std::to_string(size)},
        {posts ? "post.fields" : "tweet.fields", posts ? kPostFields : kFields},
        {"expansions", posts ? "author_id,in_reply_to_user_id,edit_history_post_ids,referenced_posts,"
                               "attachments.media_keys"
                             : "author_id,referenced_tweets.id,attachments.media_keys"},
        {"user.fields", "username,name,location"},
        {"media.fields", "url,type,preview_image_url,variants"}};
    if (!walk.since.empty()) fields.emplace_back("since_id", walk.since);
    if (!walk.token.empty()) fields.emplace_back("next_token", walk.token);
    return "/2/tweets/search/recent?" + wire::form(fields);
}

void Search::tell_once(const std::string& what, const std::string& detail) {
    if (told_.size() < 100 && told_.insert(what).second)
        host_.warn("X left something out of a page; further ones of this kind are not logged",
                   {{"what", wire::shortened(detail, 100)}});
}

}  // namespace maillon::twitter
