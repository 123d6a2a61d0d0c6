#include "core/base/text.h"
#include "core/base/time.h"
#include "x_errors.h"
#include "x_service.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace sandbox {
namespace {

using x_errors::bad_parameter;

std::optional<std::uint64_t> number_in(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (bad != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// A page's token names the last post of the page before it: posts that arrive meanwhile do not shift the
// pages.
std::string token_after(std::uint64_t id) {
    return "b26v89c19zqg" + std::to_string(id);
}
std::optional<std::uint64_t> id_in_token(std::string_view token) {
    constexpr std::string_view kHead = "b26v89c19zqg";
    return token.starts_with(kHead) ? number_in(token.substr(kHead.size())) : std::nullopt;
}

std::string first_of(const Call& call, std::string_view one, std::string_view other) {
    return call.has(one) ? call.parameter(one) : call.parameter(other);
}

}  // namespace

struct XService::Range {
    std::uint64_t above = 0;                                          ///< since_id
    std::uint64_t below = std::numeric_limits<std::uint64_t>::max();  ///< until_id or the page before
    std::int64_t from_ms = 0, to_ms = std::numeric_limits<std::int64_t>::max();
    std::int64_t size = 10;

    /// What is wrong with the request, if anything.
    std::optional<Answer> read(const Call& call, int smallest);

private:
    std::optional<Answer> read_times(const Call& call);
};

std::optional<maillon::HttpResponse> XService::Range::read(const Call& call, int smallest) {
    for (const auto& [name, to] : {std::pair{"since_id", &above}, std::pair{"until_id", &below}}) {
        if (!call.has(name)) continue;
        const auto id = number_in(call.parameter(name));
        if (!id)
            return bad_parameter(name, call.parameter(name),
                                 std::string("The `") + name + "` query parameter value [" +
                                     call.parameter(name) + "] is not valid");
        *to = *id;
    }
    if (const std::string token = first_of(call, "next_token", "pagination_token"); !token.empty()) {
        const auto id = id_in_token(token);
        if (!id)
            return bad_parameter("next_token", token,
                                 "The `next_token` query parameter value [" + token + "] is not valid");
        below = std::min(below, *id);
    }
    if (call.has("max_results")) {
        const std::string text = call.parameter("max_results");
        const auto count = number_in(text);
        if (!count || *count < static_cast<std::uint64_t>(smallest) || *count > 100) {
            return bad_parameter("max_results", text,
                                 "The `max_results` query parameter value [" + text + "] is not between " +
                                     std::to_string(smallest) + " and 100");
        }
        size = static_cast<std::int64_t>(*count);
    }
    return read_times(call);
}

std::optional<maillon::HttpResponse> XService::Range::read_times(const Call& call) {
    for (const auto& [name, to] : {std::pair{"start_time", &from_ms}, std::pair{"end_time", &to_ms}}) {
        if (!call.has(name)) continue;
        const auto time = maillon::parse_rfc3339(call.parameter(name));
        if (!time)
            return bad_parameter(name, call.parameter(name),
                                 std::string("The `") + name + "` query parameter value [" +
                                     call.parameter(name) + "] is not a valid RFC 3339 date");
        *to = maillon::millis(*time);
    }
    return std::nullopt;
}

XService::Answer XService::search(const Call& call) {
    const std::string query = call.parameter("query");
    if (query.empty()) return bad_parameter("query", "", "The `query` query parameter can not be empty");
    if (query.size() > 512)
        return bad_parameter("query", query, "The `query` query parameter is longer than 512 characters");
    const XPosts::List* list = nullptr;
    std::string word;
    for (std::size_t at = 0; at < query.size();) {
        const std::size_t end = std::min(query.find(' ', at), query.size());
        const std::string term = maillon::ascii_lower(query.substr(at, end - at));
        at = end + 1;
        // Keyword search holds no reposts, and nobody here is the account's own echo: these change nothing.
        if (term.empty() || term == "-is:retweet" || term == "-is:repost" || term.starts_with("-from:") ||
            term.starts_with("lang:"))
            continue;
        const std::string account = maillon::ascii_lower(account_.username);
        if (term == "@" + account || term == "to:" + account) {
            list = &posts_.mentions();
        } else if (term.starts_with("from:")) {
            const XUser* author = posts_.user_by_name(term.substr(5));
            list = &posts_.by_author(author == nullptr ? "" : author->id);
        } else if (term.starts_with("conversation_id:")) {
            list = &posts_.in_conversation(number_in(term.substr(16)).value_or(0));
        } else if (term.find(':') != std::string::npos) {
            return bad_parameter("query", query,
                                 "Reference to invalid operator '" + term.substr(0, term.find(':')) + "'");
        } else {
            word = term;
        }
    }
    return page(call, list == nullptr ? posts_.all() : *list, 10, word);
}

XService::Answer XService::timeline(const Call& call, const XPosts::List& list) {
    return page(call, list, 5, "");
}

XService::Answer XService::page(const Call& call, const XPosts::List& list, int smallest,
                                const std::string& must_hold) {
    const XView view(call, renamed_);
    if (!view.wrong_parameter().empty()) {
        return bad_parameter(view.wrong_parameter(), view.wrong_value(),
                             "The `" + view.wrong_parameter() + "` query parameter value [" +
                                 view.wrong_value() + "] is not one of the known ones");
    }
    Range range;
    if (auto wrong = range.read(call, smallest)) return std::move(*wrong);
    std::vector<const XPost*> found;
    bool is_more = false;
    auto place = std::lower_bound(list.begin(), list.end(), range.below);
    while (place != list.begin() && *std::prev(place) > range.above) {
        const XPost* post = posts_.find(*--place);
        if (post == nullptr || post->created_ms < range.from_ms || post->created_ms >= range.to_ms) continue;
        if (!must_hold.empty() && maillon::ascii_lower(post->text).find(must_hold) == std::string::npos)
            continue;
        if (static_cast<std::int64_t>(found.size()) == range.size) {
            is_more = true;
            break;
        }
        found.push_back(post);
    }
    json::object out = view.list(found, posts_);
    json::object meta{{"result_count", found.size()}};
    if (!found.empty()) {
        meta["newest_id"] = std::to_string(found.front()->id);
        meta["oldest_id"] = std::to_string(found.back()->id);
        if (is_more) meta["next_token"] = token_after(found.back()->id);
        if (partial_errors_)
            out["errors"] =
                json::array{x_errors::not_found("tweet", "referenced_tweets.id", "1990000000000000404")};
    }
    out["meta"] = std::move(meta);
    return json_answer(200, out);
}

XService::Answer XService::lookup(const Call& call, const std::string& ids, bool is_single) {
    const std::vector<std::string> wanted = split_list(ids);
    if (wanted.empty() || wanted.size() > 100)
        return bad_parameter("ids", ids, "The `ids` query parameter needs 1 to 100 ids");
    const XView view(call, renamed_);
    std::vector<const XPost*> found;
    json::array errors;
    for (const std::string& text : wanted) {
        const auto id = number_in(text);
        if (!id)
            return bad_parameter("ids", text, "The `ids` query parameter value [" + text + "] is not valid");
        const XPost* post = posts_.find(*id);
        if (post != nullptr)
            found.push_back(post);
        else
            errors.push_back(x_errors::not_found("tweet", is_single ? "id" : "ids", text));
    }
    json::object out = view.list(found, posts_);
    if (is_single && !found.empty()) out["data"] = view.post(*found.front());
    if (!errors.empty()) out["errors"] = std::move(errors);
    return json_answer(200, out);
}

XService::Answer XService::user(const Call& call, const XUser* user, const std::string& parameter,
                                const std::string& value) {
    if (user != nullptr) return json_answer(200, json::object{{"data", XView(call, renamed_).user(*user)}});
    return json_answer(200,
                       json::object{{"errors", json::array{x_errors::not_found("user", parameter, value)}}});
}

}  // namespace sandbox
