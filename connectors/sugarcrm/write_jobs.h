#pragma once
#include "jobs.h"

namespace maillon::sugarcrm {

/// create, update, upsert, link, unlink; null for any other operation. Throws as make_job does.
std::unique_ptr<Job> make_write_job(const Call& call, const Arguments& arguments, Workshop shop);

}  // namespace maillon::sugarcrm
