#include "core/cli/application.h"
#include "core/cli/commands.h"
#include "core/config/secrets.h"

#include <boost/json/serialize.hpp>

#include <cstdio>

namespace maillon::cli {

std::optional<hub::Prepared> load(const Context& context) {
    auto made = hub::prepare(context.config, config::Environment::of_process(), context.plugins);
    if (!made.diagnostics.empty())
        std::fputs(config::render(made.diagnostics, *made.sources).c_str(), stderr);
    return std::move(made.prepared);
}

int check_command(const Context& context) {
    auto made = hub::prepare(context.config, config::Environment::of_process(), context.plugins);
    if (made.prepared) {
        const auto& config = made.prepared->config;
        config::check_secrets(config, config::Secrets::of_process(config.hub.secrets), made.diagnostics);
    }
    if (context.json) {
        const boost::json::object out{{"ok", made.prepared.has_value()},
                                      {"diagnostics", config::to_json(made.diagnostics, *made.sources)}};
        std::printf("%s\n", boost::json::serialize(out).c_str());
    } else {
        if (!made.diagnostics.empty())
            std::fputs(config::render(made.diagnostics, *made.sources).c_str(), stderr);
        if (made.prepared) {
            const auto& config = made.prepared->config;
            std::printf("%s: good (%zu connectors, %zu processors, %zu routes)\n", context.config.c_str(),
                        config.connectors.size(), config.processors.size(), config.routes.size());
        }
    }
    return made.prepared ? kDone : kConfig;
}

}  // namespace maillon::cli
