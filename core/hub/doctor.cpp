#include "core/hub/doctor.h"

#include "core/config/diagnostic.h"
#include "core/config/secrets.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

namespace maillon::hub {
namespace {

namespace fs = std::filesystem;
using Level = Finding::Level;

/// Each connection takes one, and each database connection three.
constexpr rlim_t kFewFiles = 1024;

void open_files(Findings& out) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    const auto now = limit.rlim_cur == RLIM_INFINITY ? "no limit" : std::to_string(limit.rlim_cur);
    if (limit.rlim_cur >= kFewFiles) {
        out.push_back({Level::fine, "limits.open_files", now + " for this user"});
        return;
    }
    out.push_back({Level::warning, "limits.open_files", "only " + now + " open files for this user",
                   "each request and each connection takes one: webhooks are refused when none is left",
                   "in the unit: LimitNOFILE=65536; in a shell: ulimit -n 65536"});
}

void plugin_folder(const fs::path& folder, Findings& out) {
    struct stat found {};
    if (::stat(folder.c_str(), &found) != 0) {
        out.push_back({Level::warning, "plugins.folder", folder.string() + " is not there",
                       "no connector can be loaded from it", "set hub.plugins, or install the plug-ins"});
        return;
    }
    const bool others = (found.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    if (others) {
        out.push_back({Level::broken, "plugins.folder", folder.string() + " is writable by others",
                       "whoever puts a module there runs it as the hub", "chmod go-w " + folder.string()});
    } else if (found.st_uid != 0 && found.st_uid != ::geteuid()) {
        out.push_back({Level::warning, "plugins.folder",
                       folder.string() + " belongs to user " + std::to_string(found.st_uid),
                       "that user can put a module there, which runs as the hub",
                       "chown -R root: " + folder.string()});
    } else {
        out.push_back({Level::fine, "plugins.folder", folder.string()});
    }
}

void secrets(const config::Config& config, Findings& out) {
    struct stat found {};
    const auto& folder = config.hub.secrets;
    if (::stat(folder.c_str(), &found) == 0 && (found.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        out.push_back({(found.st_mode & (S_IWGRP | S_IWOTH)) != 0 ? Level::broken : Level::notice,
                       "secrets.folder", folder.string() + " is open to others",
                       "names can be seen, and files replaced where it is writable",
                       "chmod 700 " + folder.string()});
    config::Diagnostics diagnostics;
    config::check_secrets(config, config::Secrets::of_process(folder), diagnostics);
    for (const auto& one : diagnostics.sorted())
        out.push_back({Level::warning, "secrets.value", one.message,
                       "a connector that needs it cannot connect", "maillon secret set NAME"});
    if (diagnostics.empty())
        out.push_back({Level::fine, "secrets.value",
                       std::to_string(config.secrets.size()) + " named in the configuration, all readable"});
}

}  // namespace

std::string_view name_of(Level level) {
    constexpr std::array<std::string_view, 4> names{"fine", "notice", "warning", "broken"};
    return names[static_cast<std::size_t>(level)];
}

void examine_surroundings(const Patient& patient, Findings& out) {
    open_files(out);
    for (const auto& folder : patient.plugins) plugin_folder(folder, out);
    if (patient.config) secrets(*patient.config, out);
}

Findings examine(const Patient& patient) {
    Findings out;
    if (!patient.file.empty()) examine_file(patient, out);
    const bool is_usable = out.empty() || out.front().level != Level::broken;
    if (is_usable) examine_store(patient, out);
    examine_surroundings(patient, out);
    return out;
}

}  // namespace maillon::hub
