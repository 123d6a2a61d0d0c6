#pragma once

#include "core/config/secrets.h"
#include "core/db/database.h"
#include "core/hub/prepare.h"
#include "core/net/egress.h"
#include "core/net/http_client.h"
#include "core/observe/log.h"
#include "core/observe/metrics.h"
#include "core/observe/redactor.h"
#include "core/plugin/connector.h"
#include "core/plugin/services.h"

#include <memory>
#include <string>

namespace maillon::hub {

/// What every instance's host services stand on. All outlive the instances.
struct Ground {
    db::Database& database;
    const config::Secrets& secrets;
    const Clock& clock;
    Log& log;
    Metrics& metrics;
    Redactor& redactor;
    HttpClient& http;
    std::string public_url;
    /// What a service says of its limits, beside the metric; may be empty. Called on any thread.
    std::function<void(const std::string& instance, const plugin::BudgetReport&)> on_budget{};
};

/// Names what an instance is known by to its service: instances of one plug-in with the same secrets share
/// it.
std::string credential_of(const PreparedInstance& instance);

/// A created instance and the HTTP client that it alone uses.
struct LiveInstance {
    std::unique_ptr<HttpClient> http;  ///< limited to the hosts that its settings name
    std::unique_ptr<plugin::Connector> connector;
};

/// Creates an instance with its host services: secrets by name, state in the store, HTTP only to the hosts
/// that settings marked `x-maillon-egress` name. A Fault names the instance.
Result<LiveInstance> create_instance(const PreparedInstance& from, const Ground& ground);

}  // namespace maillon::hub
