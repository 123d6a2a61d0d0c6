#include "core/net/beast/pool.h"

#include <utility>

namespace maillon::net {

// Closing may write (TLS says good-bye), so connections are destroyed after the lock is gone.

std::unique_ptr<Connection> Pool::take(const std::string& key, SteadyPoint now) {
    for (;;) {
        Idle last;
        {
            const std::scoped_lock lock(mutex_);
            const auto found = idle_.find(key);
            if (found == idle_.end()) return nullptr;
            last = std::move(found->second.back());
            found->second.pop_back();
            if (found->second.empty()) idle_.erase(found);
        }
        if (now < last.until && last.connection->transport().is_quiet()) return std::move(last.connection);
    }
}

void Pool::give(const std::string& key, std::unique_ptr<Connection> connection, SteadyPoint now,
                SteadyPoint until) {
    Closing closing;
    {
        const std::scoped_lock lock(mutex_);
        if (now >= next_sweep_) closing = take_old(now);
        auto& waiting = idle_[key];
        if (waiting.size() >= per_key_) {
            closing.push_back(std::move(waiting.front().connection));
            waiting.erase(waiting.begin());
        }
        waiting.push_back({std::move(connection), until});
    }
}

void Pool::close_idle(SteadyPoint now) {
    Closing closing;
    const std::scoped_lock lock(mutex_);
    closing = take_old(now);
}

Pool::Closing Pool::take_old(SteadyPoint now) {
    Closing out;
    next_sweep_ = now + kSweep;
    for (auto entry = idle_.begin(); entry != idle_.end();) {
        std::erase_if(entry->second, [&](Idle& idle) {
            const bool old = now >= idle.until || !idle.connection->transport().is_quiet();
            if (old) out.push_back(std::move(idle.connection));
            return old;
        });
        entry = entry->second.empty() ? idle_.erase(entry) : std::next(entry);
    }
    return out;
}

}  // namespace maillon::net
