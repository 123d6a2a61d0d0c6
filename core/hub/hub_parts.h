#pragma once

#include "core/config/secrets.h"
#include "core/hub/admin.h"
#include "core/hub/closing.h"
#include "core/hub/hub.h"
#include "core/hub/instances.h"
#include "core/hub/repeating.h"
#include "core/hub/retention.h"
#include "core/hub/schedules.h"
#include "core/hub/webhooks.h"
#include "core/journal/sql_journal.h"
#include "core/net/beast_client.h"
#include "core/observe/line_log.h"

/// What a hub is made of, and how the parts are tied together; not part of the room's face.
namespace maillon::hub {

struct Hub::Parts {
    Parts(Prepared p, Options o);

    Prepared prepared;
    Options options;
    SystemClock clock;
    Redactor redactor;
    LineLog log;
    Metrics metrics;
    Health health;
    config::Secrets secrets;
    std::function<double()> chance;
    std::unique_ptr<db::Database> database;
    std::unique_ptr<SqlJournal> journal;
    std::unique_ptr<BeastClient> http;
    std::map<std::string, LiveInstance> instances;
    std::unique_ptr<deliver::Deliver> deliver;
    std::unique_ptr<route::Engine> engine;
    std::unique_ptr<Ingest> ingest;
    std::unique_ptr<Schedules> schedules;
    std::unique_ptr<Closing> closing;
    std::unique_ptr<Retention> retention;
    std::vector<std::unique_ptr<Repeating>> chores;
    std::map<std::string, std::unique_ptr<SourceLane>> lanes;
    std::unique_ptr<Webhooks> webhooks;
    std::unique_ptr<Admin> admin;
    std::unique_ptr<web::HttpServer> server, admin_server;
    std::optional<Health::Component> store_health, connection_health, engine_health, books_health;
    std::uint16_t port = 0;
    TimePoint started{};
    bool running = false;

    Result<> open_store();
    Result<> create_instances();
    void wire();
    void add_lane(const std::string& name);
    Result<> listen();
    Result<std::shared_ptr<const route::Plan>> older_plan(const std::string& hash);
    void gauges();
    Result<> look_after_books();
};

}  // namespace maillon::hub
