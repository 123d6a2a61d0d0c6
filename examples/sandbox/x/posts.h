#pragma once

#include "common/ids.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace sandbox {

struct XUser {
    std::string id, username, name, location;
};

struct XPost {
    std::uint64_t id = 0;
    std::string text;  ///< as served: & < > are entities
    std::string author_id;
    std::int64_t created_ms = 0;
    std::uint64_t conversation = 0;
    std::uint64_t in_reply_to = 0;  ///< 0: starts a conversation
    std::string in_reply_to_user;
    std::string original;  ///< "x:<id in the file>"; empty for the account's own
    bool is_mention = false;
    bool hidden = false;
    bool deleted = false;
};

/// All posts, by every key under which they are asked for. Ids only grow, so each list is in order of id.
class XPosts {
public:
    using List = std::vector<std::uint64_t>;

    /// The post must have an id greater than all before.
    const XPost& add(XPost post);
    void add_user(XUser user);
    bool remove(std::uint64_t id);
    void hide(std::uint64_t id, bool hidden);

    const XPost* find(std::uint64_t id) const;
    const XUser* user(const std::string& id) const;
    const XUser* user_by_name(const std::string& username) const;

    const List& mentions() const { return mentions_; }
    const List& all() const { return all_; }
    const List& by_author(const std::string& id) const;
    const List& in_conversation(std::uint64_t id) const;

private:
    std::unordered_map<std::uint64_t, XPost> posts_;
    std::unordered_map<std::string, XUser> users_;
    std::unordered_map<std::string, std::string> names_;  // lower-case username → id
    List mentions_, all_;
    std::unordered_map<std::string, List> by_author_;
    std::unordered_map<std::uint64_t, List> by_conversation_;
};

/// & < > as entities, and back.
std::string escape_entities(std::string_view text);
std::string unescape_entities(std::string_view text);

}  // namespace sandbox
