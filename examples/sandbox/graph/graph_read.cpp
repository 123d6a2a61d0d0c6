#include "graph_errors.h"
#include "graph_service.h"

#include <algorithm>
#include <charconv>

namespace sandbox {

using namespace graph_errors;

namespace {

// A cursor names a comment; the letters before it only say "do not look inside".
constexpr std::string_view kCursorHead = "QVFIUm";
std::string cursor_of(const std::string& id) {
    return std::string(kCursorHead) + id;
}

std::int64_t number_in(const Call& call, std::string_view name, std::int64_t otherwise) {
    const std::string text = call.parameter(name);
    std::int64_t number = 0;
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), number);
    return bad == std::errc{} && end == text.data() + text.size() && !text.empty() ? number : otherwise;
}

/// The cut of a list that one page shows.
struct Window {
    Page::Comments shown;
    bool is_more = false;
};

/// `list` is in the order of time; the page begins behind the place `after`.
Window cut(const Page::Comments& list, bool backwards, std::optional<std::size_t> after, std::int64_t since_s,
           std::size_t limit) {
    Window window;
    const auto count = static_cast<std::ptrdiff_t>(list.size());
    const std::ptrdiff_t step = backwards ? -1 : 1;
    std::ptrdiff_t at = backwards ? count - 1 : 0;
    if (after) at = static_cast<std::ptrdiff_t>(*after) + step;
    for (; at >= 0 && at < count; at += step) {
        PageComment* comment = list[static_cast<std::size_t>(at)];
        if (comment->deleted || comment->created_ms / 1000 < since_s) continue;
        if (window.shown.size() == limit) {
            window.is_more = true;
            break;
        }
        window.shown.push_back(comment);
    }
    return window;
}

}  // namespace

GraphService::Answer GraphService::comments(const Call& call, const std::string& id) {
    const bool is_post = page_.post(id) != nullptr;
    const bool all = is_post && call.parameter("filter") == "stream";
    const Page::Comments& list = all ? page_.stream(id) : page_.below(id);
    const bool backwards = call.parameter("order") == "reverse_chronological";
    const std::int64_t limit = number_in(call, "limit", 25);
    if (limit < 0 || limit > 100)
        return bad_parameter("Please reduce the amount of data you're asking for, then retry your request");
    std::optional<std::size_t> after;
    if (const std::string cursor = call.parameter("after"); !cursor.empty()) {
        const bool is_ours = cursor.starts_with(kCursorHead);
        const PageComment* last =
            is_ours ? page_.find_even_deleted(cursor.substr(kCursorHead.size())) : nullptr;
        if (last != nullptr) after = all ? last->place_in_post : last->place_in_level;
        if (!after || *after >= list.size() || list[*after] != last)
            return bad_parameter("Invalid cursors values");
    }
    const Window window =
        cut(list, backwards, after, number_in(call, "since", 0), static_cast<std::size_t>(limit));
    const auto fields = graph_fields(call.parameter("fields"), {"created_time", "from", "message", "id"});
    json::array data;
    for (const PageComment* comment : window.shown) data.push_back(render(*comment, fields));
    json::object out;
    out["data"] = std::move(data);
    if (!window.shown.empty()) {
        const std::string last = cursor_of(window.shown.back()->id);
        json::object paging{
            {"cursors", json::object{{"before", cursor_of(window.shown.front()->id)}, {"after", last}}}};
        if (window.is_more) {
            std::string next = "http://" + std::string(call.request.header("Host").value_or("127.0.0.1")) +
                               version_ + id + "/comments?";
            for (const auto& [name, value] : call.query) {
                if (name != "after" && name != "before")
                    next += maillon::percent_encode(name) + "=" + maillon::percent_encode(value) + "&";
            }
            paging["next"] = next + "after=" + maillon::percent_encode(last);
        }
        out["paging"] = std::move(paging);
    }
    if (const std::string summary = call.parameter("summary"); summary == "true" || summary == "1") {
        const auto count =
            std::count_if(list.begin(), list.end(), [](const PageComment* one) { return !one->deleted; });
        out["summary"] = {{"order", backwards ? "reverse_chronological" : "chronological"},
                          {"total_count", count},
                          {"can_comment", true}};
    }
    return json_answer(200, out);
}

GraphService::Answer GraphService::feed(const Call& call) {
    if (call.is("POST")) {
        if (call.parameter("message").empty()) return bad_parameter("The parameter message is required");
        StoryPost post{account_.page_id + "_" + chance_.digits(12), call.parameter("message")};
        const std::string id = post.id;
        add_post(std::move(post));
        return json_answer(200, json::object{{"id", id}});
    }
    const auto fields = graph_fields(call.parameter("fields"), {"created_time", "message", "id"});
    const auto limit =
        static_cast<std::size_t>(std::clamp<std::int64_t>(number_in(call, "limit", 25), 1, 100));
    json::array data;
    const auto& posts = page_.posts();
    const std::int64_t since = number_in(call, "since", 0);
    for (auto post = posts.rbegin(); post != posts.rend() && data.size() < limit; ++post) {
        if (page_.post_time(post->id) / 1000 >= since) data.push_back(render(*post, fields));
    }
    json::object out;
    out["data"] = std::move(data);
    if (!posts.empty()) {
        out["paging"] = {{"cursors", json::object{{"before", cursor_of(posts.back().id)},
                                                  {"after", cursor_of(posts.front().id)}}}};
    }
    return json_answer(200, out);
}

json::object GraphService::render(const PageComment& comment, const std::vector<std::string>& fields) const {
    json::object out{{"id", comment.id}};
    for (const std::string& field : fields) {
        if (field == "message")
            out["message"] = comment.message;
        else if (field == "from")
            out["from"] = {{"id", comment.author.id}, {"name", comment.author.name}};
        else if (field == "created_time")
            out["created_time"] = graph_time(comment.created_ms);
        else if (field == "is_hidden")
            out["is_hidden"] = comment.hidden;
        else if (field == "can_hide")
            out["can_hide"] = !comment.is_own;
        else if (field == "can_reply_privately")
            out["can_reply_privately"] = !comment.is_own && !comment.privately_answered;
        else if (field == "comment_count")
            out["comment_count"] = page_.below(comment.id).size();
        else if (field == "like_count")
            out["like_count"] = 0;
        else if (field == "permalink_url")
            out["permalink_url"] = "https://www.facebook.com/permalink.php?comment_id=" + comment.id;
        else if (field == "object")
            out["object"] = {{"id", comment.post_id}};
        else if (field == "parent" && !comment.parent.empty()) {
            const PageComment* parent = page_.find(comment.parent);
            if (parent != nullptr) out["parent"] = render(*parent, {"created_time", "from", "message"});
        }
    }
    return out;
}

json::object GraphService::render(const StoryPost& post, const std::vector<std::string>& fields) const {
    json::object out{{"id", post.id}};
    for (const std::string& field : fields) {
        if (field == "message")
            out["message"] = post.message;
        else if (field == "created_time" || field == "updated_time")
            out[field] = graph_time(page_.post_time(post.id));
        else if (field == "from")
            out["from"] = {{"id", account_.page_id}, {"name", account_.page_name}};
        else if (field == "permalink_url")
            out["permalink_url"] = "https://www.facebook.com/" + post.id;
        else if (field == "comments") {
            out["comments"] = {{"data", json::array()},
                               {"summary", json::object{{"order", "ranked"},
                                                        {"total_count", page_.stream(post.id).size()},
                                                        {"can_comment", true}}}};
        }
    }
    return out;
}

}  // namespace sandbox
