#pragma once

#include "core/hub/prepare.h"

namespace maillon::hub {

struct OlderConfiguration {
    std::shared_ptr<const route::Plan> plan;
    config::Config config;
    std::shared_ptr<const config::Sources> sources;  ///< of the places in the plan
};

/// The plan of a configuration that this hub has run before, from `Config::text`, with the plug-ins that are
/// at hand now. It was accepted then and is trusted (route::Judging): runs go on under what they started
/// with, whatever `maillon check` says of it today. A Fault when it cannot be read, or when a connector of
/// its is no longer configured.
Result<OlderConfiguration> older_configuration(const Prepared& prepared, const std::string& text);
Result<std::shared_ptr<const route::Plan>> older_plan(const Prepared& prepared, const std::string& text);

}  // namespace maillon::hub
