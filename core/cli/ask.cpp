#include "core/cli/application.h"
#include "core/cli/commands.h"
#include "core/cli/progress.h"
#include "core/config/admin_place.h"
#include "core/db/file_lock.h"
#include "core/hub/admin.h"
#include "core/hub/standby.h"
#include "core/journal/sql_journal.h"
#include "core/store/store.h"
#include "core/web/unix_client.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cstdio>
#include <optional>

namespace maillon::cli {
namespace {

namespace json = boost::json;

/// Longer than a reload takes that waits for calls under way, of sources and of sinks, and for those that it
/// has cancelled.
constexpr std::chrono::milliseconds kPatience{150'000};

/// Where the hub is spoken to; one that runs is not to be out of reach because somebody is at its files.
std::optional<std::filesystem::path> admin_of(const Context& context, const config::LoadResult& loaded) {
    if (loaded.config) return loaded.config->hub.admin;
    return config::find_admin(context.config, config::Environment::of_process());
}

/// Takes the answer apart; an error is printed.
std::optional<json::object> taken(int status, json::object body, int& exit_code) {
    if (status == 200) return body;
    const auto* error = body.if_contains("error");
    std::fprintf(stderr, "maillon: %s\n",
                 error && error->is_string() ? error->get_string().c_str() : "the hub refused");
    exit_code = kFailed;
    return std::nullopt;
}

/// Whether another process has the store's file.
bool is_in_use(const config::Hub& settings) {
    if (!settings.store_url.empty()) return false;
    const auto holder = db::FileLock::holder_of(settings.store.string());
    return holder && *holder > 0;
}

Result<std::unique_ptr<db::Database>> open_store(const config::Hub& settings, const Clock& clock) {
    auto url = hub::store_url(settings, config::Secrets::of_process(settings.secrets));
    if (!url) return url.error();
    db::Options options;
    options.url = std::move(*url);
    options.clock = &clock;
    return store::open(std::move(options));
}

/// As if it had come over the socket: there every number that fits is a signed one.
json::object as_received(const json::object& body) {
    return std::move(json::parse(json::serialize(body)).as_object());
}

/// Answers from the store itself; only when no hub holds its lock.
std::optional<json::object> ask_store(const Context& context, const std::string& method,
                                      const std::string& target, const std::string& body, int& exit_code) {
    auto prepared = load(context);
    if (!prepared) {
        exit_code = kConfig;
        return std::nullopt;
    }
    const auto& settings = prepared->config.hub;
    const auto& file = settings.store;
    std::error_code error;
    if (settings.store_url.empty() && !std::filesystem::exists(file, error) &&
        !db::FileLock::was_used(file.string())) {
        std::fprintf(stderr,
                     "maillon: no hub is running, and there is no store at %s yet; start one with: maillon "
                     "run --config %s\n",
                     file.c_str(), context.config.c_str());
        exit_code = kNoHub;
        return std::nullopt;
    }
    const SystemClock clock;
    auto database = open_store(settings, clock);
    if (!database) {
        std::fprintf(stderr, "maillon: %s\n", database.error().what.c_str());
        if (is_in_use(settings))
            std::fprintf(stderr,
                         "maillon: yet nothing answers at %s, where this configuration has hub.admin: was it "
                         "changed since that hub was started?\n",
                         settings.admin.c_str());
        exit_code = kNoHub;
        return std::nullopt;
    }
    SqlJournal journal(**database);
    hub::AdminParts parts{*prepared, **database, journal, clock};
    std::optional<Progress> bar;
    if (target.starts_with("/v1/persons/")) {
        bar.emplace().counts_bytes = false;
        parts.progress = [&](std::int64_t done, std::int64_t all) { return (*bar)("looking", done, all); };
    }
    hub::Admin admin(std::move(parts));
    auto answer = admin.handle(method, target, body);
    bar.reset();
    return taken(answer.status, as_received(answer.body), exit_code);
}

}  // namespace

std::optional<json::object> ask(const Context& context, const std::string& method, const std::string& target,
                                const std::string& body, int& exit_code) {
    auto loaded = config::load(context.config, config::Environment::of_process());
    const bool is_good = loaded.config.has_value();
    Result<HttpResponse> answer = Fault{FaultKind::not_connected, {}, {}};
    if (const auto admin = admin_of(context, loaded))
        answer = request_over_unix_socket(admin->string(), method, target, body, kPatience);
    if (!answer && !is_good) {
        std::fputs(config::render(loaded.diagnostics, *loaded.sources).c_str(), stderr);
        exit_code = kConfig;
        return std::nullopt;
    }
    if (!is_good)
        std::fputs(
            "maillon: the configuration has mistakes (see: maillon check); the hub goes on with the one "
            "before\n",
            stderr);
    if (!answer) {
        if (answer.error().kind == FaultKind::not_connected)
            return ask_store(context, method, target, body, exit_code);
        std::fprintf(stderr, "maillon: %s\n", answer.error().what.c_str());
        exit_code = kNoHub;
        return std::nullopt;
    }
    json::error_code error;
    auto value = json::parse(answer->body, error);
    if (error || !value.is_object()) {
        std::fputs("maillon: the hub's answer is not JSON\n", stderr);
        exit_code = kNoHub;
        return std::nullopt;
    }
    return taken(answer->status, std::move(value.as_object()), exit_code);
}

std::optional<json::object> ask_hub(const Context& context, const std::string& method,
                                    const std::string& target) {
    const auto admin = admin_of(context, config::load(context.config, config::Environment::of_process()));
    if (!admin) return std::nullopt;
    const auto answer = request_over_unix_socket(admin->string(), method, target, {}, kPatience);
    if (!answer || answer->status != 200) return std::nullopt;
    json::error_code error;
    auto value = json::parse(answer->body, error);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.as_object());
}

}  // namespace maillon::cli
