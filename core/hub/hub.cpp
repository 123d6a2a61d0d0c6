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
    auto parts = std::make_unique<Parts>(std::move(prepared), options);
    if (auto done = parts->open_store(); !done) return done.error();
    if (auto done = parts->create_instances(); !done) return done.error();
    parts->wire();
    return std::unique_ptr<Hub>(new Hub(std::move(parts)));
}

Result<> Hub::start() {
    auto& p = *parts_;
    p.started = p.clock.now();
    auto wrong = p.database->read([](db::Reader& reader) { return store::Books::check(reader); });
    if (!wrong) return wrong.error();
    if (!wrong->empty()) return internal(refusal(*wrong));
    for (const auto& [name, instance] : p.prepared.instances) {
        if (instance.is_processor) continue;
        if (auto done = p.ingest->add_source(name, instance.settings.since); !done) return done;
    }
    for (auto& [name, lane] : p.lanes) {
        if (auto done = lane->load(); !done) return done;
    }
    if (auto done = restore_holds(*p.database, p.lanes, *p.deliver); !done) return done;
    if (auto done = p.engine->recover(); !done) return done;
    if (auto done = p.schedules->load(p.prepared.config.routes); !done) return done;
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
    p.deliver->start();
    p.engine->start();
    p.server->start();
    p.admin_server->start();
    for (auto& [name, lane] : p.lanes) lane->start();
    p.schedules->start();
    for (auto& chore : p.chores) chore->start();
    p.log.info("hub.started", {{"port", p.port},
                               {"admin", p.prepared.config.hub.admin.string()},
                               {"config", p.prepared.config.hash}});
    return {};
}

void Hub::stop() {
    auto& p = *parts_;
    if (!p.running) return;
    p.running = false;
    p.log.info("hub.stopping", {});
    const auto until = std::chrono::steady_clock::now() + p.options.patience;
    p.schedules->stop();
    for (auto& chore : p.chores) chore->stop();
    for (auto& [name, lane] : p.lanes) lane->ask_to_stop();
    p.server->stop(p.options.patience);
    for (auto& [name, lane] : p.lanes) lane->join(until);
    p.deliver->stop(p.options.patience);
    p.engine->stop();
    p.admin_server->stop(std::chrono::milliseconds{200});
    p.log.info("hub.stopped", {});
}

std::uint16_t Hub::port() const {
    return parts_->port;
}

void Hub::tick() {
    auto& p = *parts_;
    p.http->close_idle();
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
}

}  // namespace maillon::hub
