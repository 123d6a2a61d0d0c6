#pragma once

#include "core/route/machine.h"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace maillon::trial {

/// Something of a route that a test can reach.
struct CoverageItem {
    std::string config;  ///< its main file
    std::string route;
    std::string
        what;  ///< "when is false", "step call crm.upsert", "branch french of choose", "on_error rejected"
    std::string where;  ///< "maillon.yaml:12:9"
    std::int64_t hits = 0;
};

/// What the tests reached of the routes: each route's `when` both ways, each step, each `when` of a step both
/// ways, each branch and each handler of failures. Thread-safe.
class Coverage final : public route::StepWatcher {
public:
    /// From now on what is reached belongs to this configuration. Adding one twice adds nothing.
    void look_at(const std::string& config, const route::Plan& plan, const config::Sources& sources);

    void came_to(const route::RoutePlan& route, std::size_t step, bool taken) override;
    void caught(const route::RoutePlan& route, std::size_t handler) override;
    /// An event fitted the route's trigger, and its `when` was true or not.
    void asked(const std::string& route, bool fires);

    /// In the order of the files.
    std::vector<CoverageItem> items() const;

private:
    void add(const std::string& route, const std::string& what, std::string where);
    void hit(const std::string& route, const std::string& what);

    mutable std::mutex mutex_;
    std::string config_;
    std::vector<CoverageItem> items_;
    std::map<std::string, std::size_t, std::less<>> index_;
};

}  // namespace maillon::trial
