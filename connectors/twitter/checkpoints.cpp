#include "checkpoints.h"

#include "post.h"

#include "maillon/broken_text.hpp"
#include "maillon/wire.hpp"

#include <algorithm>

namespace maillon::twitter {
namespace {

constexpr std::string_view kKey = "confirmed";
constexpr int kEvery = 100;        // posts: a page of the timeline
constexpr std::size_t kMost = 32;  // pages, which X lets one read back

}  // namespace

void Checkpoints::note(const std::string& post) {
    load();
    if (!all_.empty() && (++since_last_ < kEvery || !id_less(all_.back().post, post))) return;
    all_.push_back({latest_ms(), post});
    if (all_.size() > kMost) all_.pop_front();
    try {
        store();
        since_last_ = 0;
    } catch (const Failure&) {
        all_.pop_back();  // the post is there whatever becomes of this
    }
}

std::string Checkpoints::before(std::int64_t time_ms) {
    load();
    const auto later = std::ranges::find_if(all_, [&](const auto& one) { return one.at_ms >= time_ms; });
    return later == all_.begin() ? std::string() : std::prev(later)->post;
}

void Checkpoints::load() {
    if (loaded_) return;
    try {
        const auto text = host_.state(kKey).value_or("[]");
        loaded_ = true;
        const auto value = wire::whole_json(text);
        const auto* list = value ? value->if_array() : nullptr;
        for (std::size_t i = 0; list && i < list->size(); ++i) {
            const auto* one = (*list)[i].if_object();
            auto post = one ? wire::id(*one, "post") : std::string();
            const auto at = one ? wire::integer(*one, "at_ms") : std::nullopt;
            if (at && is_id(post)) all_.push_back(Checkpoint{*at, std::move(post)});
        }
    } catch (const Failure&) {
        return;  // asked again next time; without checkpoints one reads further back
    }
}

void Checkpoints::store() const {
    json::array out;
    for (const auto& one : all_) out.push_back(json::object{{"at_ms", one.at_ms}, {"post", one.post}});
    host_.set_state(kKey, json::serialize(out));
}

/// No call was given a later time so far, even when the hub's clock has gone back.
std::int64_t Checkpoints::latest_ms() {
    const auto steady = static_cast<std::int64_t>(host_.monotonic_ms());
    ahead_ms_ = std::max(ahead_ms_, host_.now_ms() - steady);
    return std::max(ahead_ms_ + steady, all_.empty() ? 0 : all_.back().at_ms);
}

}  // namespace maillon::twitter
