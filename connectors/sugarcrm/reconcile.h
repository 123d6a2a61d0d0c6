#pragma once
#include "jobs.h"

namespace maillon::sugarcrm {

/// Says what became of calls whose outcome is unknown, with one search per module for the keys that create
/// and upsert left on records: OK = it is there, RETRY = it is not, IN_DOUBT = nobody can tell, anything else
/// = asking failed for now. Operations that may be repeated are told to (RETRY).
void reconcile_batch(const Batch& batch, Wire& wire, Workshop shop, const Host& host, Reporter& reporter);

}  // namespace maillon::sugarcrm
