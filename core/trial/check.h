#pragma once

#include "core/hub/prepare.h"
#include "core/trial/test_file.h"

namespace maillon::trial {

/// Holds the tests of a file against the configuration that they are about: connectors, event types,
/// operations and directories must exist, event bodies and answers must be such as the plug-in's schemas
/// promise (then their typed values are filled in), and what is expected must be possible. A required yes/no
/// that a body leaves out is false.
void check(TestFile& file, const hub::Prepared& prepared, config::Sources& sources,
           config::Diagnostics& diagnostics);

}  // namespace maillon::trial
