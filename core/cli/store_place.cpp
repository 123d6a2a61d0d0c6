#include "core/cli/store_place.h"

#include "core/config/load.h"
#include "core/config/secrets.h"
#include "core/hub/standby.h"

#include <cstdio>

namespace maillon::cli {

std::optional<StorePlace> find_store(const Context& context, const std::string& store) {
    const std::string scheme = "sqlite:";
    if (store.starts_with("postgresql:") || store.starts_with("postgres:"))
        return StorePlace{store, {}, {}, {}};
    if (!store.empty()) {
        const auto file = store.starts_with(scheme) ? store.substr(scheme.size()) : store;
        return StorePlace{scheme + file, file, {}, {}};
    }
    auto loaded = config::load(context.config, config::Environment::of_process());
    if (!loaded.config) {
        std::fputs(config::render(loaded.diagnostics, *loaded.sources).c_str(), stderr);
        std::fputs("maillon: the store can also be named without a configuration: --store FILE\n", stderr);
        return std::nullopt;
    }
    const auto& hub = loaded.config->hub;
    auto url = hub::store_url(hub, config::Secrets::of_process(hub.secrets));
    if (!url) {
        std::fprintf(stderr, "maillon: %s\n", url.error().what.c_str());
        return std::nullopt;
    }
    StorePlace out{std::move(*url), {}, loaded.config->hash, {}};
    if (out.url.starts_with(scheme)) out.file = out.url.substr(scheme.size());
    out.config = std::move(*loaded.config);
    return out;
}

}  // namespace maillon::cli
