#pragma once

#include "core/cli/commands.h"
#include "core/config/config.h"

#include <filesystem>
#include <optional>
#include <string>

namespace maillon::cli {

/// The store that a command is about, without what its connectors are: commands that look after the store
/// must work when plug-ins are missing, too.
struct StorePlace {
    std::string url;             ///< may hold a password: never printed
    std::filesystem::path file;  ///< empty: on a server
    std::string config_hash;     ///< empty when the store was named by hand
    std::optional<config::Config> config;

    bool is_file() const { return !file.empty(); }
};

/// By `store` (a file, or a URL) where it is not empty, else by the configuration; prints what is wrong with
/// it.
std::optional<StorePlace> find_store(const Context& context, const std::string& store);

}  // namespace maillon::cli
