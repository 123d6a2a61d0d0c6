#pragma once

#include "core/hub/prepare.h"

namespace maillon::hub {

/// Whether two configurations say the same, in their own files and in those that these name: the models. Not
/// plug-ins, whose new build needs a restart.
bool is_same(const Prepared& one, const Prepared& other);

}  // namespace maillon::hub
