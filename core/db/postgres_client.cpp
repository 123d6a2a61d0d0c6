#include "core/db/postgres_client.h"

#include <dlfcn.h>

namespace maillon::db {
namespace {

constexpr const char* kLibrary = "libsoci_postgresql.so.4.0";

template <class F>
bool find(void* library, const char* name, F& function) {
    function = reinterpret_cast<F>(::dlsym(library, name));
    return function != nullptr;
}

}  // namespace

Result<PostgresClient> PostgresClient::load() {
    void* library = ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        const char* why = ::dlerror();
        return config_fault(std::string("a store in PostgreSQL needs the package libsoci-postgresql4.0: ") +
                            (why == nullptr ? kLibrary : why));
    }
    PostgresClient client;
    decltype(&soci::factory_postgresql) make = nullptr;
    // The names behind the first are libpq's: a search goes on in what the library itself depends on.
    const bool complete =
        find(library, "factory_postgresql", make) && find(library, "PQstatus", client.status) &&
        find(library, "PQsocket", client.socket) && find(library, "PQbackendPID", client.backend_pid) &&
        find(library, "PQtransactionStatus", client.transaction_status) &&
        find(library, "PQsetErrorVerbosity", client.set_error_verbosity) &&
        find(library, "PQsetNoticeProcessor", client.set_notice_processor);
    if (!complete) return config_fault(std::string(kLibrary) + " is not the library that it should be");
    client.factory = make();
    return client;
}

}  // namespace maillon::db
