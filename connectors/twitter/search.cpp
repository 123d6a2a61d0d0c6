#include "search.h"

#include "maillon/broken_text.hpp"
#include "maillon/wire.hpp"

#include <algorithm>

namespace maillon::twitter {
namespace {

constexpr std::size_t kMostHeld = 10'000;  // posts: bounds the memory, to some 40 MB
constexpr std::int64_t kWindowMs = 7 * 24 * 3'600'000LL;
constexpr std::uint64_t kSpareMs = 2'000;

const char* const kFields =
    "author_id,created_at,conversation_id,in_reply_to_user_id,referenced_tweets,entities,attachments,lang,"
    "note_tweet,"
    "edit_controls,edit_history_tweet_ids";
const char* const kPostFields =
    "created_at,conversation_id,referenced_posts,entities,attachments,lang,note_post,edit_controls";

}  // namespace

Search::Search(Host host, Client& client, Settings settings)
    : host_(host), client_(client), settings_(std::move(settings)) {}

bool Search::poll(const PollRequest& want, const Account& own, Emitter& out) {
    auto now = held(want.cursor);
    try {
        if (!read_on(now, want, own)) {
            held_ = std::move(now);
            return false;
        }
    } catch (const Failure&) {
        if (!now.posts.empty()) held_ = std::move(now);
        throw;
    }
    return give(std::move(now), want.max_events, out);
}

Search::Held Search::held(std::string_view cursor) {
    Held now;
    if (held_ && held_->cursor == cursor) {
        now = std::move(*held_);
    } else {
        now.cursor = cursor;
        now.begun = now.walk = Walk::from_cursor(cursor);
        now.walk.part = 0;
    }
    held_.reset();
    return now;
}

bool Search::read_on(Held& now, const PollRequest& want, const Account& own) {
    const auto size = std::clamp(std::min(settings_.page_size, want.max_events), 10u, 100u);
    while (!now.is_read) {
        const bool stops = host_.cancelled() || host_.monotonic_ms() + kSpareMs > want.deadline.ms;
        if (stops && !now.posts.empty()) return false;
        auto read = fetch(now.walk, size, own, want.deadline);
        std::move(read.begin(), read.end(), std::back_inserter(now.posts));
        now.is_read = !now.walk.is_under_way() || now.posts.size() + size > kMostHeld;
    }
    if (now.given == 0) {
        std::ranges::reverse(now.posts);
        std::ranges::stable_sort(now.posts, id_less, &Post::id);
    }
    return true;
}

bool Search::give(Held now, std::size_t most, Emitter& out) {
    std::vector<NewEvent> events;
    for (; now.given < now.posts.size(); ++now.given) {
        auto& post = now.posts[now.given];
        if (!events.empty() && events.size() + post.events.size() > most) break;
        std::ranges::move(post.events, std::back_inserter(events));
    }
    if (now.given == now.posts.size()) {
        const auto cursor = now.walk.cursor();
        if (!events.empty() || cursor != now.begun.cursor()) out.emit(events, cursor);
        return !now.walk.is_under_way();
    }
    // Of a walk that was read whole everything up to the last post given is stored with this part.
    if (!now.begun.is_under_way() && !now.walk.is_under_way()) {
        const auto floor = now.begun.seen_up_to();
        Walk next;
        next.since = now.posts[now.given - 1].id;
        next.floor = floor.empty() ? "0" : floor;
        now.cursor = next.cursor();
    } else {
        // Counted on from the cursor's own number, so that no part is taken for an earlier one of its
        // portion.
        ++now.begun.part;
        now.cursor = now.begun.cursor();
    }
    out.emit(events, now.cursor);
    held_ = std::move(now);
    return false;
}

Search::Posts Search::fetch(Walk& walk, std::uint32_t size, const Account& own, Deadline deadline) {
    const auto answer = ask(walk, size, deadline);
    const auto* meta = wire::object(answer, "meta");
    // Taken for the last page it would put all older ones behind `since`, unread.
    if (!meta)
        throw Failure(Code::retry, "X's search answer has no meta: whether more pages follow is not known");
    const auto token = wire::text(*meta, "next_token");
    if (!token.empty() && token == walk.token)
        throw Failure(Code::retry, "X named the page it was asked for as the next one");
    auto posts = read(answer, walk, own);
    walk.saw(wire::id(*meta, "newest_id"));
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
        auto events = post ? events_of(*post, includes, own, walk.seen_up_to(), host_.now_ms())
                           : std::vector<NewEvent>();
        if (events.empty()) {
            tell_once("unreadable", "a post without a usable id was skipped");
            continue;
        }
        const auto id = wire::id(*post, "id");
        walk.saw(id);
        out.push_back({id, std::move(events)});
    }
    return out;
}

json::object Search::ask(Walk& walk, std::uint32_t size, Deadline deadline) {
    // At most one mending of each kind, then the answer stands.
    for (int left = 3;; --left) {
        const Ask request{"search", Effect::reads, "GET", path_of(walk, size)};
        const auto response = client_.send(request, deadline);
        if (response.ok()) {
            auto value = wire::whole_json(response.body);
            if (!value || !value->is_object())
                throw Failure(Code::retry, "X answered a search with something else than an object");
            return std::move(value->as_object());
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
    walk.floor.clear();
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
