#include "posts.h"

#include "core/base/text.h"

#include <array>
#include <utility>

namespace sandbox {
namespace {

const XPosts::List kNone;

constexpr std::array<std::pair<std::string_view, char>, 3> kEntities = {
    {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}}};

}  // namespace

const XPost& XPosts::add(XPost post) {
    const std::uint64_t id = post.id;
    all_.push_back(id);
    if (post.is_mention) mentions_.push_back(id);
    by_author_[post.author_id].push_back(id);
    by_conversation_[post.conversation].push_back(id);
    return posts_.emplace(id, std::move(post)).first->second;
}

void XPosts::add_user(XUser user) {
    names_[maillon::ascii_lower(user.username)] = user.id;
    std::string id = user.id;
    users_.insert_or_assign(std::move(id), std::move(user));
}

bool XPosts::remove(std::uint64_t id) {
    const auto found = posts_.find(id);
    if (found == posts_.end() || found->second.deleted) return false;
    found->second.deleted = true;
    return true;
}

void XPosts::hide(std::uint64_t id, bool hidden) {
    const auto found = posts_.find(id);
    if (found != posts_.end()) found->second.hidden = hidden;
}

const XPost* XPosts::find(std::uint64_t id) const {
    const auto found = posts_.find(id);
    return found == posts_.end() || found->second.deleted ? nullptr : &found->second;
}

const XUser* XPosts::user(const std::string& id) const {
    const auto found = users_.find(id);
    return found == users_.end() ? nullptr : &found->second;
}

const XUser* XPosts::user_by_name(const std::string& username) const {
    const auto found = names_.find(maillon::ascii_lower(username));
    return found == names_.end() ? nullptr : user(found->second);
}

const XPosts::List& XPosts::by_author(const std::string& id) const {
    const auto found = by_author_.find(id);
    return found == by_author_.end() ? kNone : found->second;
}

const XPosts::List& XPosts::in_conversation(std::uint64_t id) const {
    const auto found = by_conversation_.find(id);
    return found == by_conversation_.end() ? kNone : found->second;
}

std::string escape_entities(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else
            out.push_back(c);
    }
    return out;
}

std::string unescape_entities(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        bool found = false;
        for (const auto& [entity, sign] : kEntities) {
            if (text.substr(at).starts_with(entity)) {
                out.push_back(sign);
                at += entity.size();
                found = true;
                break;
            }
        }
        if (!found) out.push_back(text[at++]);
    }
    return out;
}

}  // namespace sandbox
