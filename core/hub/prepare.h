#pragma once

#include "core/config/load.h"
#include "core/match/matcher.h"
#include "core/plugin/catalogue.h"
#include "core/route/compile.h"

#include <boost/json/object.hpp>

#include <map>
#include <memory>
#include <string>

namespace maillon::hub {

/// One instance of the configuration with its plug-in found and its settings typed.
struct PreparedInstance {
    config::Instance settings;
    plugin::Catalogue::Found found;
    boost::json::object values;  ///< as the plug-in gets them: secrets by name
    bool is_processor = false;
};

/// A configuration that was checked as far as it can be without running it.
struct Prepared {
    config::Config config;
    std::map<std::string, PreparedInstance> instances;
    std::shared_ptr<const route::Plan> plan;  ///< shared with the engine and the admin API
    /// Of directories that score; shared with their matchers.
    std::map<std::string, std::shared_ptr<const match::Model>> models{};
};

struct Preparation {
    std::optional<Prepared> prepared;  ///< there when, and only when, there is no error
    config::Diagnostics diagnostics;
    std::shared_ptr<config::Sources> sources;  ///< of the places in `diagnostics`; owned with them
};

/// Loads the configuration, finds the plug-ins, checks settings, routes and expressions; all mistakes at
/// once. `default_plugins` is where modules are looked for when `hub.plugins` does not say.
Preparation prepare(const std::filesystem::path& main_file, const config::Environment& environment,
                    const std::filesystem::path& default_plugins);
/// The same for a loaded configuration.
Preparation prepare(config::LoadResult loaded, const std::filesystem::path& default_plugins);

}  // namespace maillon::hub
