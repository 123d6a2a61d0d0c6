#include "page.h"

namespace sandbox {
namespace {

const Page::Comments kNone;

const Page::Comments& list_in(const std::unordered_map<std::string, Page::Comments>& lists,
                              const std::string& id) {
    const auto found = lists.find(id);
    return found == lists.end() ? kNone : found->second;
}

}  // namespace

PageComment& Page::add(PageComment comment) {
    comments_.push_back(std::make_unique<PageComment>(std::move(comment)));
    PageComment& kept = *comments_.back();
    Comments& stream = streams_[kept.post_id];
    Comments& level = levels_[kept.parent.empty() ? kept.post_id : kept.parent];
    kept.place_in_post = stream.size();
    kept.place_in_level = level.size();
    stream.push_back(&kept);
    level.push_back(&kept);
    by_id_.emplace(kept.id, &kept);
    return kept;
}

void Page::add_post(StoryPost post, std::int64_t created_ms) {
    post_times_[post.id] = created_ms;
    posts_.push_back(std::move(post));
}

PageComment* Page::find(const std::string& id) const {
    PageComment* found = find_even_deleted(id);
    return found == nullptr || found->deleted ? nullptr : found;
}

PageComment* Page::find_even_deleted(const std::string& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
}

const StoryPost* Page::post(const std::string& id) const {
    for (const StoryPost& post : posts_) {
        if (post.id == id) return &post;
    }
    return nullptr;
}

std::int64_t Page::post_time(const std::string& id) const {
    const auto found = post_times_.find(id);
    return found == post_times_.end() ? 0 : found->second;
}

const Page::Comments& Page::stream(const std::string& post_id) const {
    return list_in(streams_, post_id);
}
const Page::Comments& Page::below(const std::string& id) const {
    return list_in(levels_, id);
}

}  // namespace sandbox
