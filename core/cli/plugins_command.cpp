#include "core/cli/application.h"
#include "core/cli/commands.h"
#include "core/plugin/catalogue.h"

#include <boost/json/serialize.hpp>

#include <cstdio>

namespace maillon::cli {
namespace {

namespace json = boost::json;

std::string roles_of(const plugin::ConnectorInfo& info) {
    std::string out;
    const auto add = [&](bool plays, const char* role) {
        if (plays) out += out.empty() ? role : std::string(", ") + role;
    };
    add(info.polls, "polls");
    add(info.receives, "webhook");
    add(info.delivers, "delivers");
    add(info.processes, "processes");
    add(info.reads_directory, "directory");
    add(info.reconciles, "reconciles");
    return out;
}

json::object view_of(const plugin::ConnectorInfo& info, const plugin::Module& module) {
    json::object events, operations;
    for (const auto& [name, type] : info.events)
        events[name] = json::object{{"title", type.title}, {"data", type.data}};
    for (const auto& [name, o] : info.operations) {
        operations[name] =
            json::object{{"title", o.title},           {"arguments", o.arguments}, {"result", o.result},
                         {"idempotent", o.idempotent}, {"reads", o.reads},         {"outbound", o.outbound}};
    }
    return {{"id", info.id},
            {"name", info.name},
            {"version", info.version},
            {"vendor", info.vendor},
            {"summary", info.summary},
            {"docs", info.docs_url},
            {"roles", roles_of(info)},
            {"file", module.file().string()},
            {"sha256", module.sha256()},
            {"config_schema", info.config_schema},
            {"events", std::move(events)},
            {"operations", std::move(operations)}};
}

std::string text_at(const json::value& schema, std::string_view key) {
    const auto* found = schema.is_object() ? schema.get_object().if_contains(key) : nullptr;
    return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

/// "  url       string, default "https://…"   The address" lines of a schema's properties.
void print_fields(const json::object& schema, const char* indent) {
    const auto* properties = schema.if_contains("properties");
    if (!properties || !properties->is_object()) return;
    for (const auto& [name, field] : properties->get_object()) {
        std::string type = text_at(field, "type");
        if (field.as_object().contains("x-maillon-secret")) type = "secret";
        if (const auto* fallback = field.as_object().if_contains("default"))
            type += ", default " + json::serialize(*fallback);
        std::printf("%s%-18s %-28s %s\n", indent, std::string(name).c_str(), type.c_str(),
                    text_at(field, "title").c_str());
    }
}

void print(const plugin::ConnectorInfo& info, const plugin::Module& module) {
    std::printf("%s %s  (%s)\n%s\n\nfile     %s\nsha256   %s\nroles    %s\n", info.id.c_str(),
                info.version.c_str(), info.vendor.c_str(), info.summary.c_str(), module.file().c_str(),
                module.sha256().c_str(), roles_of(info).c_str());
    std::printf("\nsettings\n");
    print_fields(info.config_schema, "  ");
    if (!info.events.empty()) std::printf("\nevents\n");
    for (const auto& [name, type] : info.events)
        std::printf("  %-18s %s\n", name.c_str(), type.title.c_str());
    if (!info.operations.empty()) std::printf("\noperations\n");
    for (const auto& [name, o] : info.operations) {
        std::printf("  %-18s %s%s%s\n", name.c_str(), o.title.c_str(),
                    o.outbound ? " [reaches a person]" : "",
                    o.reads        ? " [reads]"
                    : o.idempotent ? " [idempotent]"
                                   : "");
        print_fields(o.arguments, "      ");
    }
}

}  // namespace

std::vector<std::filesystem::path> plugin_folders(const Context& context, const std::string& folder) {
    if (!folder.empty()) return {std::filesystem::absolute(folder)};
    std::error_code error;
    if (std::filesystem::exists(context.config, error)) {
        // Only the folders are of interest here; a configuration with mistakes must not hide the plug-ins.
        auto loaded = config::load(context.config, config::Environment::of_process());
        if (loaded.config && !loaded.config->hub.plugins.empty()) return loaded.config->hub.plugins;
    }
    return {context.plugins};
}

int plugins_list_command(const Context& context, const std::string& folder) {
    const plugin::Catalogue catalogue(plugin_folders(context, folder));
    json::array all;
    bool bad = false;
    for (const auto& [file, module] : catalogue.all()) {
        if (!module) {
            bad = true;
            all.push_back(json::object{{"file", file.string()}, {"error", module.error().what}});
            if (!context.json) std::fprintf(stderr, "%s\n", module.error().what.c_str());
            continue;
        }
        for (const auto& entry : (*module)->connectors()) {
            all.push_back(json::object{{"id", entry.info.id},
                                       {"version", entry.info.version},
                                       {"roles", roles_of(entry.info)},
                                       {"summary", entry.info.summary},
                                       {"file", file.string()}});
            if (!context.json) {
                std::printf("%-14s %-8s %-48s %s\n", entry.info.id.c_str(), entry.info.version.c_str(),
                            roles_of(entry.info).c_str(), entry.info.summary.c_str());
            }
        }
    }
    if (context.json) std::printf("%s\n", json::serialize(json::object{{"plugins", std::move(all)}}).c_str());
    return bad ? kFailed : kDone;
}

int plugins_show_command(const Context& context, const std::string& folder, const std::string& id) {
    plugin::Catalogue catalogue(plugin_folders(context, folder));
    const auto found = catalogue.find(id);
    if (!found) {
        std::fprintf(stderr, "maillon: %s\n", found.error().what.c_str());
        return kFailed;
    }
    if (context.json)
        std::printf("%s\n", json::serialize(view_of(found->entry->info, *found->module)).c_str());
    else
        print(found->entry->info, *found->module);
    return kDone;
}

}  // namespace maillon::cli
