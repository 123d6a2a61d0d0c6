#include "core/cli/application.h"
#include "core/cli/commands.h"
#include "core/event/json_text.h"
#include "core/plugin/catalogue.h"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <charconv>
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

json::object view_of(const plugin::OperationInfo& o) {
    return {{"title", o.title},           {"arguments", o.arguments}, {"result", o.result},
            {"idempotent", o.idempotent}, {"reads", o.reads},         {"outbound", o.outbound}};
}

json::object view_of(const plugin::ConnectorInfo& info, const plugin::Module& module) {
    json::object events, operations;
    for (const auto& [name, type] : info.events)
        events[name] = json::object{{"title", type.title}, {"data", type.data}};
    for (const auto& [name, operation] : info.operations) operations[name] = view_of(operation);
    json::value process = info.process ? json::value(view_of(*info.process)) : json::value();
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
            {"operations", std::move(operations)},
            {"process", std::move(process)}};
}

std::string text_at(const json::object& schema, std::string_view key) {
    const auto* found = schema.if_contains(key);
    return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

bool is_required(const json::object& schema, std::string_view name) {
    const auto* required = schema.if_contains("required");
    return required && required->is_array() &&
           std::ranges::any_of(required->get_array(), [&](const json::value& one) {
               return one.is_string() && std::string_view(one.get_string()) == name;
           });
}

/// "string", "object or array", "secret".
std::string type_of(const json::object& field) {
    if (field.contains("x-maillon-secret")) return "secret";
    const auto* types = field.if_contains("type");
    if (!types || !types->is_array()) return text_at(field, "type");
    std::string out;
    for (const auto& type : types->get_array()) {
        if (!type.is_string()) continue;
        out += out.empty() ? "" : " or ";
        out += std::string_view(type.get_string());
    }
    return out;
}

std::string default_of(const json::value& value) {
    if (!value.is_double()) return json::serialize(value);
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value.get_double());
    return {text.data(), end.ptr};
}

/// "  user    string, required   Who signs in" lines of a schema's properties.
void print_fields(const json::object& schema, const char* indent) {
    const auto* properties = schema.if_contains("properties");
    if (!properties || !properties->is_object()) return;
    for (const auto& [name, value] : properties->get_object()) {
        if (!value.is_object()) continue;
        const auto& field = value.get_object();
        std::string type = type_of(field);
        const auto* fallback = field.if_contains("default");
        if (fallback) type += ", default " + default_of(*fallback);
        if (is_required(schema, name)) type += type.empty() ? "required" : ", required";
        std::printf("%s%-14s %-36s %s\n", indent, std::string(name).c_str(), type.c_str(),
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
    if (!info.process) return;
    std::printf("\nuse: %s gives\n", info.id.c_str());
    print_fields(info.process->result, "  ");
}

bool tell_missing(const std::vector<std::filesystem::path>& folders) {
    bool some = false;
    for (const auto& folder : folders) {
        std::error_code error;
        if (std::filesystem::is_directory(folder, error)) continue;
        std::fprintf(stderr, "maillon: there is no folder %s\n", folder.c_str());
        some = true;
    }
    return some;
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
    const auto folders = plugin_folders(context, folder);
    const plugin::Catalogue catalogue(folders);
    json::array all;
    bool bad = tell_missing(folders);
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
    if (!context.json && !bad && all.empty())
        std::fprintf(stderr, "no plug-ins in %s\n", folders.front().c_str());
    if (context.json) std::printf("%s\n", json_text(json::object{{"plugins", std::move(all)}}).c_str());
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
        std::printf("%s\n", json_text(view_of(found->entry->info, *found->module)).c_str());
    else
        print(found->entry->info, *found->module);
    return kDone;
}

}  // namespace maillon::cli
