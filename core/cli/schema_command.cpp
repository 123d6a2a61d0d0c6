#include "core/cli/application.h"
#include "core/cli/commands.h"
#include "core/cli/render.h"
#include "core/config/language_schema.h"
#include "core/plugin/catalogue.h"
#include "core/trial/test_schema.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace maillon::cli {
namespace {

config::PluginWords words_of(const plugin::ConnectorInfo& info) {
    config::PluginWords out;
    out.id = info.id;
    out.title = info.name;
    out.summary = info.summary;
    out.is_connector = info.polls || info.receives || info.delivers;
    out.is_processor = info.processes;
    out.settings = info.config_schema;
    for (const auto& [name, operation] : info.operations)
        out.operations[name] = {operation.title, operation.arguments, operation.result};
    for (const auto& [name, type] : info.events) out.events[name] = {type.title, type.data};
    return out;
}

/// Of all plug-ins; prints why one cannot be read, for a schema without it would call good files wrong.
std::optional<std::vector<config::PluginWords>> read_plugins(
    const std::vector<std::filesystem::path>& folders) {
    std::map<std::string, config::PluginWords>
        by_id;  // the first folder that has one wins, as it does for the hub
    bool is_good = true;
    for (const auto& [file, module] : plugin::Catalogue(folders).all()) {
        if (!module) {
            is_good = false;
            std::fprintf(stderr, "maillon: %s\n", module.error().what.c_str());
            continue;
        }
        for (const auto& entry : (*module)->connectors())
            by_id.try_emplace(entry.info.id, words_of(entry.info));
    }
    if (is_good && by_id.empty()) {
        is_good = false;
        std::fprintf(stderr, "maillon: there is no plug-in in %s; name their folder with --plugins\n",
                     folders.front().c_str());
    }
    if (!is_good) return std::nullopt;
    std::vector<config::PluginWords> out;
    for (auto& [id, words] : by_id) out.push_back(std::move(words));
    return out;
}

}  // namespace

int schema_command(const Context& context, const SchemaWish& wish) {
    const auto plugins = read_plugins(plugin_folders(context, wish.folder));
    if (!plugins) return kFailed;
    const auto schema = wish.is_of_tests ? trial::test_schema(*plugins) : config::language_schema(*plugins);
    const std::string text = pretty(schema) + '\n';
    const auto& out = wish.out;
    if (out.empty() || out == "-") {
        std::fputs(text.c_str(), stdout);
        return std::fflush(stdout) == 0 ? kDone : kFailed;
    }
    std::ofstream stream(out, std::ios::binary | std::ios::trunc);
    stream << text;
    stream.close();
    if (stream) return kDone;
    std::fprintf(stderr, "maillon: cannot write %s: %s\n", out.c_str(), std::strerror(errno));
    return kFailed;
}

}  // namespace maillon::cli
