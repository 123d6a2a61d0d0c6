#include "core/hub/searches.h"

#include <algorithm>
#include <chrono>

namespace maillon::hub {

namespace json = boost::json;

// Numbers go on after a restart, so that no program is given the answer to another's question.
Searches::Searches()
    : last_(std::chrono::duration_cast<std::chrono::milliseconds>(
                std::chrono::system_clock::now().time_since_epoch())
                .count()),
      thread_([this] { loop(); }) {}

Searches::~Searches() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    thread_.join();
}

Result<json::object> Searches::begin(Work work) {
    const std::scoped_lock lock(mutex_);
    const auto waiting = std::ranges::count_if(searches_, [](const Search& one) { return !one.found; });
    if (static_cast<std::size_t>(waiting) >= kMostWaiting)
        return Fault{FaultKind::conflict,
                     std::to_string(waiting) +
                         " searches through the journal wait already; try again when they are done",
                     {}};
    forget_the_oldest();
    searches_.push_back({.id = ++last_, .work = std::move(work)});
    changed_.notify_all();
    return view_of(searches_.back());
}

Result<json::object> Searches::view(std::int64_t id) {
    const std::scoped_lock lock(mutex_);
    const auto* found = search(id);
    if (!found) return json::object{{"search", id}, {"state", "ended"}};
    return found->found ? *found->found : view_of(*found);
}

void Searches::cancel(std::int64_t id) {
    const std::scoped_lock lock(mutex_);
    if (auto* found = search(id)) found->is_cancelled = true;
}

Searches::Search* Searches::search(std::int64_t id) {
    const auto found = std::ranges::find(searches_, id, &Search::id);
    return found == searches_.end() ? nullptr : &*found;
}

json::object Searches::view_of(const Search& search) {
    return {{"search", search.id},
            {"state", search.is_begun ? "looking" : "waiting"},
            {"looked_at", search.looked_at},
            {"of", search.of},
            {"turn", search.turn}};
}

void Searches::forget_the_oldest() {
    while (searches_.size() >= kKept && searches_.front().found) searches_.pop_front();
}

bool Searches::note(Search& search, std::int64_t done, std::int64_t all) {
    const std::scoped_lock lock(mutex_);
    if (done < search.looked_at) ++search.turn;
    search.looked_at = done;
    search.of = all;
    return !stopping_ && !search.is_cancelled;
}

Searches::Search* Searches::next() {
    std::unique_lock lock(mutex_);
    for (;;) {
        if (stopping_) return nullptr;
        const auto found = std::ranges::find_if(searches_, [](const Search& one) { return !one.found; });
        if (found != searches_.end()) {
            found->is_begun = true;
            return &*found;
        }
        changed_.wait(lock);
    }
}

void Searches::loop() {
    while (auto* search = next()) {
        // Nobody else touches the work of a search, or takes away one that is not done.
        auto found =
            search->work([&](std::int64_t done, std::int64_t all) { return note(*search, done, all); });
        const std::scoped_lock lock(mutex_);
        search->work = {};
        search->found = std::move(found);
    }
}

}  // namespace maillon::hub
