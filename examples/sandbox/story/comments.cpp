#include "comments.h"

#include "common/ids.h"
#include "words.h"

#include <algorithm>

namespace sandbox {
namespace {

constexpr std::size_t kVisitors = 130;

template <class List>
std::string pick(Chance& chance, const List& list) {
    return std::string(list[chance.below(list.size())]);
}

std::vector<Visitor> invent_visitors(Chance& chance) {
    std::vector<Visitor> visitors;
    for (std::size_t i = 0; i < kVisitors; ++i) {
        std::string name = pick(chance, words::kGivenNames) + " " + pick(chance, words::kFamilyNames);
        visitors.push_back({"2" + chance.digits(16), std::move(name)});
    }
    return visitors;
}

std::string tail_of(const std::string& id) {
    return id.substr(id.rfind('_') + 1);
}

}  // namespace

CommentStory invent_comments(std::size_t count, const std::string& page_id, std::uint64_t seed) {
    Chance chance(seed);
    CommentStory story;
    for (const std::string_view message : words::kPosts) {
        story.posts.push_back({page_id + "_" + chance.digits(12), std::string(message)});
    }
    const std::vector<Visitor> visitors = invent_visitors(chance);
    for (std::size_t i = 0; i < count; ++i) {
        StoryComment comment;
        comment.author = visitors[chance.below(visitors.size())];
        if (i > 0 && chance.below(3) == 0) {
            // People answer what is new. Facebook hangs the answer to an answer under the top comment too.
            const std::size_t near = i - 1 - chance.below(std::min<std::size_t>(i, 20));
            comment.parent = story.comments[near].parent.value_or(near);
            comment.post = story.comments[*comment.parent].post;
            comment.message = pick(chance, words::kAnswers);
        } else {
            comment.post = chance.below(story.posts.size());
            comment.message = pick(chance, words::kOpeners) + " #" + chance.digits(4);
        }
        comment.id = tail_of(story.posts[comment.post].id) + "_" + chance.digits(15);
        story.comments.push_back(std::move(comment));
    }
    return story;
}

}  // namespace sandbox
