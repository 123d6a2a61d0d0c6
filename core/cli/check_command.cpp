#include "core/cli/application.h"
#include "core/cli/commands.h"
#include "core/cli/render.h"
#include "core/config/secrets.h"
#include "core/event/json_text.h"
#include "core/hub/connect_check.h"

#include <cstdio>

namespace maillon::cli {

std::optional<hub::Prepared> load(const Context& context) {
    auto made = hub::prepare(context.config, config::Environment::of_process(), context.plugins);
    if (!made.diagnostics.empty())
        std::fputs(config::render(made.diagnostics, *made.sources).c_str(), stderr);
    return std::move(made.prepared);
}

namespace {

namespace json = boost::json;

json::object view_of(const hub::ConnectResult& result) {
    return {{"connector", result.instance},
            {"plugin", result.plugin},
            {"ok", !result.fault},
            {"kind", result.fault ? json::value(name_of(result.fault->kind)) : json::value()},
            {"reason", result.fault ? result.fault->what : std::string()},
            {"milliseconds", result.took.count()}};
}

void print(const hub::ConnectResult& result) {
    const auto took = std::to_string(result.took.count()) + " ms";
    std::printf("  %s%s\n", column(result.instance, 16).c_str(),
                result.fault ? ("FAILED: " + result.fault->what).c_str() : ("connected in " + took).c_str());
    std::fflush(stdout);
}

/// True when all connectors could log in.
bool connect(const hub::Prepared& prepared, int seconds, bool silent, json::array& results) {
    bool all = true;
    const auto begun = hub::connect_all(prepared, std::chrono::seconds{seconds}, [&](const auto& result) {
        all = all && !result.fault;
        results.push_back(view_of(result));
        if (!silent) print(result);
    });
    if (!begun) std::fprintf(stderr, "maillon: %s\n", begun.error().what.c_str());
    return all && begun.has_value();
}

/// "1 route", "2 routes".
std::string counted(std::size_t count, const char* what) {
    return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

void print_good(const Context& context, const config::Config& config) {
    std::printf("%s: good (%s, %s, %s)\n", context.config.c_str(),
                counted(config.connectors.size(), "connector").c_str(),
                counted(config.processors.size(), "processor").c_str(),
                counted(config.routes.size(), "route").c_str());
}

}  // namespace

int check_command(const Context& context, bool connects, int seconds) {
    auto made = hub::prepare(context.config, config::Environment::of_process(), context.plugins);
    if (made.prepared) {
        const auto& config = made.prepared->config;
        config::check_secrets(config, config::Secrets::of_process(config.hub.secrets), made.diagnostics);
    }
    json::object out{{"ok", false}, {"diagnostics", config::to_json(made.diagnostics, *made.sources)}};
    if (!context.json) {
        if (!made.diagnostics.empty())
            std::fputs(config::render(made.diagnostics, *made.sources).c_str(), stderr);
        if (made.prepared) print_good(context, made.prepared->config);
    }
    bool all_connected = true;
    if (made.prepared && connects) {
        json::array results;
        all_connected = connect(*made.prepared, seconds, context.json, results);
        out["connectors"] = std::move(results);
    }
    out["ok"] = made.prepared.has_value() && all_connected;
    if (context.json) std::printf("%s\n", json_text(out).c_str());
    if (!made.prepared) return kConfig;
    return all_connected ? kDone : kFailed;
}

}  // namespace maillon::cli
