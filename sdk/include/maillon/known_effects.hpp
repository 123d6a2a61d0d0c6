#pragma once
// What a connector's own calls are known to have made, for telling apart things that look alike.
#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>

namespace maillon {
inline namespace sdk1 {

/// Which call made which thing at the service, as far as that told: the newest ten thousand. A call whose
/// answer was lost is not answered with what is known to come from another one. Only in memory, so it knows
/// of one life of the connector. Not thread-safe.
class KnownEffects {
public:
    /// `thing`: its id at the service; `key`: the idempotency key of the call that made it.
    void note(std::string_view thing, std::string_view key) {
        const auto [place, is_new] = key_of_.insert_or_assign(std::string(thing), std::string(key));
        if (is_new) oldest_first_.push_back(place->first);
        if (oldest_first_.size() <= kMost) return;
        key_of_.erase(oldest_first_.front());
        oldest_first_.pop_front();
    }
    bool is_of_another(std::string_view thing, std::string_view key) const {
        const auto found = key_of_.find(thing);
        return found != key_of_.end() && found->second != key;
    }

private:
    static constexpr std::size_t kMost = 10'000;
    std::map<std::string, std::string, std::less<>> key_of_;
    std::deque<std::string> oldest_first_;
};

}  // namespace sdk1
}  // namespace maillon
