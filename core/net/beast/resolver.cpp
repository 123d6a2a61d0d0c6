#include "core/net/beast/resolver.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

namespace maillon {
namespace {

using Addresses = std::vector<std::string>;

Result<Addresses> ask_system(const std::string& host) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* found = nullptr;
    if (const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0) {
        return retry(std::string("no address: ") + ::gai_strerror(error));
    }
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> list(found, &::freeaddrinfo);
    Addresses out;
    for (const auto* each = found; each; each = each->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        if (::getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0,
                          NI_NUMERICHOST) == 0) {
            out.emplace_back(text.data());
        }
    }
    return out;
}

bool is_numeric(const std::string& host) {
    in6_addr address{};
    return ::inet_pton(AF_INET, host.c_str(), &address) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

}  // namespace

Resolve system_resolve() {
    return ask_system;
}

namespace net {

/// Shared by the thread that looks up and the callers that wait, whichever leaves last.
struct Resolver::Lookup {
    explicit Lookup(std::string name)
        : host(std::move(name)), done_fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
    ~Lookup() {
        if (done_fd >= 0) ::close(done_fd);
    }
    Lookup(const Lookup&) = delete;
    Lookup& operator=(const Lookup&) = delete;

    const std::string host;
    const int done_fd;  ///< readable for ever once `addresses` is set
    Result<Addresses> addresses = Addresses{};
};

Resolver::~Resolver() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        waiting_.clear();
    }
    wake_.notify_all();
    threads_.clear();  // joins
}

Result<Addresses> Resolver::find(const std::string& host, const Patience& patience, SteadyPoint until) {
    if (is_numeric(host)) return Addresses{host};
    const auto lookup = join(host);
    if (lookup->done_fd < 0) return retry("no address: the process has too many open files");
    switch (patience.wait(lookup->done_fd, POLLIN, until)) {
        case Wake::late: return retry("no address in time");
        case Wake::cancelled: return Fault{FaultKind::cancelled, "cancelled while looking up the address"};
        case Wake::ready: break;
    }
    const std::scoped_lock lock(mutex_);
    return lookup->addresses;
}

std::shared_ptr<Resolver::Lookup> Resolver::join(const std::string& host) {
    const std::scoped_lock lock(mutex_);
    auto& lookup = running_[host];
    if (lookup) return lookup;
    lookup = std::make_shared<Lookup>(host);
    waiting_.push_back(lookup);
    if (idle_ < waiting_.size() && threads_.size() < kThreads) threads_.emplace_back([this] { work(); });
    wake_.notify_one();
    return lookup;
}

void Resolver::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        ++idle_;
        wake_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
        --idle_;
        if (stopping_) return;
        const auto lookup = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        auto addresses = resolve_(lookup->host);
        lock.lock();
        lookup->addresses = std::move(addresses);
        running_.erase(lookup->host);
        if (lookup->done_fd >= 0) ::eventfd_write(lookup->done_fd, 1);
    }
}

}  // namespace net
}  // namespace maillon
