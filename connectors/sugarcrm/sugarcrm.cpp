#include "sugarcrm.h"

#include "batch.h"
#include "reconcile.h"

namespace maillon::sugarcrm {

Sugarcrm::Sugarcrm(Host host, const json::object& config)
    : host_(host),
      settings_(read_settings(config)),
      session_(host_, settings_),
      wire_(host_, settings_, session_),
      keys_(host_, settings_) {}

void Sugarcrm::connect(Deadline deadline) {
    session_.reset();
    check(deadline);
}

/// Reads one contact. A user without a right to see contacts is let in all the same.
void Sugarcrm::check(Deadline deadline) {
    const auto reply = wire_.one({"GET", "Contacts?max_num=1&fields=id", {}, Effect::none, {}}, deadline);
    if (reply.ok() || reply.status == 403) return;
    const auto code = reply.code == Code::rejected ? Code::config : reply.code;
    throw Failure(code, reply.detail, reply.retry_after_ms);
}

void Sugarcrm::deliver(const Batch& batch, Reporter& reporter) {
    run_batch(batch, wire_, {settings_, keys_}, host_, reporter);
}

void Sugarcrm::reconcile(const Batch& batch, Reporter& reporter) {
    reconcile_batch(batch, wire_, {settings_, keys_}, host_, reporter);
}

bool Sugarcrm::read_directory(const DirectoryRequest& want, Emitter& out) {
    return read_page(want, wire_, settings_, host_, out);
}

}  // namespace maillon::sugarcrm
