#pragma once

#include "core/base/clock.h"
#include "core/base/fault.h"
#include "core/net/http_client.h"
#include "core/observe/log.h"
#include "core/observe/metrics.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

struct maillon_host;

namespace maillon::plugin {

/// What a limit of a remote service said last (`maillon.budget/1`).
struct BudgetReport {
    std::string scope;
    double used = 0, limit = 0;
    TimePoint reset{};
};

/// What stands behind the host services of one instance. All functions may be called from any thread;
/// referenced objects outlive the instance.
struct Services {
    std::string instance;
    Log& log;
    Metrics& metrics;
    const Clock& clock;
    HttpClient& http;  ///< already limited to the hosts that this instance may call
    std::function<Result<std::string>(std::string_view name)> get_secret;
    std::function<Result<>(std::string_view name, std::string_view value)> put_secret;
    std::function<Result<std::optional<std::string>>(std::string_view key)> get_state;
    /// `expected`: nothing = whatever is there. A Fault `conflict` when another value is there.
    std::function<Result<>(std::string_view key, std::string_view value,
                           std::optional<std::string_view> expected)>
        put_state;
    std::function<std::string(std::string_view path)> endpoint;
    std::function<void(const BudgetReport&)> on_budget;
};

/// The C face of the services, handed to `create`. Lives until the instance is destroyed.
class HostTable {
public:
    explicit HostTable(Services services);
    ~HostTable();
    HostTable(const HostTable&) = delete;
    HostTable& operator=(const HostTable&) = delete;

    const maillon_host* host() const;
    /// Wakes sleeps and breaks off HTTP calls; from then on `cancelled` is true.
    void cancel();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace maillon::plugin
