#pragma once

#include "common/ids.h"
#include "story/comments.h"

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace sandbox {

struct PageComment {
    std::string id;       ///< "POST_COMMENT"
    std::string post_id;  ///< "PAGE_POST"
    std::string
        answers;  ///< the comment to which it was written; Facebook hangs it below that one's top comment
    std::string parent;  ///< the top-level comment that it answers; empty for a top-level one
    Visitor author;
    std::string message;
    std::int64_t created_ms = 0;
    std::string original;  ///< "fb:<number>"; empty for the page's own
    bool is_own = false;
    bool hidden = false;
    bool deleted = false;
    bool privately_answered = false;
    std::size_t place_in_post = 0;   ///< in the list of all comments of the post
    std::size_t place_in_level = 0;  ///< among its siblings

    const std::string& conversation() const { return parent.empty() ? id : parent; }
};

/// A page's posts and the comments below them, in the order in which they came.
class Page {
public:
    using Comments = std::vector<PageComment*>;

    /// `post_id` is known; `parent` is empty or a comment of that post.
    PageComment& add(PageComment comment);
    void add_post(StoryPost post, std::int64_t created_ms);

    PageComment* find(const std::string& id) const;
    PageComment* find_even_deleted(const std::string& id) const;
    const StoryPost* post(const std::string& id) const;
    std::int64_t post_time(const std::string& id) const;
    const std::vector<StoryPost>& posts() const { return posts_; }
    /// Every comment of a post.
    const Comments& stream(const std::string& post_id) const;
    /// Comments right below a post or a comment.
    const Comments& below(const std::string& id) const;
    const std::vector<std::unique_ptr<PageComment>>& all() const { return comments_; }

private:
    std::vector<StoryPost> posts_;
    std::unordered_map<std::string, std::int64_t> post_times_;
    std::vector<std::unique_ptr<PageComment>> comments_;
    std::unordered_map<std::string, PageComment*> by_id_;
    std::unordered_map<std::string, Comments> streams_, levels_;
};

}  // namespace sandbox
