#include "core/hub/hub.h"

#include "core/hub/hub_parts.h"
#include "core/store/books.h"

namespace maillon::hub {
namespace {

std::string refusal(const store::Books::Sentences& wrong) {
    auto out = "the books do not balance, so the hub does not start: " + wrong.front();
    if (wrong.size() > 1) out += " (and " + std::to_string(wrong.size() - 1) + " more)";
    return out + "; see: maillon doctor, maillon ledger --verify";
}

}  // namespace

Hub::Hub(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Hub::~Hub() {
    stop();
    auto& p = *parts_;
    if (p.database) p.database->close();
}

Result<std::unique_ptr<Hub>> Hub::open(Prepared prepared, Options options) {
    auto parts = std::make_unique<Parts>(std::move(prepared), std::move(options));
    if (auto done = parts->open_store(); !done) return done.error();
    if (auto done = parts->make_client(); !done) return done.error();
    auto instances = parts->make_instances(parts->prepared);
    if (!instances) return instances.error();
    parts->instances = std::move(*instances);
    parts->started = parts->clock.now();
    parts->wire();
    return std::unique_ptr<Hub>(new Hub(std::move(parts)));
}

Result<> Hub::start() {
    auto& p = *parts_;
    auto wrong = p.database->read([](db::Reader& reader) { return store::Books::check(reader); });
    if (!wrong) return wrong.error();
    if (!wrong->empty()) return internal(refusal(*wrong));
    if (auto done = p.bring_back(); !done) return done;
    p.store_health.emplace(p.health.component("store", Weight::vital));
    p.store_health->ok();
    p.connection_health.emplace(p.health.component("store_connection"));
    p.connection_health->ok();
    p.engine_health.emplace(p.health.component("engine"));
    p.engine_health->ok();
    p.books_health.emplace(p.health.component("books"));
    p.books_health->ok();
    if (auto done = p.listen(); !done) return done;
    p.running = true;
    p.webhooks->open();
    p.start_moving();
    p.scrapes->start();
    p.server->start();
    p.admin_server->start();
    p.watch_progress();
    p.watch_sinks();
    p.eraser->start();
    p.log.info("hub.started", {{"port", p.port},
                               {"admin", p.prepared.config.hub.admin.string()},
                               {"config", p.prepared.config.hash}});
    return {};
}

bool Hub::stop() {
    auto& p = *parts_;
    if (!p.running) return true;
    p.running = false;
    p.log.info("hub.stopping", {});
    p.database->close_soon();
    const auto until = std::chrono::steady_clock::now() + p.options.patience;
    {
        const std::scoped_lock lock(p.reload_mutex);
        p.reload_closed = true;
        p.reloaded.notify_all();
    }
    p.eraser->stop();
    for (auto& [name, lane] : p.lanes) lane->ask_to_stop();
    p.server->stop(p.options.patience);
    p.scrapes->stop();
    const auto [left, cancelled] = p.stop_moving(until, false, deliver::kCancelTime);
    p.admin_server->stop(std::chrono::milliseconds{200});
    for (const auto& sentence : left)
        p.log.error("hub.left_behind",
                    {{"reason", sentence}, {"do", "nothing: the next start finds out what became of it"}});
    p.log.info("hub.stopped", {});
    return left.empty();
}

bool Hub::tick() {
    auto& p = *parts_;
    p.http->close_idle();
    if (p.eraser->wants_quiet() && p.watchdog->hanging().empty()) p.be_quiet();
    const auto state = p.engine->state();
    if (state.trouble.empty())
        p.engine_health->ok();
    else
        p.engine_health->failing(state.trouble);
    if (p.database->broken()) p.store_health->failing("the store is broken");
    const auto trouble = p.database->trouble();
    if (trouble.empty())
        p.connection_health->ok();
    else
        p.connection_health->failing(trouble);
    p.watch_sinks();
    p.scrapes->tick();
    return p.watchdog->tick();
}

}  // namespace maillon::hub
