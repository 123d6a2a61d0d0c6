#include "reconcile.h"

#include "maillon/wire.hpp"

#include <algorithm>
#include <iterator>

namespace maillon::facebook {
namespace {

constexpr int kMostPages = 5;

/// Graph trims comments and keeps one kind of line end.
std::string comparable(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (c != '\r') out += c;
    const auto first = out.find_first_not_of(" \t\n");
    if (first == std::string::npos) return {};
    return out.substr(first, out.find_last_not_of(" \t\n") - first + 1);
}

/// Where the next page begins; empty after the last one, on which a cursor stands all the same.
std::string next_of(const json::object& answer) {
    const auto* paging = wire::object(answer, "paging");
    if (!paging || wire::text(*paging, "next").empty()) return {};
    const auto* cursors = wire::object(*paging, "cursors");
    auto after = cursors ? wire::text(*cursors, "after") : std::string();
    if (after.empty()) throw Failure(Code::retry, "Graph says that there is more, but not where");
    return after;
}

bool is_same(std::string_view a, std::string_view b) {
    return !a.empty() && own_part(a) == own_part(b);
}

}  // namespace

std::string_view own_part(std::string_view id) {
    return id.substr(id.rfind('_') == std::string_view::npos ? 0 : id.rfind('_') + 1);
}

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= 128 && text.front() != '_' && text.back() != '_' &&
           text.find_first_not_of("0123456789_") == std::string_view::npos;
}

Outcome OwnComments::find(const LostReply& lost) {
    const auto arrived = [&](const Comment& comment) {
        known_.note(own_part(comment.id), lost.key);
        return done(json::object{{"id", comment.id}}, comment.id);
    };
    const auto& direct = under(lost.to);
    for (const auto& comment : alike(direct, lost)) {
        // Under a post all levels are listed: what has another parent answers somebody else.
        if (comment.parent.empty() || is_same(comment.parent, lost.to)) return arrived(comment);
    }
    bool complete = direct.complete;
    if (const auto parent = parent_of(lost.to); !parent.empty()) {
        const auto& beside = under(parent);
        const auto found = alike(beside, lost);
        for (const auto& comment : found)
            if (is_same(comment.parent, lost.to)) return arrived(comment);
        for (const auto& comment : found)
            if (comment.parent.empty() || is_same(comment.parent, parent))
                return fail(Code::in_doubt,
                            "our comment " + comment.id +
                                " has the same text, but Graph does not say which comment it answers: look "
                                "whether it is meant for " +
                                lost.to);
        complete = complete && beside.complete;
    }
    if (!complete) return fail(Code::in_doubt, "there are more comments than can be read back");
    return fail(Code::retry, "the comment is not there");
}

const OwnComments::Thread& OwnComments::under(const std::string& id) {
    const auto found = threads_.find(id);
    return found != threads_.end() ? found->second : threads_.emplace(id, read(id)).first->second;
}

OwnComments::Thread OwnComments::read(const std::string& id) {
    Thread out;
    std::string after;
    for (int page = 0; page < kMostPages; ++page) {
        Ask ask{.path = "/" + id + "/comments",
                .fields = {{"filter", "stream"},
                           {"order", "reverse_chronological"},
                           {"fields", "id,from,message,created_time,parent"},
                           {"limit", "100"}}};
        if (!after.empty()) ask.fields.emplace_back("after", after);
        const auto value = client_.call(ask, deadline_);
        const auto* answer = value.if_object();
        if (!answer || !wire::array(*answer, "data"))
            throw Failure(Code::retry, "Graph's list of comments has no data");
        after = next_of(*answer);
        if (!add(*answer, out) || after.empty()) {
            out.complete = true;
            break;
        }
    }
    return out;
}

/// Adds our own comments of one page; false when it reached beyond the oldest moment of interest.
bool OwnComments::add(const json::object& answer, Thread& thread) const {
    bool goes_on = true;
    for (const auto& item : *wire::array(answer, "data")) {
        const auto* comment = item.if_object();
        if (!comment) continue;
        const auto made = wire::rfc3339_ms(wire::text(*comment, "created_time")).value_or(0);
        if (made != 0 && made < oldest_ms_) goes_on = false;
        const auto* from = wire::object(*comment, "from");
        if (!from || wire::id(*from, "id") != page_) continue;
        const auto* parent = wire::object(*comment, "parent");
        thread.ours.push_back({wire::id(*comment, "id"), comparable(wire::text(*comment, "message")),
                               parent ? wire::id(*parent, "id") : std::string(), made});
    }
    return goes_on;
}

/// The comment under which `id` stands; empty for a post and for a comment at the top.
std::string OwnComments::parent_of(const std::string& id) {
    // Posts begin with the page's id, and have no such member to ask for.
    if (id.starts_with(page_ + "_") || id.find('_') == std::string::npos) return {};
    try {
        const auto value = client_.call({.path = "/" + id, .fields = {{"fields", "parent"}}}, deadline_);
        const auto* comment = value.if_object();
        const auto* parent = comment ? wire::object(*comment, "parent") : nullptr;
        const auto found = parent ? wire::id(*parent, "id") : std::string();
        return is_id(found) ? found : std::string();
    } catch (const Refusal& refusal) {
        // "No such field": a post of somebody else. Gone or out of reach tells nothing.
        if (refusal.code() == Code::rejected && refusal.error().code == 100 && !refusal.error().is_gone())
            return {};
        throw;
    }
}

/// Those of the thread that may have come from this call, the newest first.
std::vector<OwnComments::Comment> OwnComments::alike(const Thread& thread, const LostReply& lost) const {
    const auto wanted = comparable(lost.text);
    std::vector<Comment> out;
    std::ranges::copy_if(thread.ours, std::back_inserter(out), [&](const Comment& comment) {
        return comment.text == wanted && comment.made_ms >= lost.not_before_ms &&
               !known_.is_of_another(own_part(comment.id), lost.key);
    });
    return out;
}

}  // namespace maillon::facebook
