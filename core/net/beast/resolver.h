#pragma once

#include "core/net/beast/patience.h"
#include "core/net/beast_client.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace maillon::net {

/// Looks names up in threads of its own, since the system's resolver can neither be cancelled nor be given a
/// deadline. Callers that ask for the same name at the same time share one look-up. Nothing is cached:
/// connections are kept.
class Resolver {
public:
    explicit Resolver(Resolve resolve) : resolve_(std::move(resolve)) {}
    /// Waits for a look-up that runs.
    ~Resolver();

    /// A numeric address is returned as it is. Faults: `retry`, `cancelled`.
    Result<std::vector<std::string>> find(const std::string& host, const Patience& patience,
                                          SteadyPoint until);

private:
    struct Lookup;
    static constexpr std::size_t kThreads = 4;

    std::shared_ptr<Lookup> join(const std::string& host);
    void work();

    const Resolve resolve_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::shared_ptr<Lookup>> waiting_;
    std::map<std::string, std::shared_ptr<Lookup>> running_;  // waiting or being looked up
    std::vector<std::jthread> threads_;
    std::size_t idle_ = 0;
    bool stopping_ = false;
};

}  // namespace maillon::net
