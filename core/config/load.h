#pragma once

#include "core/base/fault.h"
#include "core/config/config.h"
#include "core/config/diagnostic.h"

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::config {

/// What `${env.X}` may name. Handed in, so that tests need not touch the process.
struct Environment {
    std::map<std::string, std::string, std::less<>> variables;
    static Environment of_process();
};

struct SourceText {
    std::string name;
    std::string text;
};

/// `config` is there when, and only when, there is no error. `sources` outlives every place that `config`
/// holds, so that later rooms add to `diagnostics` and render all of it.
struct LoadResult {
    std::optional<Config> config;
    Diagnostics diagnostics;
    std::shared_ptr<Sources>
        sources;  ///< owned by this result and by whoever reports later; never changed by load after return

    bool ok() const { return config.has_value(); }
};

/// Connectors that routes may name although the configuration has none of that name: whoever loads brings
/// their events in, and refuses the steps that need anything else. So where any are given, it is not checked
/// that the connectors, processors, directories and conversations that are named exist.
using GivenConnectors = std::set<std::string, std::less<>>;

/// Reads `main_file` and the `*.yaml` files of `conf.d` beside it, in the order of their names, and checks
/// all that can be checked without plug-ins. Never throws; what cannot be read is a diagnostic too. Reads at
/// most 256 files of 1 MiB each.
LoadResult load(const std::filesystem::path& main_file, const Environment& environment,
                const GivenConnectors& given = {});

/// The same for texts at hand; `folder` is what relative paths are relative to.
LoadResult load_texts(std::vector<SourceText> files, const std::filesystem::path& folder,
                      const Environment& environment, const GivenConnectors& given = {});

/// Brings back the configuration of a `Config::text` (runs finish under the one that they started with).
LoadResult load_stored(std::string_view stored, const std::filesystem::path& folder,
                       const Environment& environment);

}  // namespace maillon::config
