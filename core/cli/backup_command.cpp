#include "core/base/time.h"
#include "core/cli/application.h"
#include "core/cli/operation_commands.h"
#include "core/cli/progress.h"
#include "core/cli/store_place.h"
#include "core/db/file_lock.h"
#include "core/hub/backup.h"
#include "core/store/restores.h"
#include "core/store/store.h"

#include <boost/json/serialize.hpp>

#include <cstdio>

namespace maillon::cli {
namespace {

namespace json = boost::json;

int failed(const Fault& fault) {
    std::fprintf(stderr, "maillon: %s\n", fault.what.c_str());
    return kFailed;
}

/// What an administrator of a server is told; without the password, which pg_dump finds where libpq does.
int explain_server() {
    std::fputs(
        "maillon: this store is a PostgreSQL database, and the server's own tools back it up, also while "
        "the\n"
        "hub runs, in one consistent state:\n\n"
        "  pg_dump --format=custom --file=maillon.dump \"$STORE\"\n\n"
        "where $STORE is hub.store of the configuration. To bring it back, stop the hub, then\n\n"
        "  pg_restore --clean --if-exists --single-transaction --dbname=\"$STORE\" maillon.dump\n"
        "  maillon restore --mark --taken TIME_OF_THE_DUMP\n\n"
        "The last command tells the hub that it may have made calls that the database no longer knows of.\n",
        stderr);
    return kUsage;
}

void tell(const hub::Manifest& manifest, const std::filesystem::path& target) {
    std::printf("%s: %s, taken %s\n", target.c_str(), bytes_text(manifest.bytes).c_str(),
                to_rfc3339(manifest.taken).c_str());
    std::printf("  sound, up to event %lld (routed: %lld); %lld dead letters, %lld calls in doubt\n",
                static_cast<long long>(manifest.last_event), static_cast<long long>(manifest.routed),
                static_cast<long long>(manifest.dead_letters), static_cast<long long>(manifest.in_doubt));
    std::printf("  %s\n  manifest: %s\n",
                manifest.balanced
                    ? "the books balance"
                    : "THE BOOKS IN IT DO NOT BALANCE, as those of the store; see: maillon ledger",
                hub::Manifest::name_for(target).c_str());
    std::printf("  not in it: the configuration and the secrets; keep copies of them as well\n");
}

void tell(const hub::Restored& restored, const StorePlace& place) {
    std::printf("%s is as it was at %s\n", place.file.c_str(), to_rfc3339(restored.manifest.taken).c_str());
    if (!restored.put_aside.empty())
        std::printf("  the former store is now %s\n", restored.put_aside.c_str());
    std::printf(
        "  %lld open calls may have been made since; the connectors will be asked about each, and a\n"
        "  person where they cannot tell (maillon in-doubt list). So with calls for whatever happened\n"
        "  before now. What webhooks brought since then is not in it and will not come again.\n",
        static_cast<long long>(restored.calls));
    if (!place.config_hash.empty() && restored.manifest.config != place.config_hash &&
        !restored.manifest.config.empty())
        std::printf("  the configuration was another one then\n");
}

int mark_restored(const Context& context, const RestoreOptions& options, const StorePlace& place) {
    const auto taken = parse_rfc3339(options.taken);
    if (!taken) return failed(rejected("--taken: " + taken.error().what));
    const SystemClock clock;
    auto database = store::open({.url = place.url, .clock = &clock});
    if (!database) return failed(rejected(database.error().what));
    store::Restore restore;
    auto done = (*database)->run([&](db::Unit& unit) -> Result<> {
        auto marked = store::Restores::mark(unit, *taken, clock.now());
        if (!marked) return marked.error();
        restore = *marked;
        return {};
    });
    if (!done) return failed(done.error());
    if (context.json)
        std::printf("{\"marked\":true,\"calls\":%lld}\n", static_cast<long long>(restore.calls));
    else
        std::printf("marked: %lld open calls may have been made since %s and are in doubt now\n",
                    static_cast<long long>(restore.calls), to_rfc3339(*taken).c_str());
    return kDone;
}

}  // namespace

int backup_command(const Context& context, const BackupOptions& options) {
    const auto place = find_store(context, options.store);
    if (!place) return kConfig;
    if (!place->is_file()) return explain_server();
    const SystemClock clock;
    const auto target = hub::backup_name(options.target, clock.now());
    // Under the lock when nobody holds it, so that no hub begins meanwhile to write a schema of its own.
    const auto lock = db::FileLock::take(place->file.string(), std::chrono::milliseconds{0});
    auto manifest = [&] {
        Progress progress;
        return hub::take_backup({place->file, target, place->config_hash, clock,
                                 [&](auto what, auto done, auto all) { return progress(what, done, all); }});
    }();
    if (!manifest) return failed(manifest.error());
    if (context.json) {
        auto out = manifest->to_json();
        out["path"] = target.string();
        std::printf("%s\n", json::serialize(out).c_str());
    } else {
        tell(*manifest, target);
    }
    return manifest->balanced ? kDone : kFailed;
}

int restore_command(const Context& context, const RestoreOptions& options) {
    if (options.mark == !options.file.empty()) {
        std::fputs("maillon: restore needs either a FILE or --mark --taken TIME\n", stderr);
        return kUsage;
    }
    const auto place = find_store(context, options.store);
    if (!place) return kConfig;
    if (options.mark) return mark_restored(context, options, *place);
    if (!place->is_file()) return explain_server();
    const SystemClock clock;
    auto restored = [&] {
        Progress progress;
        return hub::restore({options.file, place->file, options.force, clock,
                             [&](auto what, auto done, auto all) { return progress(what, done, all); }});
    }();
    if (!restored) return failed(restored.error());
    if (context.json) {
        auto out = restored->manifest.to_json();
        out["store"] = place->file.string();
        out["put_aside"] = restored->put_aside.string();
        out["calls_in_doubt"] = restored->calls;
        std::printf("%s\n", json::serialize(out).c_str());
    } else {
        tell(*restored, *place);
    }
    return kDone;
}

}  // namespace maillon::cli
