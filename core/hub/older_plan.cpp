#include "core/hub/older_plan.h"

namespace maillon::hub {

Result<std::shared_ptr<const route::Plan>> older_plan(const Prepared& prepared, const std::string& text) {
    auto older = older_configuration(prepared, text);
    if (!older) return older.error();
    return std::move(older->plan);
}

Result<OlderConfiguration> older_configuration(const Prepared& prepared, const std::string& text) {
    auto loaded =
        config::load_stored(text, prepared.config.hub.store.parent_path(), config::Environment::of_process());
    if (!loaded.config)
        return config_fault("an older configuration that is still needed cannot be read any more:\n" +
                            config::render(loaded.diagnostics, *loaded.sources));
    route::Abilities abilities;
    for (const auto& [name, instance] : prepared.instances)
        (instance.is_processor ? abilities.processors : abilities.connectors)[name] =
            &instance.found.entry->info;
    auto plan = route::compile(*loaded.config, abilities, loaded.diagnostics, route::Judging::trusting);
    if (!plan)
        return config_fault("an older configuration that is still needed cannot be compiled any more:\n" +
                            config::render(loaded.diagnostics, *loaded.sources));
    return OlderConfiguration{std::move(plan), std::move(*loaded.config), std::move(loaded.sources)};
}

}  // namespace maillon::hub
