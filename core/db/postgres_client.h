#pragma once

#include "core/base/fault.h"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

namespace maillon::db {

/// SOCI's PostgreSQL backend and the library behind it, loaded when a store asks for them: a hub on SQLite
/// carries neither their memory nor their dependencies. Stays loaded until the process ends.
struct PostgresClient {
    static Result<PostgresClient> load();
    static PGconn* connection(soci::session& session) {
        return static_cast<soci::postgresql_session_backend*>(session.get_backend())->conn_;
    }

    const soci::backend_factory* factory = nullptr;
    decltype(&::PQstatus) status = nullptr;
    decltype(&::PQsocket) socket = nullptr;
    decltype(&::PQbackendPID) backend_pid = nullptr;
    decltype(&::PQtransactionStatus) transaction_status = nullptr;
    decltype(&::PQsetErrorVerbosity) set_error_verbosity = nullptr;
    decltype(&::PQsetNoticeProcessor) set_notice_processor = nullptr;
};

}  // namespace maillon::db
