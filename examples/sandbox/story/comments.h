#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sandbox {

struct Visitor {
    std::string id;
    std::string name;
};

/// A post of the page under which people comment. `id` is "PAGE_POST".
struct StoryPost {
    std::string id;
    std::string message;
};

/// One invented comment. `id` is "POST_COMMENT".
struct StoryComment {
    std::string id;
    std::size_t post = 0;
    std::optional<std::size_t> parent{};  ///< place of the top-level comment that it answers; an earlier one
    Visitor author;
    std::string message;
};

struct CommentStory {
    std::vector<StoryPost> posts;
    std::vector<StoryComment> comments;
};

/// The same for the same arguments, everywhere. About every third comment answers another.
CommentStory invent_comments(std::size_t count, const std::string& page_id, std::uint64_t seed);

}  // namespace sandbox
