#pragma once

#include "core/plugin/connector.h"
#include "tests/faults/model/story.h"

#include <map>
#include <mutex>
#include <set>

namespace maillon::faults {

/// The service outside, which outlives every hub and does to each call what its fate says. It remembers what
/// arrived, so that it can be asked, and drops no double: they would be seen. Thread-safe.
class Outside {
public:
    struct Effect {
        std::string call;  ///< idempotency key
        int event = 0;
    };
    void set_fate(int event, Fate fate);
    /// From now on nobody hears from it, and nothing reaches it: the process that calls is dead.
    void cut_off(bool is_off);

    plugin::CallReport deliver(const plugin::OutCall& call);
    plugin::CallReport reconcile(const plugin::OutCall& call);

    /// A person has mended what was refused, or looked up what nobody could tell. Whether the call of this
    /// event is among the effects.
    void mend(int event);
    bool has_arrived(int event) const;
    std::vector<Effect> effects() const;

private:
    plugin::CallReport try_one(Fate::Try how, const plugin::OutCall& call, int event);
    static int event_of(const plugin::OutCall& call);

    mutable std::mutex mutex_;
    std::map<int, Fate> fates_;
    std::map<std::string, std::size_t> tries_;  ///< so many were made, by idempotency key
    std::set<std::string> arrived_;
    std::vector<Effect> effects_;
    bool is_off_ = false;
};

}  // namespace maillon::faults
