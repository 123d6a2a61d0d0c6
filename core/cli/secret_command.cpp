#include "core/cli/application.h"
#include "core/cli/operation_commands.h"
#include "core/cli/render.h"
#include "core/config/load.h"
#include "core/config/secrets.h"
#include "core/db/file_lock.h"
#include "core/web/query.h"
#include "core/web/unix_client.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <iterator>
#include <set>

namespace maillon::cli {
namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds kPatience{10'000};

int failed(const std::string& sentence) {
    std::fprintf(stderr, "maillon: %s\n", sentence.c_str());
    return kFailed;
}

/// Keeps what is typed from being shown, for as long as it lives.
class NoEcho {
public:
    NoEcho() {
        if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
        auto silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        is_set_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
    }
    ~NoEcho() {
        if (is_set_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    NoEcho(const NoEcho&) = delete;
    NoEcho& operator=(const NoEcho&) = delete;

private:
    termios before_{};
    bool is_set_ = false;
};

std::string ask_for(const std::string& name) {
    const auto line = [&](const std::string& prompt) {
        std::fputs(prompt.c_str(), stderr);
        std::string out;
        std::getline(std::cin, out);
        std::fputc('\n', stderr);
        return out;
    };
    const NoEcho silent;
    auto value = line("value of " + name + " (not shown): ");
    return line("once more: ") == value ? value : std::string();
}

std::string read_value(const std::string& name) {
    if (::isatty(STDIN_FILENO) != 0) return ask_for(name);
    std::string out{std::istreambuf_iterator<char>(std::cin), {}};
    // What `echo` and editors add.
    if (out.ends_with('\n')) out.pop_back();
    if (out.ends_with('\r')) out.pop_back();
    return out;
}

std::optional<config::Config> load_config(const Context& context) {
    auto loaded = config::load(context.config, config::Environment::of_process());
    if (!loaded.config) std::fputs(config::render(loaded.diagnostics, *loaded.sources).c_str(), stderr);
    return std::move(loaded.config);
}

bool uses(const json::object& values, const std::string& name) {
    for (const auto& member : values) {
        const auto* object = member.value().if_object();
        const auto* secret = object ? object->if_contains("$secret") : nullptr;
        if (secret && secret->is_string() && secret->get_string() == name) return true;
    }
    return false;
}

/// Connectors of the running hub that use a secret; empty when no hub runs.
struct Told {
    std::vector<std::string> tried, paused;
};

/// Has the running hub try again whatever uses this secret; what a person has paused stays so.
Told tell_hub(const Context& context, const config::Config& config, const std::string& name) {
    Told out;
    const auto made = hub::prepare(context.config, config::Environment::of_process(), context.plugins);
    if (!made.prepared) return out;
    for (const auto& [instance, prepared] : made.prepared->instances) {
        if (!uses(prepared.values, name)) continue;
        const auto answer = request_over_unix_socket(
            config.hub.admin.string(), "POST",
            "/v1/connectors/" + percent_encode(instance) + "/credentials-mended", {}, kPatience);
        if (!answer || answer->status != 200) continue;
        json::error_code error;
        const auto body = json::parse(answer->body, error);
        const auto* paused = body.is_object() ? body.get_object().if_contains("paused") : nullptr;
        (paused && *paused == true ? out.paused : out.tried).push_back(instance);
    }
    return out;
}

std::set<std::string> used_by(const config::Config& config) {
    std::set<std::string> out;
    for (const auto& [name, place] : config.secrets) out.insert(std::string(name));
    return out;
}

std::string enumerated(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

}  // namespace

int secret_set_command(const Context& context, const std::string& name) {
    const auto config = load_config(context);
    if (!config) return kConfig;
    if (!config::is_secret_name(name))
        return failed("'" + name +
                      "' cannot be the name of a secret: letters, digits, '_', '-' and '.', at most 64");
    const auto value = read_value(name);
    if (value.empty()) return failed("no value was given, or not twice the same; nothing was changed");
    const auto& folder = config->hub.secrets;
    if (::mkdir(folder.c_str(), 0700) == 0) db::give_to_owner_of_folder(folder.string());
    const auto done = config::Secrets::of_process(folder).put(name, value);
    if (!done) return failed(done.error().what);
    const auto told = tell_hub(context, *config, name);
    if (context.json) {
        const json::object out{{"set", name},
                               {"connectors", json::array(told.tried.begin(), told.tried.end())},
                               {"paused", json::array(told.paused.begin(), told.paused.end())}};
        std::printf("%s\n", json::serialize(out).c_str());
        return kDone;
    }
    std::printf(
        "%s is set%s\n", name.c_str(),
        told.tried.empty() ? "" : ("; the running hub tries it with " + enumerated(told.tried)).c_str());
    for (const auto& one : told.paused)
        std::printf("%s is paused, and tries it after: maillon resume %s\n", one.c_str(), one.c_str());
    if (!used_by(*config).contains(name)) std::puts("nothing in the configuration uses it yet");
    return kDone;
}

int secret_list_command(const Context& context) {
    const auto config = load_config(context);
    if (!config) return kConfig;
    const auto entries = config::Secrets::of_process(config->hub.secrets).list();
    if (!entries) return failed(entries.error().what);
    const auto used = used_by(*config);
    auto missing = used;
    json::array rows;
    for (const auto& entry : *entries) {
        missing.erase(entry.name);
        rows.push_back(json::object{{"name", entry.name},
                                    {"used", used.contains(entry.name)},
                                    {"handed_over", entry.handed_over},
                                    {"fault", entry.fault ? entry.fault->what : std::string()}});
    }
    for (const auto& name : missing)
        rows.push_back(json::object{{"name", name},
                                    {"used", true},
                                    {"handed_over", false},
                                    {"fault", "not set; maillon secret set " + name}});
    if (context.json) {
        std::printf("%s\n", json::serialize(json::object{{"secrets", std::move(rows)}}).c_str());
        return kDone;
    }
    if (rows.empty()) std::puts("no secrets");
    for (const auto& one : rows) {
        const auto& row = one.get_object();
        const auto fault = text_of(row, "fault");
        std::printf("%s%s%s\n", column(text_of(row, "name"), 24).c_str(),
                    column(row.at("used") == true ? "used" : "unused", 7).c_str(),
                    !fault.empty()                  ? fault.c_str()
                    : row.at("handed_over") == true ? "ok, from the service manager"
                                                    : "ok");
    }
    return kDone;
}

int secret_remove_command(const Context& context, const std::string& name) {
    const auto config = load_config(context);
    if (!config) return kConfig;
    const auto removed = config::Secrets::of_process(config->hub.secrets).remove(name);
    if (!removed) return failed(removed.error().what);
    if (!*removed) return failed("there is no secret '" + name + "'; see: maillon secret list");
    if (context.json)
        std::printf("%s\n", json::serialize(json::object{{"removed", name}}).c_str());
    else
        std::printf("%s is removed%s\n", name.c_str(),
                    used_by(*config).contains(name) ? ", and the configuration still uses it" : "");
    return kDone;
}

}  // namespace maillon::cli
