#pragma once
#include "wire.h"

namespace maillon::sugarcrm {

/// Reads one page of a module's records after the cursor and emits them, each with the new cursor. True when
/// nothing is left for now; the cursor then begins the changes since, which reach back by `overlap` as long
/// as the last change is fresh (a record is dated before it is visible), and by twice as much while one is
/// dated ahead of the clock. A record may be emitted more than once, never left out. Throws Failure.
bool read_page(const DirectoryRequest& want, Wire& wire, const Settings& settings, const Host& host,
               Emitter& out);

}  // namespace maillon::sugarcrm
