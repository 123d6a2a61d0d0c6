#pragma once
#include "jobs.h"

namespace maillon::sugarcrm {

/// Does the calls of one batch in as few rounds as possible: each round sends the next requests of all jobs
/// that may move. A job waits while an earlier one that may touch the same record has no outcome yet. Every
/// index is reported exactly once, as soon as its outcome is known.
void run_batch(const Batch& batch, Wire& wire, Workshop shop, const Host& host, Reporter& reporter);

}  // namespace maillon::sugarcrm
