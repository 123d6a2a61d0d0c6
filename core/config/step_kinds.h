#pragma once

#include "core/config/config.h"
#include "core/config/reading.h"

#include <optional>
#include <span>
#include <string_view>

namespace maillon::config {

/// One kind of step: the key that makes it this kind, and the reader of what belongs to it. `main` is the
/// member with that key; the reader takes the kind's other keys and finishes `fields`. What is wrong has been
/// reported when it gives nothing.
struct StepKind {
    std::string_view key;
    const Shape& shape;  ///< the key itself and the kind's others
    std::optional<Action> (*read)(const Member& main, Fields& fields, Reading& reading);
};

std::span<const StepKind> step_kinds();

}  // namespace maillon::config
